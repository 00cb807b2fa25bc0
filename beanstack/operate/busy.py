"""Waiting until nobody else changes the environment: EB and CloudFormation accept one operation at a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError
from beanstack.operate.health import environment
from beanstack.operate.patience import patient
from beanstack.operate.stack import stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from beanstack.operate.session import Clients


def wait_until_free(clients: Clients, report: Callable[[str], None], timeout: float, make: str) -> None:
    """Return as soon as no operation is under way; `report` shows each that is waited for, once.

    Raises DeploymentError after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    reported = set[str]()
    while operations := patient(lambda: list(under_way(clients)), clients.interval, report, deadline):
        for operation in operations:
            if operation not in reported:
                reported.add(operation)
                report(f"waiting: {operation}")
        if time.monotonic() + clients.interval > deadline:
            raise DeploymentError(f"busy: {operations[0]}; `make events {make}` shows it, `make abort {make}` stops it")
        time.sleep(clients.interval)


def under_way(clients: Clients) -> Iterator[str]:
    """Yield what is being done to the deployment's stacks and to its environment."""
    for needed in clients.deployment.stacks:
        found = stack(clients.cloudformation, needed.name)
        if found and found["StackStatus"].endswith("_IN_PROGRESS"):
            yield f"{needed.name} is {found['StackStatus']}"
    described = environment(clients)
    if described and described["Status"] != "Ready":
        yield f"the environment {clients.deployment.eb_environment} is {described['Status']}"
