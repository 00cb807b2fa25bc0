"""Why a deployment failed, in the order in which an operator wants to know: what, why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.operate.events import beanstalk_events
from beanstack.operate.stack import last_operation, stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.session import Clients

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (stack status codes)
ADVICE = {
    "ROLLBACK_COMPLETE": "The stack never came up, holds nothing and takes no update. "
    "Mend the cause, then `make destroy {make}` and `make stack {make}`.",
    "ROLLBACK_FAILED": "The stack never came up and could not be taken down either. "
    "Mend what the reason names, then `make destroy {make}` and `make stack {make}`.",
    "UPDATE_ROLLBACK_COMPLETE": "AWS went back to what ran before. Mend the cause, then `make stack {make}`.",
    "UPDATE_ROLLBACK_FAILED": "AWS could not go back either, and takes no update until it can. Mend what the reason "
    "names, then `aws cloudformation continue-update-rollback --stack-name {stack} --region {region}`, and "
    "`make stack {make}` when the stack is UPDATE_ROLLBACK_COMPLETE.",
    "DELETE_FAILED": "Something that the stack made could not be deleted. Mend what the reason names, "
    "then `make destroy {make}` again.",
}
IN_PROGRESS = "Another operation is under way. `make events {make}` shows it; try again when it has ended."
OTHERWISE = "The stack itself stands; the error above is of the aws command."
CANCELLED = "Resource creation cancelled"


def why(clients: Clients, name: str, make: str) -> Iterator[str]:
    """Lines on the latest failure of a stack; `make` is how to call make for it."""
    found = stack(clients.cloudformation, name)
    if not found:
        yield f"There is no stack {name} in {clients.deployment.region}; the error above is of the aws command."
        return
    status = found["StackStatus"]
    operation = last_operation(clients.cloudformation, name)
    yield f"{name} is {status}."
    failed = first_failure(operation)
    if failed:
        yield f"First to fail: {failed['LogicalResourceId']} ({failed['ResourceType']}), {failed['ResourceStatus']}"
        yield f"  {failed.get('ResourceStatusReason', 'without a reason')}"
    since = operation[0]["Timestamp"] if operation else found["CreationTime"]
    for event in beanstalk_events(clients, since=since):
        if event.severity in ("ERROR", "FATAL", "WARN"):
            yield f"EB {event}"
    yield advice(status).format(make=make, stack=name, region=clients.deployment.region)


def first_failure(operation: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The event that the others followed from: what was merely cancelled is none."""
    failures = [event for event in operation if event["ResourceStatus"].endswith("_FAILED")]
    causes = [event for event in failures if CANCELLED not in event.get("ResourceStatusReason", "")]
    return next(iter(causes or failures), None)


def advice(status: str) -> str:
    """What to do next about a stack in this state."""
    if status.endswith("_IN_PROGRESS"):
        return IN_PROGRESS
    return ADVICE.get(status, OTHERWISE)
