"""Exports of a stack that others import: CloudFormation neither removes nor changes such an export.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.operate.comparison.observed import Body, StackState
    from beanstack.operate.session import Clients

SERVICE_ROLE = "-ServiceRole"
KEEP = "Keep it until no stack imports it"
# The option wins over the import, which then disappears from the environments' stacks.
OWN_ROLE = (
    "First give each of their environments the role as an option, `options: {aws:elasticbeanstalk:environment: "
    "{ServiceRole: ...}}`, and deploy it; then write `service_role` in its place"
)


def dropped(clients: Clients, states: Iterable[StackState]) -> Iterator[tuple[str, str, str]]:
    """Yield the exports of deployed stacks that a deployment would remove though stacks import them, with advice."""
    for state in states:
        if not state.exists:
            continue
        for export in sorted(exported(state.deployed) - exported(state.planned)):
            users = ", ".join(sorted(importing(clients, [export])))
            if users:
                reason = f"the stack {state.stack.name} would no longer export {export}, which is imported by {users}"
                yield export, reason, OWN_ROLE if export.endswith(SERVICE_ROLE) else KEEP


def exported(body: Body) -> set[str]:
    """Return the names of a template's exports; those that are functions are left out."""
    found = set()
    for output in body.get("Outputs", {}).values():
        name = output.get("Export", {}).get("Name")
        if isinstance(name, str):
            found.add(name)
    return found


def importing(clients: Clients, exports: Iterable[str]) -> set[str]:
    """Return the names of the stacks that import one of some exports."""
    users: set[str] = set()
    for export in exports:
        try:
            for page in clients.cloudformation.get_paginator("list_imports").paginate(ExportName=export):
                users.update(page["Imports"])
        except ClientError as error:
            if "is not imported by any stack" not in str(error):
                raise
    return users
