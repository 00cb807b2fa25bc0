"""Going on with a rollback that stopped half-way.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from beanstack.operate.stack import stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.operate.session import Clients

STUCK = "UPDATE_ROLLBACK_FAILED"
INTERVAL = 5  # seconds


def stuck(clients: Clients) -> Iterator[str]:
    """The deployment's stacks that could not go back, the application's first."""
    for name in (clients.deployment.application_stack, clients.deployment.stack):
        found = stack(clients.cloudformation, name)
        if found and found["StackStatus"] == STUCK:
            yield name


def continued(clients: Clients, name: str, skip: Sequence[str], interval: float = INTERVAL) -> str:
    """Lets a stack go on and returns the status in which that ends; resources to `skip` stay as they are."""
    skipped = {"ResourcesToSkip": list(skip)} if skip else {}
    clients.cloudformation.continue_update_rollback(StackName=name, **skipped)
    while True:
        time.sleep(interval)
        found = stack(clients.cloudformation, name)
        status = str(found["StackStatus"]) if found else "gone"
        if not status.endswith("_IN_PROGRESS"):
            return status
