"""The commands that change no stack's template: what each asks of AWS, and how it is shown.

Modules that need botocore, rich or yaml are imported by the commands that use them: a recipe that does not wait for AWS
should not wait for Python either.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable, printable_lines
from beanstack.operate import deploy, deploying
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from beanstack.operate.call import Call


def zip_bundle(call: Call) -> int:
    """Zip the bundle that the template names, and print the path."""
    print(deploy.zip_bundle(call))
    return 0


@deploying.step(interruption="failed")
def begin(call: Call) -> int:
    """Take the environment's lock, and record what is about to be deployed."""
    from beanstack.operate.given import give

    give(call)
    call.refuse_foreign()
    return deploying.begin(call, "stack", call.options.timeout)


@deploying.step()
def protect(call: Call) -> int:
    """Switch the stacks' protection from deletion on or off, as the committed template asks."""
    from beanstack.operate.protect import protect

    protect(call)
    return 0


@deploying.step(failure="unhealthy", success="deployed")
def wait(call: Call) -> int:
    """Wait until every instance runs the expected version, is healthy, and answers the smoke test."""
    from beanstack.operate.address import address
    from beanstack.operate.health import State, environment, wait
    from beanstack.operate.stack import outputs, stack

    result = wait(call.clients, partial(print, flush=True), call.options.timeout)
    if isinstance(result, State) and call.options.remove_leftovers and remove_leftovers(call):
        result = wait(call.clients, partial(print, flush=True), call.options.timeout)
    if isinstance(result, State):
        found = outputs(stack(call.clients.cloudformation, call.stack) or {})
        print(*(f"  {key}: {value}" for key, value in found.items()), sep="\n")  # the state was shown while waiting
        described = environment(call.clients) if call.endpoint else None
        where = address(call.clients, found.get("URL", ""), described)
        if where is None:
            print("  nothing listens there: no container engine runs it")
            return 0
        for hint in where.hints:
            print(f"  try: {hint}")
        return 0
    from beanstack.operate.why import why_not_healthy

    reasons = why_not_healthy(call.clients, result, call.make, call.again)
    print(*map(printable_lines, reasons), sep="\n", file=sys.stderr)
    return 1


def remove_leftovers(call: Call) -> bool:
    """Make EB forget the options that the template no longer sets; return whether there are any."""
    from beanstack.operate import leftovers

    try:
        return leftovers.remove(call)
    except DeploymentError:
        deploying.end(call, "deployed")  # and healthy, despite the error
        raise


def execute(call: Call) -> int:
    """Run a command in a container of an instance, and show what it prints."""
    from beanstack.operate.execution import execute

    return execute(call)


def snapshot(call: Call) -> int:
    """Take a snapshot of the environment's coupled database, and wait until it is available."""
    from beanstack.operate.snapshot import snapshot

    call.refuse_foreign()
    name = snapshot(call.clients, partial(print, flush=True))
    print(f"The snapshot {name} is available, and stays until you delete it")
    return 0


def import_stack(call: Call) -> int:
    """Import EB's application and environment into their stacks, without changing them."""
    from beanstack.operate.importing import import_stack

    return import_stack(call)


def continue_rollback(call: Call) -> int:
    """Let a stack that could not go back go on with it."""
    from beanstack.operate.rollback import STUCK, continued, stuck
    from beanstack.operate.why import UPDATABLE, advice

    call.refuse_foreign()
    names = list(stuck(call.clients))
    if not names:
        either = " nor ".join(stack.name for stack in call.deployment.stacks)
        raise DeploymentError(f"neither {either} is {STUCK}; there is nothing to continue")
    for name in names:
        if continued(call.clients, name, call.options.skip) != UPDATABLE:
            call.complain(name)
            return 1
        print(f"{name} is {UPDATABLE}. {advice(UPDATABLE, call.make)}")
    return 0


def url(call: Call) -> int:
    """Print the environment's URL; in a local run, the one that this machine answers."""
    from beanstack.operate.address import address
    from beanstack.operate.health import environment
    from beanstack.operate.stack import outputs, stack
    from beanstack.operate.why import TERMINATED

    call.refuse_foreign()
    found = stack(call.clients.cloudformation, call.stack)
    known = outputs(found or {}).get("URL", "")
    if not known:
        missing = f"{call.stack} is {found['StackStatus']} and has no URL" if found else call.no_stack
        print(missing, file=sys.stderr)
        return 1
    described = environment(call.clients)
    if described is None:
        print(TERMINATED.format(make=call.make), file=sys.stderr)
        return 1
    where = address(call.clients, known, described)
    if where is None:
        print(known)
        return 0
    print(where.shown)
    for hint in where.hints:
        print(f"try: {hint}", file=sys.stderr)
    return 0


def events(call: Call) -> int:
    """Show what EB and CloudFormation did last."""
    from beanstack.operate.events import events
    from beanstack.operate.screen import COLOURS, console
    from beanstack.operate.stack import stack

    call.refuse_foreign()
    screen = console()
    for event in events(call.clients, call.stacks):
        screen.print(f"{event.source}: {event}", style=COLOURS.get(event.severity))
    if stack(call.clients.cloudformation, call.stack):
        return 0
    print(call.no_stack, file=sys.stderr)
    return 1


def drift(call: Call) -> int:
    """Show which of the environment's settings were changed beside its stack; exit 1 if any were."""
    from beanstack.operate.live import find_drift

    call.refuse_absent()
    found = find_drift(call.clients)
    for one in found.drifts:
        print(printable(str(one)))
    for unchecked in found.unchecked:
        print(printable(f"not checked: {unchecked}"))
    if not found.drifts:
        print(f"{call.stack}: no drift")
    return 1 if found.drifts else 0


def eb(call: Call) -> int:
    """Run the EB CLI for the environment."""
    from beanstack.operate.eb import eb
    from beanstack.venv import VenvError, side_venv

    call.refuse_foreign()
    environment = call.child_environment()
    if call.endpoint:
        environment["AWS_ENDPOINT_URL"] = call.endpoint
    try:
        venv = side_venv(call.options.project, "ebcli")
    except VenvError as error:
        raise DeploymentError(str(error)) from None
    return eb(call.deployment, venv, call.folder / "eb", call.options.words, environment)
