"""Going on with a rollback that stopped half-way.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.operate.stack import settled, stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.operate.session import Clients

STUCK = "UPDATE_ROLLBACK_FAILED"


def stuck(clients: Clients) -> Iterator[str]:
    """Yield the deployment's stacks that could not go back, in their order."""
    for needed in clients.deployment.stacks:
        found = stack(clients.cloudformation, needed.name)
        if found and found["StackStatus"] == STUCK:
            yield needed.name


def continued(clients: Clients, name: str, skip: Sequence[str]) -> str:
    """Continue a stack's rollback and return the status in which that ends; resources to `skip` stay as they are."""
    skipped = {"ResourcesToSkip": list(skip)} if skip else {}
    clients.cloudformation.continue_update_rollback(StackName=name, **skipped)
    return settled(clients, name)
