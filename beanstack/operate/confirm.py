"""The question before something is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.bucket import BUCKET
from beanstack.operate.comparison import database, losses
from beanstack.operate.comparison.fates import fates
from beanstack.operate.comparison.imports import importing
from beanstack.operate.comparison.observe import live_options
from beanstack.operate.comparison.observed import APPLICATION, ENVIRONMENT, of_type, options
from beanstack.operate.errors import DeploymentError
from beanstack.operate.health import environment
from beanstack.operate.stack import outputs, stack, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import Option
    from beanstack.operate.session import Clients

FATE = {
    "Delete": "Its database and all data in it are deleted.",
    "Snapshot": "Its database is deleted; RDS keeps a last snapshot of it, and the password's secret stays.",
    "Retain": "Its database and the password's secret stay, and cost, until you delete them.",
}


def warnings(clients: Clients, names: Sequence[str]) -> Iterator[str]:
    """Yield what deleting stacks loses; nothing if there are none. Raises DeploymentError if others need them."""
    for name in names:
        found = stack(clients.cloudformation, name)
        if found:
            exports = [output["ExportName"] for output in found.get("Outputs", []) if "ExportName" in output]
            yield from warning(clients, name, importing(clients, exports) - set(names))
            bucket = outputs(found).get(BUCKET)  # there is none for a stack that was never created successfully
            if bucket:
                yield f"Its bundle bucket {bucket} stays, with every bundle."


def warning(clients: Clients, name: str, users: set[str]) -> Iterator[str]:
    """Yield what deleting a stack loses, by the template that is deployed.

    Raises DeploymentError if it has `users`, which import from it: CloudFormation would accept the call and do nothing.
    """
    if users:
        raise DeploymentError(
            f"{', '.join(sorted(users))} still need the stack {name}; destroy them first, then this one"
        )
    yield f"This deletes the stack {name} in {clients.deployment.region}."
    body = template_of(clients.cloudformation, name)
    if any(of_type(body, ENVIRONMENT)):
        yield from of_database(options(body), live_options(clients) if environment(clients) else {})
    for fate in fates(body, {}):
        yield from of_content(fate)


def of_database(deployed: Mapping[Option, str], live: Mapping[Option, str]) -> Iterator[str]:
    """Yield what becomes of the coupled database, if there is one: EB's own settings count, not only the template's."""
    found = database.current(deployed, live)
    if database.is_coupled(found):
        yield FATE.get(database.value(found, "DBDeletionPolicy"), FATE["Delete"])


def of_content(fate: Fate) -> Iterator[str]:
    """Yield what becomes of a resource with content of its own, by its deployed deletion policy, if it is lost."""
    if fate.type in (APPLICATION, ENVIRONMENT) or not losses.loses_content(fate):
        return
    kept = ""
    if losses.policy_of(fate, "DeletionPolicy") == "Snapshot":
        kept = "; a last snapshot of it stays"
    yield f"{fate.name} ({fate.type}) is deleted with its content{kept}."
