"""Replaced and deleted resources: names that make another application or environment, and data that goes with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.operate.comparison.model import Danger
from beanstack.operate.comparison.observed import APPLICATION, ENVIRONMENT, as_text, properties
from beanstack.operate.comparison.schemas import EMPTY_ON_DELETE, schema
from beanstack.operate.hidden import hide_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.operate.comparison.fates import Fate

KEPT = ("Retain", "RetainExceptOnCreate")
# CloudFormation takes a snapshot of these unless the template says otherwise.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
SNAPSHOT_BY_DEFAULT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
SIZE = re.compile(r"(Allocated|Max|Volume)?(Storage|Size)(Capacity)?")
PUT_BACK = "Put back what the config said of it, or allow the loss"


def replaced(stack: str, fates: Iterable[Fate]) -> Iterator[Danger]:
    """Yield EB's application and environment if they would be replaced or deleted."""
    for fate in fates:
        if fate.type not in (APPLICATION, ENVIRONMENT):
            continue
        if fate.action == "Remove":
            reason = f"{fate.name} ({fate.type}) disappears from the stack {stack} and would be deleted"
            yield Danger("replacement", fate.name, reason, "Put it back, or use `make destroy`")
        if fate.action == "Replace":
            changes = "; ".join(changed(fate, path) for path in fate.replacing)
            what = f"{fate.name} ({fate.type}) would be deleted and created again"
            todo = "Create another environment beside it, or restore the name"
            public = f"{what}: {', '.join(fate.replacing)}"
            yield Danger("replacement", fate.name, f"{what}: {changes}", todo, public)


def changed(fate: Fate, path: str) -> str:
    """Return how a property of a resource changes, in words; what may be a secret is hidden."""
    name = path.rpartition(".")[2]
    values = (hide_in(value_at(resource, path), name) for resource in (fate.before, fate.after))
    old, new = ("unset" if value is None else as_text(value) for value in values)
    return f"{path} {old} -> {new}"


def value_at(resource: Any, path: str) -> Any:
    """Return the value of a property by its path; None where there is none."""
    value: Any = resource if path == "Type" else properties(resource)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def lost(fates: Iterable[Fate]) -> Iterator[Danger]:
    """Yield the resources with content of their own that would be deleted, replaced or made smaller."""
    for fate in fates:
        found = schema(fate.type)
        if not found.is_stateful:
            continue
        what = f"{fate.name} ({fate.type})"
        if fate.action == "Remove" and loses_content(fate):
            policy = policy_of(fate, "DeletionPolicy")
            reason = f"{what} would be deleted with its content; the deployed deletion policy is {policy}"
            yield Danger("data-loss", fate.name, reason, PUT_BACK)
        if fate.action == "Replace" and fate.type not in (APPLICATION, ENVIRONMENT):
            kept = "the old one stays" if is_kept(fate, "UpdateReplacePolicy") else "the old one is deleted"
            changes = "; ".join(changed(fate, path) for path in fate.replacing)
            reason = f"{what} would be replaced by an empty one, and {kept}"
            public = f"{reason}: {', '.join(fate.replacing)}"
            yield Danger("data-loss", fate.name, f"{reason}: {changes}", PUT_BACK, public)
        for name in fate.differing:
            if fate.action == "Modify" and SIZE.fullmatch(name) and is_smaller(fate, name):
                reason = f"{what} would shrink"
                yield Danger("data-loss", fate.name, f"{reason}: {changed(fate, name)}", PUT_BACK, f"{reason}: {name}")


def unknown(fates: Iterable[Fate]) -> Iterator[str]:
    """Yield what changes and has no schema, such as custom resources."""
    for fate in fates:
        if fate.action != "Add" and not schema(fate.type).is_known:
            yield f"{fate.name} ({fate.type}): whether it is replaced or loses content, because its type has no schema"


def loses_content(fate: Fate) -> bool:
    """Return whether deleting a resource also deletes content of its own."""
    found = schema(fate.type)
    keeps_content = found.keeps_content and not properties(fate.before).get(EMPTY_ON_DELETE)
    return found.is_stateful and not keeps_content and not is_kept(fate, "DeletionPolicy")


def policy_of(fate: Fate, attribute: str) -> str:
    """Return what the deployed template says of a resource's end, or CloudFormation's default."""
    default = "Delete"
    if attribute == "DeletionPolicy" and fate.type in SNAPSHOT_BY_DEFAULT:
        default = "Snapshot"
    return str(fate.before.get(attribute, default))


def is_kept(fate: Fate, attribute: str) -> bool:
    """Return whether a resource outlives its place in the stack."""
    return policy_of(fate, attribute) in KEPT


def is_smaller(fate: Fate, name: str) -> bool:
    """Return whether a size shrinks; one that is not a number does not count."""
    old, new = str(value_at(fate.before, name)), str(value_at(fate.after, name))
    return old.isdecimal() and new.isdecimal() and int(new) < int(old)
