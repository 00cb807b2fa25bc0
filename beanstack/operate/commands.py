"""The commands: what each asks of AWS, and how it is shown.

Modules that need botocore, rich or yaml are imported by the commands that use them: a recipe that does not wait for AWS
should not wait for Python either.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from rich.console import Console

    from beanstack.deployment import Deployment
    from beanstack.operate.events import Event
    from beanstack.operate.plan import Change
    from beanstack.operate.session import Clients


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
        if self.deployment.account and not self.options.endpoint_url:
            _ = self.clients  # which look when they are made

    @property
    def make(self) -> str:
        """How the user calls make for this environment."""
        return str(self.options.make)

    def complain(self) -> None:
        """Says why the stack's last operation failed and what to do next."""
        from beanstack.operate.why import why

        print(*why(self.clients, self.stack, self.make), sep="\n", file=sys.stderr)


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
    from beanstack.operate.plan import PlanError, plan
    from beanstack.operate.stack import stack

    screen, shared, own = _console(), call.deployment.application_stack, call.deployment.stack
    stacks = [(shared, call.options.application_template), (own, call.options.template)]
    if not stack(call.clients.cloudformation, shared):
        stacks.pop()
    for name, path in stacks:
        try:
            changes = plan(call.clients, name, path)
        except PlanError as error:
            print(error, file=sys.stderr)
            return 1
        _print_changes(screen, name, changes)
    if len(stacks) == 1:
        screen.print(f"{own}: new, as the whole of {call.options.template}; it needs {shared} before it")
    return 0


def _print_changes(screen: Console, name: str, changes: list[Change]) -> None:
    from rich.table import Table

    if not changes:
        screen.print(f"{name}: no changes")
        return
    table = Table("Action", "Resource", "Type", "Replacement", "What differs", title=name, title_justify="left")
    for change in changes:
        table.add_row(change.action, change.resource, change.type, change.replacement, "\n".join(change.properties))
    screen.print(table)


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
    if follow(call.options.words, news, lambda event: print(f"  {event.source}: {event}", flush=True)) == 0:
        return 0
    call.complain()
    return 1


def wait(call: Call) -> int:
    """Wait until EB says that the environment is healthy on the expected version."""
    from beanstack.operate.health import State, wait
    from beanstack.operate.stack import outputs, stack

    def changed(now: State) -> None:
        print(f"{call.stack}: {now}", flush=True)

    result = wait(call.clients, changed, call.options.timeout, call.options.interval)
    if isinstance(result, State):
        found = outputs(stack(call.clients.cloudformation, call.stack) or {})
        print(f"{call.stack}: {result}", *(f"  {key}: {value}" for key, value in found.items()), sep="\n")
        return 0
    state = result.state or "EB knows no such environment"
    print(f"{call.stack}: {state}; expected version {result.expected}", file=sys.stderr)
    for cause in result.causes:
        print(f"  {cause}", file=sys.stderr)
    call.complain()
    return 1


def status(call: Call) -> int:
    """Show how the environment stands."""
    from beanstack.operate.status import status

    rows = list(status(call.clients))
    for key, value in rows:
        print(f"{key + ':':<13}{value}")
    if not rows:
        print(f"there is no stack {call.stack} in {call.deployment.region}; `make stack {call.make}` makes it")
    return 0 if rows else 1


def events(call: Call) -> int:
    """Show what EB and CloudFormation did last."""
    from beanstack.operate.events import events

    colours = {"ERROR": "red", "FATAL": "red", "WARN": "yellow"}
    screen = _console()
    for event in events(call.clients, call.stack):
        screen.print(f"{event.source}: {event}", style=colours.get(event.severity))
    return 0


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


def _console() -> Console:
    """Colours and boxes on a terminal only; elsewhere plain lines that are never cut."""
    from rich.console import Console

    screen = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    return screen if screen.is_terminal else Console(file=sys.stdout, highlight=False, markup=False, width=200)
