"""The question before something is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.operate.errors import DeploymentError
from beanstack.operate.stack import stack, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
            yield from warning(clients, name, importing(clients, found) - set(names))


def warning(clients: Clients, name: str, users: set[str]) -> Iterator[str]:
    """Yield what deleting a stack loses, by the template that is deployed.

    Raises DeploymentError if it has `users`, which import from it: CloudFormation would accept the call and do nothing.
    """
    if users:
        raise DeploymentError(
            f"{', '.join(sorted(users))} still need the stack {name}; destroy them first, then this one"
        )
    yield f"This deletes the stack {name} in {clients.deployment.region}."
    for resource in template_of(clients.cloudformation, name)["Resources"].values():
        for setting in resource.get("Properties", {}).get("OptionSettings", []):
            if setting["OptionName"] == "DBDeletionPolicy":
                yield FATE[setting["Value"]]
        if resource["Type"] == "AWS::S3::Bucket":
            yield "Its bundle bucket stays, with every bundle."


def importing(clients: Clients, description: dict[str, Any]) -> set[str]:
    """Return the names of the stacks that import what a stack exports."""
    exports = [output["ExportName"] for output in description.get("Outputs", []) if "ExportName" in output]
    users: set[str] = set()
    for export in exports:
        try:
            for page in clients.cloudformation.get_paginator("list_imports").paginate(ExportName=export):
                users.update(page["Imports"])
        except ClientError as error:
            if "is not imported by any stack" not in str(error):
                raise
    return users
