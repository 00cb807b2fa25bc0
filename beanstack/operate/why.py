"""Why a deployment failed, in the order in which an operator asks: what, why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.operate.address import records_by_hand
from beanstack.operate.events import beanstalk_events
from beanstack.operate.health import GONE, SMOKE_TEST, VERSIONS, accepted
from beanstack.operate.logs import printed
from beanstack.operate.stack import is_own, last_operation, outputs, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.health import Unhealthy
    from beanstack.operate.session import Clients

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (stack status codes)
UPDATABLE = "UPDATE_ROLLBACK_COMPLETE"
ADVICE = {
    "ROLLBACK_COMPLETE": "The stack never came up, holds nothing and takes no update. "
    "Correct the cause, then `make {destroy} {make}` and `make stack {make}`.",
    "ROLLBACK_FAILED": "The stack never came up and could not be deleted either. "
    "Correct what blocks the rollback, then `make {destroy} {make}` and `make stack {make}`.",
    UPDATABLE: "AWS went back to what ran before. Correct the cause, then `make stack {make}`.",
    "UPDATE_ROLLBACK_FAILED": "AWS could not go back either, and takes no update until it can. "
    "Correct what blocks the rollback, then `make continue-rollback {make}` and `make stack {make}`.",
    "DELETE_FAILED": "Something that the stack made could not be deleted. Correct what the reason names, "
    "then `make {destroy} {make}` again.",
}
IN_PROGRESS = "Another operation is under way. `make events {make}` shows it; try again when it has ended."
OTHERWISE = "Nothing is wrong with the stack itself; the error above is from the aws command."
CANCELLED = "Resource creation cancelled"

TERMINATED = (
    "EB no longer has the environment, although its stack exists: it was terminated outside CloudFormation. "
    "`make destroy {make}`, then `make stack {make}`."
)
BUSY = "EB has not come to an end in time. `make events {make}` shows how it goes on, `{again}` waits again."
OTHER_VERSION = (
    "EB runs {version}, not {expected}: it went back after a deployment that failed, or somebody deployed outside "
    "CloudFormation; `make events {make}` shows which. "
    "`make redeploy {make}` deploys the version of the stack again."
)
UNHEALTHY = (
    "What was deployed runs, and is not healthy. `make events {make}` shows what EB saw, "
    '`make eb {make} ARGS="logs {environment}"` what the application said. '
    "`make rollback {make}` deploys the last good deployment again."
)
MIXED = (
    "Two versions serve: a deployment was aborted, or failed on some instances. `make events {make}` shows it. "
    "`make redeploy {make}` deploys what the stack says on all of them."
)
SMOKE = (
    "EB reports it healthy, but it does not answer as `smoke_test` in config/ expects. "
    '`make eb {make} ARGS="logs {environment}"` shows what the application said. '
    "`make rollback {make}` deploys the last good deployment again."
)


def why(clients: Clients, name: str, make: str) -> Iterator[str]:
    """Yield lines on the latest failure of a stack; `make` is how the user calls make for it."""
    found = stack(clients.cloudformation, name)
    if not found:
        yield f"There is no stack {name} in {clients.deployment.region}; the error above is from the aws command."
        return
    status = found["StackStatus"]
    operation = last_operation(clients.cloudformation, name)
    yield f"{name} is {status}."
    yield from failure("First to fail", first_failure(operation))
    if status.endswith("ROLLBACK_FAILED"):
        yield from failure("Blocks the rollback", blocker(operation))
    shared = name in [stack.name for stack in clients.deployment.shared]
    if name == clients.deployment.stack:
        yield from complaints(clients)
    yield advice(status, make, shared=shared)


def why_not_healthy(clients: Clients, found: Unhealthy, make: str, again: str) -> Iterator[str]:
    """Yield lines on an environment that differs from its stack although CloudFormation reports success.

    `again` is the call of make that deployed it.
    """
    yield f"{clients.deployment.stack}: {found.state or 'EB knows no such environment'}"
    healths = accepted(clients.deployment)
    good = healths[-1] if found.state and found.state.is_basic else " or ".join(healths[:-1])
    yield f"  expected: Ready, health {good}, version {found.expected or 'none'} on every instance"
    yield from (f"  {cause}" for cause in found.causes)
    if found.failed == SMOKE_TEST:
        described = stack(clients.cloudformation, clients.deployment.stack) or {}
        for record in records_by_hand(outputs(described)):
            yield f"  DNS, to be set by hand: {record}"
    yield from complaints(clients)
    if found.state and found.state.status not in GONE:
        yield from printed(clients)
    yield health_advice(found, clients.deployment.stack, make, again)


def failure(title: str, event: dict[str, Any] | None) -> Iterator[str]:
    """Yield a resource's failure and its reason; nothing if none failed."""
    if event:
        yield f"{title}: {event['LogicalResourceId']} ({event['ResourceType']}), {event['ResourceStatus']}"
        yield f"  {event.get('ResourceStatusReason', 'without a reason')}"


def complaints(clients: Clients) -> Iterator[str]:
    """Yield what EB warned of since the latest operation of the environment's stack began."""
    operation = last_operation(clients.cloudformation, clients.deployment.stack)
    for event in beanstalk_events(clients, since=operation[0]["Timestamp"] if operation else None):
        if event.severity in ("ERROR", "FATAL", "WARN"):
            yield f"EB {event}"


def first_failure(operation: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the failure from which the others followed; what was merely cancelled does not count."""
    failures = [event for event in operation if event["ResourceStatus"].endswith("_FAILED")]
    causes = [event for event in failures if CANCELLED not in event.get("ResourceStatusReason", "")]
    return next(iter(causes or failures), None)


def blocker(operation: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the first failure since the stack last began to roll back: what it could not undo."""
    begun = [
        number
        for number, event in enumerate(operation)
        if is_own(event) and event["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS")
    ]
    return first_failure(operation[begun[-1] :]) if begun else None


def takes_no_update(status: str) -> bool:
    """Return whether CloudFormation refuses every update of a stack in this state."""
    return status.endswith("_IN_PROGRESS") or (status in ADVICE and status != UPDATABLE)


def advice(status: str, make: str, *, shared: bool = False) -> str:
    """Return what to do next about a stack in this state; `shared` is for those of the application."""
    text = IN_PROGRESS if status.endswith("_IN_PROGRESS") else ADVICE.get(status, OTHERWISE)
    return text.format(make=make, destroy="destroy-application" if shared else "destroy")


def health_advice(found: Unhealthy, environment: str, make: str, again: str) -> str:
    """Return what to do next about an environment that differs from its stack."""
    state = found.state
    if not state or state.status in GONE:
        text = TERMINATED
    elif state.status != "Ready":
        text = BUSY
    elif found.failed == VERSIONS:
        text = MIXED
    elif found.failed == SMOKE_TEST:
        text = SMOKE
    else:
        text = UNHEALTHY if state.version == found.expected else OTHER_VERSION
    version = state.version if state else ""
    names = {"make": make, "again": again, "environment": environment}
    return text.format(**names, version=version or "no version", expected=found.expected)
