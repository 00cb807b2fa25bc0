"""The commands: what each asks of AWS, and how it is shown.

Modules that need botocore, rich or yaml are imported by the commands that use them: a recipe that does not wait for AWS
should not wait for Python either.
"""

from __future__ import annotations

import sys
from functools import cached_property, partial
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from beanstack.deployment import Deployment
    from beanstack.operate.events import Event
    from beanstack.operate.session import Clients

SKIPPED_MIGRATION = (
    "the new bundle's migration may be skipped, because EB names no leader among the instances that a new platform or "
    "new launch options start; deploy these first and the bundle after them"
)


class Call:
    """One call of a command: its options, and what they lead to when it is first asked for."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options

    @cached_property
    def deployment(self) -> Deployment:
        """What the committed template says."""
        from beanstack.operate.committed import deployment

        return deployment(self.options.template)

    @cached_property
    def clients(self) -> Clients:
        """AWS, or the local one."""
        from beanstack.operate.session import Clients

        return Clients(self.deployment, self.options.endpoint_url)

    @property
    def stack(self) -> str:
        """The stack that is meant: the environment's, or its application's."""
        return self.deployment.application_stack if self.options.application else self.deployment.stack

    def refuse_other_account(self) -> None:
        """Raises DeploymentError where the template pins another account than the credentials'."""
        if not self.options.endpoint_url and self.deployment.account:
            _ = self.clients  # which look when they are made

    @property
    def make(self) -> str:
        """How the user calls make for this environment."""
        return str(self.options.make)

    @property
    def no_stack(self) -> str:
        """What to say where the stack does not exist."""
        return f"there is no stack {self.stack} in {self.deployment.region}; `make stack {self.make}` makes it"

    def complain(self, stack: str = "") -> None:
        """Says why the last operation of a stack, by default the one that is meant, failed and what to do next."""
        from beanstack.operate.why import why

        print(*why(self.clients, stack or self.stack, self.make), sep="\n", file=sys.stderr)


def makefile(call: Call) -> int:
    """Write what the template says of its deployment as variables of make."""
    from beanstack.operate.committed import described, text

    body, target = text(call.options.template), call.options.target
    variables = described(call.options.template, body).makefile()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(variables, "utf-8")
    target.with_suffix(".yaml").write_text(body, "utf-8")  # by which the Makefile sees that the template has changed
    return 0


def zip_bundle(call: Call) -> int:
    """Zip the bundle that the template names."""
    from beanstack.operate.zip import zip_bundle

    zip_bundle(call.options.folder, call.options.target)
    return 0


def plan(call: Call) -> int:
    """Show what deploying would change."""
    from beanstack.operate.committed import template
    from beanstack.operate.plan import PlanError, plan, skips_migration, template_of
    from beanstack.operate.screen import console, table
    from beanstack.operate.stack import stack
    from beanstack.operate.why import advice, takes_no_update

    screen, shared, own = console(), call.deployment.application_stack, call.deployment.stack
    stacks = [(shared, call.options.application_template), (own, call.options.template)]
    if not stack(call.clients.cloudformation, shared):
        stacks.pop()
    for name, path in stacks:
        status = (stack(call.clients.cloudformation, name) or {}).get("StackStatus", "")
        if takes_no_update(status):
            print(f"{name} is {status}.", advice(status, call.make, shared=name == shared), sep="\n", file=sys.stderr)
            return 1
        try:
            changes = plan(call.clients, name, path)
        except PlanError as error:
            print(error, file=sys.stderr)
            return 1
        screen.print(table(name, changes) if changes else f"{name}: no changes")
    if stack(call.clients.cloudformation, own):
        before, after = template_of(call.clients.cloudformation, own), call.options.template.read_text("utf-8")
        if skips_migration(before, template(after)):
            screen.print(f"{own}: {SKIPPED_MIGRATION}", style="yellow", soft_wrap=True)
    if len(stacks) == 1:
        screen.print(
            f"{own} does not exist yet: every resource in {call.options.template} will be created, after {shared}"
        )
    return 0


