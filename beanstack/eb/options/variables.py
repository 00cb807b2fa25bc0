"""The variables of containers that AWS sets itself, as the rules between options name them."""

from __future__ import annotations

from functools import cache

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.trees import leaves


@cache
def of_database() -> frozenset[str]:
    """Return the variables that EB sets from a coupled database.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    return _named("rds-variables-of-the-database")


@cache
def of_ecs() -> frozenset[str]:
    """Return the variables that ECS sets in each container.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html
    """
    return _named("variables-of-ecs")


def _named(rule: str) -> frozenset[str]:
    """Return the options that a rule forbids in a namespace of free names."""
    names: set[str] = set()
    for constraint in facts().constraints:
        if constraint.id == rule:
            for leaf in leaves(constraint.when):
                names.update(leaf["value"] if leaf.get("op") == "any_of" else ())
    return frozenset(names)
