"""A CloudFormation stack: its state, its template, its outputs and its events."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.operate.committed import template
from beanstack.operate.patience import patient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from beanstack.operate.session import Clients

# A change set that was never executed leaves this; there is nothing in it.
EMPTY = "REVIEW_IN_PROGRESS"
NOT_ASCII = "non-ASCII characters, for which CloudFormation returns question marks"
GONE = "gone"  # instead of the status of a stack that does not exist


def stack(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """Return a stack's description; None if there is no such stack."""
    found = stack_or_empty(cloudformation, name)
    return None if found and found["StackStatus"] == EMPTY else found


def stack_or_empty(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """Return the same, also for a stack that is nothing yet but somebody's change set."""
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return found


def came_up(status: str) -> bool:
    """Return whether a stack in this state was created, and is not being deleted.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
    """
    return status == "CREATE_COMPLETE" or not status.startswith(("CREATE_", "ROLLBACK_", "DELETE_"))


def template_of(cloudformation: Any, name: str) -> Any:
    """Return a deployed stack's template, parsed."""
    body = cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return template(body) if isinstance(body, str) else body


def policy_of(cloudformation: Any, name: str) -> Any:
    """Return a stack's policy, parsed; None if it has none."""
    body = cloudformation.get_stack_policy(StackName=name).get("StackPolicyBody")
    return json.loads(body) if body else None


def as_returned(body: Any) -> Any:
    """Return a template with a question mark for what is not ASCII, as CloudFormation returns it.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
    """
    return json.loads(re.sub(r"[^\x00-\x7f]+|\?+", "?", json.dumps(body, ensure_ascii=False, default=str)))


def settled(clients: Clients, name: str, report: Callable[[], None] = lambda: None) -> str:
    """Wait until no operation on a stack is under way and return its status, or GONE; call `report` again and again."""
    while True:
        time.sleep(clients.interval)
        report()
        found = patient(lambda: stack(clients.cloudformation, name), clients.interval, print)
        status = str(found["StackStatus"]) if found else GONE
        if not status.endswith("_IN_PROGRESS"):
            return status


def outputs(description: dict[str, Any]) -> dict[str, str]:
    """Return a stack's outputs by key."""
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}


def last_operation(cloudformation: Any, name: str) -> list[dict[str, Any]]:
    """Return the events of a stack's latest operation, oldest first; empty if there is no such stack."""
    events = []
    for event in _events(cloudformation, name):
        events.append(event)
        status = event["ResourceStatus"]
        begins = status.endswith("_IN_PROGRESS") and "ROLLBACK" not in status and "CLEANUP" not in status
        if is_own(event) and begins and status != EMPTY:
            break
    return events[::-1]


def is_own(event: dict[str, Any]) -> bool:
    """Return whether an event is about the stack as a whole."""
    return bool(event["PhysicalResourceId"] == event["StackId"])


def _events(cloudformation: Any, name: str) -> Iterator[dict[str, Any]]:
    """Yield a stack's events, newest first."""
    try:
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=name):
            yield from page["StackEvents"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
