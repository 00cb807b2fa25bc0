"""The commands that act on EB's environment and leave its stack's template as it is: abort, restart, redeploy.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rollingupdates.cancel.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn--stack-update-cancel.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_RestartAppServer.html
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from beanstack.operate import deploying
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.deployment import Stack
    from beanstack.operate.call import Call
    from beanstack.operate.events import Event
    from beanstack.operate.follow import News
    from beanstack.operate.session import Clients

UPDATING = "UPDATE_IN_PROGRESS"  # the one status in which CloudFormation cancels an update
NOT_CANCELLED = {
    "CREATE_IN_PROGRESS": "is being created, which cannot be aborted; `make destroy {make}` deletes it",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "has been updated, and its cleanup cannot be aborted; wait for its end",
    "UPDATE_ROLLBACK_IN_PROGRESS": "is already going back; `make events {make}` shows how far it is",
}


def abort(call: Call) -> int:
    """Stop what is being done to the environment, wait until AWS has gone back, and show which versions serve."""
    from beanstack.operate import record
    from beanstack.operate.stack import stack

    call.refuse_foreign()
    statuses = {}
    for one in call.deployment.own:
        statuses[one] = (stack(call.clients.cloudformation, one.name) or {}).get("StackStatus", "")
    updating = {one: call.news(one) for one, status in statuses.items() if status == UPDATING}
    if not updating and not is_abortable(call.clients):
        raise DeploymentError(nothing_to_abort(call, statuses))
    intended = record.intended(call, "abort")
    record.begin(call.clients, intended)  # without the lock, which the deployment holds
    result = record.INTERRUPTED
    try:
        status = cancel(call, updating)
        result = record.FAILED if status else record.DONE
    except DeploymentError:
        result = record.FAILED
        raise
    finally:
        record.end(call.clients, intended.key, result)
    return status


def cancel(call: Call, updating: Mapping[Stack, News]) -> int:
    """Cancel the updates of stacks and of EB's environment, wait for their ends, and return the exit status."""
    from beanstack.operate.events import beanstalk_events

    before = beanstalk_events(call.clients)
    for one in updating:
        call.clients.cloudformation.cancel_update_stack(StackName=one.name)
        print(f"{one.name}: the update of the stack is cancelled, and CloudFormation goes back", flush=True)
    # CloudFormation goes back only when EB has ended what it does.
    if is_abortable(call.clients):
        call.clients.beanstalk.abort_environment_update(EnvironmentName=call.deployment.eb_environment)
        print(f"{call.stack}: EB aborts the update of the environment", flush=True)
    return ended(call, updating, before)


def nothing_to_abort(call: Call, statuses: Mapping[Stack, str]) -> str:
    """Return why nothing can be aborted."""
    for one, status in statuses.items():
        if status in NOT_CANCELLED:
            return f"{one.name} {NOT_CANCELLED[status].format(make=call.make)}"
    return f"nothing that can be aborted is being done to {call.stack}"


def is_abortable(clients: Clients) -> bool:
    """Return whether EB is doing something to the environment that it can abort."""
    from beanstack.operate.health import environment

    return bool((environment(clients) or {}).get("AbortableOperationInProgress"))


def ended(call: Call, cancelled: Mapping[Stack, News], before: Iterable[Event]) -> int:
    """Wait until what was aborted has ended, show what serves now, and return the exit status."""
    from beanstack.operate.events import beanstalk_events
    from beanstack.operate.stack import settled
    from beanstack.operate.why import UPDATABLE

    for one, news in cancelled.items():
        status = settled(call.clients, one.name, news.report)
        if status != UPDATABLE:
            call.complain(one.name)
            return 1
        print(f"{one.name} is {status}")
        before = beanstalk_events(call.clients)  # reported above
    until_ready(call, before, has_begun=True)
    print(serving(versions(call.clients), deploying.version(call), call.make))
    return 0


def versions(clients: Clients) -> Counter[str] | None:
    """Return how many instances run each version; None if EB does not show it, as with basic health."""
    from botocore.exceptions import ClientError

    from beanstack.operate.health import instances
    from beanstack.operate.patience import code

    try:
        return Counter(one.get("Deployment", {}).get("VersionLabel", "") for one in instances(clients, "Deployment"))
    except ClientError as error:
        if code(error) != "InvalidRequestException":
            raise
        return None


def serving(found: Counter[str] | None, expected: str, make: str) -> str:
    """Return which versions serve after an abort; `expected` is the stack's."""
    again = f"`make redeploy {make}` deploys {expected} on all of them"
    if found is None:
        return f"With basic health EB does not show which version each instance runs. {again}"
    shown = ", ".join(f"{version or 'no version'} on {count}" for version, count in sorted(found.items()))
    if len(found) > 1:
        return f"{len(found)} versions serve: {shown}. {again}"
    if expected not in found:
        return f"The stack's version {expected} does not serve, but {shown or 'nothing'}. {again}"
    return f"Serving: {shown}"


@deploying.step()
def restart(call: Call) -> int:
    """Restart the application on all instances."""
    from beanstack.operate.events import beanstalk_events

    refuse_unready(call)
    deploying.begin_at_once(call, "restart", call.options.timeout)
    before = beanstalk_events(call.clients)
    call.clients.beanstalk.restart_app_server(EnvironmentName=call.deployment.eb_environment)
    print(f"{call.stack}: EB restarts the application", flush=True)
    until_ready(call, before)
    return 0


@deploying.step()
def redeploy(call: Call) -> int:
    """Deploy the stack's version once more on all instances, as after a launch that failed."""
    from beanstack.operate.events import beanstalk_events

    refuse_unready(call)
    deploying.begin_at_once(call, "redeploy", call.options.timeout)
    before = beanstalk_events(call.clients)
    version = deploying.version(call)
    call.clients.beanstalk.update_environment(EnvironmentName=call.deployment.eb_environment, VersionLabel=version)
    print(f"{call.stack}: EB deploys {version} again", flush=True)
    until_ready(call, before)
    return 0


def refuse_unready(call: Call) -> None:
    """Raise DeploymentError unless the environment is ours, and nobody else changes it or has locked it."""
    from beanstack.operate.busy import under_way

    call.refuse_absent()
    deploying.refuse_locked(call)
    for operation in under_way(call.clients):
        raise DeploymentError(
            f"busy: {operation}; `make events {call.make}` shows it, `make abort {call.make}` stops it"
        )


def until_ready(call: Call, before: Iterable[Event], *, has_begun: bool = False) -> None:
    """Report EB's events that are not among those `before` until the environment is Ready.

    EB takes a moment until an environment that has to do something is no longer Ready: its first event shows that it
    has begun. Raises DeploymentError if the time is over.
    """
    from beanstack.operate.events import beanstalk_events
    from beanstack.operate.health import environment

    seen, deadline = set(before), time.monotonic() + call.options.timeout
    while True:
        for event in beanstalk_events(call.clients):
            if event not in seen:
                seen.add(event)
                has_begun = True
                print(f"  EB: {event}", flush=True)
        described = environment(call.clients)
        if described is None or (has_begun and described["Status"] == "Ready"):
            return
        if time.monotonic() > deadline:
            raise DeploymentError(
                f"{call.stack} is {described['Status']}; `make events {call.make}` shows how it goes on"
            )
        time.sleep(call.clients.interval)
