"""What an operator allows by name, as in ALLOW="data-loss:database behind"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.comparison.model import ACTIONS
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.comparison.model import Danger


def refused(dangers: Iterable[Danger], allow: str) -> list[Danger]:
    """Return the dangers that stop a deployment.

    Raises DeploymentError if `allow` names what nothing allows,
    or a danger that there is not: a name that is always set would allow the next accident, too.
    """
    allowed = set(allow.split())
    stopping = [danger for danger in dangers if danger.action in ("refuse", "allow")]
    known = {danger.key for danger in stopping if danger.action == "allow"}
    protected = {danger.subject for danger in stopping if danger.kind == "protected"}
    for name in sorted(allowed - known):
        if name.partition(":")[2] in protected:
            continue  # the danger itself says what to do
        if ACTIONS.get(name.partition(":")[0]) != "allow":
            kinds = ", ".join(kind for kind, action in ACTIONS.items() if action == "allow")
            raise DeploymentError(f"ALLOW names {name}, which cannot be allowed; these can: {kinds}")
        raise DeploymentError(f"ALLOW names {name}, which is no danger of this deployment; remove it")
    return [danger for danger in stopping if danger.key not in allowed]
