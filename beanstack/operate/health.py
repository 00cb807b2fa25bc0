"""Waiting until EB itself says that the environment runs the expected version in good health.

CloudFormation reports success as soon as EB has taken an update, even over an application that is dead.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.operate.events import Event, beanstalk_events
from beanstack.operate.stack import outputs, stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.operate.session import Clients

GONE = ("Terminating", "Terminated")


class State(NamedTuple):
    """What EB says of an environment: `Ready` and the like, `Ok` and the like, its version's label."""

    status: str
    health: str
    version: str

    def __str__(self) -> str:
        return f"{self.status}, health {self.health}, version {self.version or 'none'}"


class Unhealthy(NamedTuple):
    """How an environment stood when the wait was given up, with EB's causes."""

    state: State | None
    expected: str
    causes: tuple[str, ...]


def environment(clients: Clients) -> dict[str, Any] | None:
    """EB's description of the environment, None where EB does not know it."""
    names = {"ApplicationName": clients.deployment.application, "EnvironmentNames": [clients.deployment.stack]}
    found = clients.beanstalk.describe_environments(**names, IncludeDeleted=False)["Environments"]
    return found[0] if found else None


def state(description: dict[str, Any]) -> State:
    """An environment's description in three words."""
    health = description.get("HealthStatus") or description.get("Health") or "Unknown"
    return State(description["Status"], health, description.get("VersionLabel", ""))


def wait(clients: Clients, tell: Callable[[str], None], timeout: float) -> State | Unhealthy:
    """Returns the state as soon as it is Ready and Ok on the stack's version; Unhealthy when the time is up.

    `timeout` is in seconds; `tell` hears of every other state and of EB's events on the way.
    """
    began, told = datetime.now(UTC), set[Event]()
    expected = outputs(stack(clients.cloudformation, clients.deployment.stack) or {}).get("Version", "")
    wanted = State("Ready", "Ok", expected)
    deadline = time.monotonic() + timeout
    last: State | None = None
    while True:
        description = environment(clients)
        now = state(description) if description else None
        if now == wanted:
            return wanted
        if now and now != last:
            tell(f"{clients.deployment.stack}: {now}")
        last = now
        for event in beanstalk_events(clients, since=began):
            if event not in told:
                told.add(event)
                tell(f"  EB: {event}")
        # The local AWS changes nothing by itself.
        settled = clients.endpoint and now and now.status == "Ready"
        if not now or settled or now.status in GONE or time.monotonic() + clients.interval > deadline:
            return Unhealthy(now, expected, causes(clients) if now else ())
        time.sleep(clients.interval)


def causes(clients: Clients) -> tuple[str, ...]:
    """Why enhanced health is not Ok, in EB's words."""
    found = clients.beanstalk.describe_environment_health(
        EnvironmentName=clients.deployment.stack, AttributeNames=["Causes", "Status"]
    )
    return tuple(found.get("Causes", ()))
