"""The resources that Elastic Beanstalk creates in the stack of an environment, which `.ebextensions` may change.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
"""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb import FACTS
from beanstack.eb.namespaces import SINGLE_INSTANCE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# The kinds of environments that differ in their resources. Only those of web servers with several instances have a load
# balancer, and are named after its type.
BALANCED = ("classic", "application", "network")
KINDS = frozenset({*BALANCED, "single", "worker"})
PREFIX = "AWSEB"
SIMILAR = 0.9  # of 1: two letters in a name of twenty


class StackResource(NamedTuple):
    """A resource of an environment's stack: its logical ID, its type, and the kinds of environments that have it."""

    name: str
    type: str
    kinds: frozenset[str]
    is_documented: bool

    @property
    def where(self) -> str:
        """The kinds of environments that have it, in words."""
        if self.kinds == {"worker"}:
            return "environments of the worker tier"
        *others, last = [kind for kind in BALANCED if kind in self.kinds]
        types = f"{', '.join(others)} or {last}" if others else last
        return f"environments with a load balancer of type {types}"


@cache
def stack_resources() -> Mapping[str, StackResource]:
    """Return the resources by name: those of AWS's guide, and those that its samples and logs show besides."""
    found = {}
    for fact in json.loads((FACTS / "ebextensions.json").read_text("utf-8"))["environment_resources"]:
        kinds = frozenset(fact.get("kinds", KINDS))
        found[fact["name"]] = StackResource(fact["name"], fact["type"], kinds, "support" not in fact)
    return found


def kinds_of_type(environment_type: str) -> frozenset[str]:
    """Return the kinds of environments that an EnvironmentType allows."""
    if environment_type.lower() == SINGLE_INSTANCE.lower():
        return frozenset({"single", "worker"})
    return KINDS - {"single"}


def kinds_of_tier(tier: str) -> frozenset[str]:
    """Return the kinds of environments of a tier, by its ID."""
    return frozenset({"worker"}) if tier == "worker" else KINDS - {"worker"}


def kinds_of_balancer(load_balancer_type: str) -> frozenset[str]:
    """Return the kinds of environments that a LoadBalancerType allows: the others ignore it."""
    kind = load_balancer_type.lower()
    return KINDS.difference(BALANCED) | {kind} if kind in BALANCED else KINDS


def misspelt(name: str, known: Collection[str]) -> str | None:
    """Return the known name of which another one is certainly a misspelling, if there is one."""
    for other in known:
        if name.lower() == other.lower():
            return other
        matcher = SequenceMatcher(None, name, other, autojunk=False)
        if matcher.quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR:
            return other
    return None
