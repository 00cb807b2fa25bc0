"""What IAM roles and policies of the templates gain or lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.operate.comparison.observed import as_text, properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.comparison.fates import Fate

DOCUMENTS = ("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "ResourcePolicy")


def permissions(fate: Fate) -> Iterator[str]:
    """Yield a line for each permission that a resource gains or loses."""
    before, after = set(granted(properties(fate.before))), set(granted(properties(fate.after)))
    for line in sorted(after - before):
        yield f"{fate.name} gains {line}"
    for line in sorted(before - after):
        yield f"{fate.name} loses {line}"


def granted(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield each permission of a resource's properties: a managed policy, or one action of a statement."""
    for policy in found.get("ManagedPolicyArns", []):
        yield f"the managed policy {as_text(policy)}"
    for policy in found.get("Policies", []):
        if isinstance(policy, dict):
            yield from statements(policy.get("PolicyDocument", {}))
    for name in DOCUMENTS:
        yield from statements(found.get(name, {}))


def statements(document: Any) -> Iterator[str]:
    """Yield what the statements of a policy document say, an action each."""
    if not isinstance(document, dict):
        return
    for statement in several(document.get("Statement", [])):
        rest = {key: value for key, value in statement.items() if key not in ("Sid", "Effect", "Action", "Resource")}
        for action in several(statement.get("Action", statement.get("NotAction", []))):
            where = " and ".join(as_text(one) for one in several(statement.get("Resource", [])))
            line = f"{statement.get('Effect', 'Allow')} {as_text(action)}"
            line += f" on {where}" if where else ""
            yield line + (f" for {as_text(rest)}" if rest else "")


def several(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of one."""
    return value if isinstance(value, list) else [value]