def follow(call: Call) -> int:
    """Run a command that deploys and tell what happens; where it fails, why, and what to do next."""
    from beanstack.operate.follow import follow

    def news() -> Iterable[Event]:
        from botocore.exceptions import BotoCoreError, ClientError

        from beanstack.operate.events import events

        try:
            return events(call.clients, call.stack)
        except (BotoCoreError, ClientError):
            return ()  # the command goes on, and the next look may succeed

    call.refuse_other_account()
    if follow(call.options.words, news, lambda event: print(f"  {event.source}: {event}", flush=True)) != 0:
        call.complain()
        return 1
    if call.options.done:
        print(call.options.done)
    return 0


def wait(call: Call) -> int:
    """Wait until EB says that the environment is healthy on the expected version."""
    from beanstack.operate.health import State, wait
    from beanstack.operate.session import LOOPBACK
    from beanstack.operate.stack import outputs, stack

    result = wait(call.clients, partial(print, flush=True), call.options.timeout, call.options.interval)
    if isinstance(result, State):
        found = outputs(stack(call.clients.cloudformation, call.stack) or {})
        print(f"{call.stack}: {result}", *(f"  {key}: {value}" for key, value in found.items()), sep="\n")
        if call.clients.endpoint and LOOPBACK not in found.get("URL", ""):
            print("  nothing listens there: no container engine runs it")
        return 0
    from beanstack.operate.why import why_not_healthy

    print(*why_not_healthy(call.clients, result, call.make), sep="\n", file=sys.stderr)
    return 1


def continue_rollback(call: Call) -> int:
    """Let a stack that could not go back go on with it."""
    from beanstack.operate.rollback import STUCK, continued, stuck
    from beanstack.operate.why import UPDATABLE, advice

    names = list(stuck(call.clients))
    if not names:
        both = f"{call.deployment.application_stack} nor {call.deployment.stack}"
        raise DeploymentError(f"neither {both} is {STUCK}; there is nothing to go on with")
    for name in names:
        if continued(call.clients, name, call.options.skip, call.options.interval) != UPDATABLE:
            call.complain(name)
            return 1
        print(f"{name} is {UPDATABLE}. {advice(UPDATABLE, call.make)}")
    return 0


def status(call: Call) -> int:
    """Show how the environment stands."""
    from beanstack.operate.committed import text
    from beanstack.operate.status import status

    rows = list(status(call.clients, text(call.options.template), call.make))
    for key, value in rows:
        print(f"{key + ':':<13}{value}")
    if not rows:
        print(call.no_stack)
    return 0 if rows else 1


def url(call: Call) -> int:
    """Print the environment's URL."""
    from beanstack.operate.stack import outputs, stack

    found = stack(call.clients.cloudformation, call.stack)
    address = outputs(found or {}).get("URL", "")
    if not address:
        missing = f"{call.stack} is {found['StackStatus']} and has no URL" if found else call.no_stack
        print(missing, file=sys.stderr)
        return 1
    print(address)
    return 0


def events(call: Call) -> int:
    """Show what EB and CloudFormation did last."""
    from beanstack.operate.events import events
    from beanstack.operate.screen import COLOURS, console
    from beanstack.operate.stack import stack

    screen = console()
    for event in events(call.clients, call.stack):
        screen.print(f"{event.source}: {event}", style=COLOURS.get(event.severity))
    if stack(call.clients.cloudformation, call.stack):
        return 0
    print(call.no_stack, file=sys.stderr)
    return 1


def confirm(call: Call) -> int:
    """Ask for a stack's name before it is deleted."""
    from beanstack.operate.confirm import warning

    lines = list(warning(call.clients, call.stack))
    if not lines:
        raise DeploymentError(f"there is no stack {call.stack} in {call.deployment.region}")
    print(*lines, sep="\n")
    try:
        answer = call.options.name or input(f"Type {call.stack} to go on: ")
    except EOFError:
        answer = ""
    if answer != call.stack:
        raise DeploymentError(f"{answer!r} is not {call.stack}; nothing was deleted")
    return 0
