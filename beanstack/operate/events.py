"""What EB and CloudFormation did, in one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import printable_lines
from beanstack.operate.stack import last_operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from beanstack.deployment import Stack
    from beanstack.operate.session import Clients

MOST = 50
BEANSTALK = "EB"  # the source of EB's own events
SEVERITY = {"FAILED": "ERROR", "ROLLBACK_COMPLETE": "WARN"}


class Event(NamedTuple):
    """Something that happened, in UTC; `source` is EB or the stack's name."""

    time: datetime
    source: str
    severity: str
    message: str

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M:%S} {self.severity} {printable_lines(self.message)}"


def beanstalk_events(clients: Clients, since: datetime | None = None) -> list[Event]:
    """Return EB's newest events on the environment, oldest first."""
    names = {"ApplicationName": clients.deployment.eb_application, "EnvironmentName": clients.deployment.eb_environment}
    bounds = {"StartTime": since} if since else {}
    found = clients.beanstalk.describe_events(**names, **bounds, MaxRecords=MOST)["Events"]
    return [Event(event["EventDate"], BEANSTALK, event["Severity"], event["Message"]) for event in reversed(found)]


def stack_events(clients: Clients, stack: str) -> Iterator[Event]:
    """Yield CloudFormation's events of a stack's latest operation, oldest first."""
    for event in last_operation(clients.cloudformation, stack):
        status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
        severity = next((name for ending, name in SEVERITY.items() if status.endswith(ending)), "INFO")
        message = f"{event['LogicalResourceId']} {status}{': ' if reason else ''}{reason}"
        yield Event(event["Timestamp"], stack, severity, message)


def events(clients: Clients, stacks: Iterable[Stack]) -> list[Event]:
    """Return the events of stacks by time, oldest first, with EB's if one of them is the environment's."""
    found: list[Event] = []
    for stack in stacks:
        found += stack_events(clients, stack.name)
        if stack.name == clients.deployment.stack:
            found += beanstalk_events(clients)
    return sorted(found, key=lambda event: event.time)
