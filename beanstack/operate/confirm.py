"""Asking before something is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.plan import template_of
from beanstack.operate.stack import stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.session import Clients

FATE = {
    "Delete": "Its database and all data in it are deleted.",
    "Snapshot": "Its database is deleted; RDS keeps a last snapshot of it, and the password's secret stays.",
    "Retain": "Its database and the password's secret stay, and cost, until you delete them.",
}


def warning(clients: Clients, name: str) -> Iterator[str]:
    """What deleting a stack loses, from the template that is deployed; nothing where there is no such stack."""
    if not stack(clients.cloudformation, name):
        return
    yield f"This deletes the stack {name} in {clients.deployment.region}."
    for resource in template_of(clients.cloudformation, name)["Resources"].values():
        for setting in resource.get("Properties", {}).get("OptionSettings", []):
            if setting["OptionName"] == "DBDeletionPolicy":
                yield FATE[setting["Value"]]
        if resource["Type"] == "AWS::S3::Bucket":
            yield "Its bundle bucket stays, with every bundle."
