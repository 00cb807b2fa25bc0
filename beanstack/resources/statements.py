"""Policies and their statements: made by awacs, and probable mistakes in those of config.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from awacs import aws
from awacs.aws import Action, Condition, PolicyDocument, Statement
from troposphere.iam import Policy

from beanstack.eb.findings import Finding, nearest, shown, suggestion
from beanstack.eb.policies import matches
from beanstack.eb.rules import CONFIG_WARNING
from beanstack.resources.functions import in_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Environment
    from beanstack.config.sections import roles
    from beanstack.eb.findings import Path

STATEMENTS: Path = ("instance_role", "statements")
# Actions that concern no single resource; many of them take none.
LISTING = ("*:Describe*", "*:List*")
# Modules of awacs that are not called as their service is in policies.
MODULES = {"lambda": "awslambda"}


def policy(name: str, *statements: Statement) -> Policy:
    """Return a policy of a role's own."""
    return Policy(PolicyName=name, PolicyDocument=document(*statements))


def document(*statements: Statement) -> PolicyDocument:
    """Return a policy's document."""
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))


def rendered(settings: roles.Statement) -> Statement:
    """Return a statement of config."""
    conditions = []
    for operator, values in settings.conditions.items():
        element = getattr(aws, operator.replace(":", ""))
        conditions.append(element({key: list(texts) for key, texts in values.items()}))
    return Statement(
        Effect=settings.effect,
        Action=[Action(*action.split(":")) for action in settings.actions],
        Resource=[in_template(one) for one in settings.resources],
        **({"Condition": Condition(conditions)} if conditions else {}),
    )


def unwise(environment: Environment) -> Iterator[Finding]:
    """Yield actions that no service is known to have, and statements that allow more than is probably intended."""
    for index, statement in enumerate(environment.instance_role.statements):
        path = (*STATEMENTS, index)
        for place, action in enumerate(statement.actions):
            message = _unknown(action)
            if not message and statement.effect == "Allow":
                message = _broad(action)
            if message:
                yield Finding((*path, "actions", place), message, CONFIG_WARNING)
        is_everywhere = statement.effect == "Allow" and "*" in statement.resources and not statement.conditions
        if is_everywhere and not all(matches(action, LISTING) for action in statement.actions):
            message = "allows this on every resource; name ARNs, or add `conditions`"
            yield Finding((*path, "resources", statement.resources.index("*")), message, CONFIG_WARNING)


def _unknown(action: str) -> str:
    """Return that an action is of no known service, or none of its service's; newer ones may exist."""
    service, _, name = action.partition(":")
    if service == "*":
        return ""
    module = f"awacs.{MODULES.get(service, service.replace('-', '_'))}"
    if not find_spec(module):
        return f"unknown service {shown(service)} in {shown(action)}"
    known = {one.action for one in vars(import_module(module)).values() if isinstance(one, Action) and one.action}
    if any(matches(one, [name]) for one in known):
        return ""
    return f"unknown action {shown(action)}{suggestion(nearest(name, known))}"


def _broad(action: str) -> str:
    """Return that an action is all of a service, or of all services."""
    service, _, name = action.partition(":")
    if service == "*":
        return "allows everything that AWS has; name actions"
    return f"allows all that {service} has; name actions" if name.strip("*") == "" else ""
