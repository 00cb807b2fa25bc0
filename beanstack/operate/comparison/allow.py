"""What an operator allows by name, as in ALLOW="data-loss:database behind"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.comparison.model import ACTIONS
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.comparison.model import Danger


def refused(dangers: Iterable[Danger], allow: str, *, local: bool) -> list[Danger]:
    """Return the dangers that stop a deployment.

    A local run deploys the working tree, whatever git has. Raises DeploymentError if `allow` names what nothing allows,
    or a danger that there is not: a name that is always set would allow the next accident, too.
    """
    allowed = set(allow.split())
    stopping = [danger for danger in dangers if danger.action in ("refuse", "allow") and not is_local(danger, local)]
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


def is_local(danger: Danger, local: bool) -> bool:
    """Return whether a danger does not count because the deployment is to the local AWS."""
    return local and danger.kind == "uncommitted"
