"""What IAM roles and policies of the templates gain or lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.operate.comparison.observed import as_text, properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.comparison.fates import Fate

DOCUMENTS = ("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "ResourcePolicy", "RepositoryPolicyText")


class Permission(NamedTuple):
    """What is allowed or denied, as `Allow s3:GetObject`, and the rest: on what, and under which conditions."""

    what: str
    scope: str = ""

    def __str__(self) -> str:
        return f"{self.what}{self.scope}"


def permissions(fate: Fate) -> Iterator[str]:
    """Yield a line for each permission that a resource gains or loses."""
    gained, lost = differing(fate)
    for permission in gained:
        yield f"{fate.name} gains {permission}"
    for permission in lost:
        yield f"{fate.name} loses {permission}"


def differing(fate: Fate) -> tuple[list[Permission], list[Permission]]:
    """Return the permissions that a resource gains, and those that it loses."""
    before, after = set(granted(properties(fate.before))), set(granted(properties(fate.after)))
    return sorted(after - before), sorted(before - after)


def granted(found: Mapping[str, Any]) -> Iterator[Permission]:
    """Yield each permission of a resource's properties: a managed policy, a boundary, or one action of a statement."""
    for policy in found.get("ManagedPolicyArns", []):
        yield Permission(f"the managed policy {as_text(policy)}")
    if "PermissionsBoundary" in found:  # to lose it is to gain what it withheld
        yield Permission(f"the permissions boundary {as_text(found['PermissionsBoundary'])}")
    for policy in found.get("Policies", []):
        if isinstance(policy, dict):
            yield from statements(policy.get("PolicyDocument", {}))
    for name in DOCUMENTS:
        yield from statements(found.get(name, {}))


def statements(document: Any) -> Iterator[Permission]:
    """Yield what the statements of a policy document say, an action each."""
    if not isinstance(document, dict):
        return
    for statement in several(document.get("Statement", [])):
        rest = {key: value for key, value in statement.items() if key not in ("Sid", "Effect", "Action", "Resource")}
        where = " and ".join(as_text(one) for one in several(statement.get("Resource", [])))
        scope = f" on {where}" if where else ""
        scope += f" for {as_text(rest)}" if rest else ""
        for action in several(statement.get("Action", statement.get("NotAction", []))):
            yield Permission(f"{statement.get('Effect', 'Allow')} {as_text(action)}", scope)


def several(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of one."""
    return value if isinstance(value, list) else [value]
