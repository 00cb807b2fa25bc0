"""`python -m beanstack.operate COMMAND TEMPLATE`: what the Makefile's recipes call.

Exit status: 0 well, 1 a deployment that failed or is not healthy, 2 a mistake. Modules that need botocore or rich are
imported by the commands that use them, so that the others start fast.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.deployment import Deployment, DeploymentError, deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console

    from beanstack.operate.events import Event
    from beanstack.operate.session import Clients

    Command = Callable[[argparse.Namespace, Deployment], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options, deployment(options.template))
    except DeploymentError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        print(f"AWS: {error}", file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="beanstack.operate", description="Operate one deployed environment.")
    made.add_argument("--endpoint-url", metavar="URL", help="a local AWS on 127.0.0.1")
    made.add_argument("--make", default="", metavar="WORDS", help="how the user calls make, for advice")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for command in (makefile, zip_bundle, plan, follow, wait, status, events, confirm):
        name = command.__name__.partition("_")[0]
        added = commands.add_parser(name, help=command.__doc__)
        added.set_defaults(command=command)
        added.add_argument("template", type=Path, help="the environment's committed template")
        if name == "makefile":
            added.add_argument("target", type=Path)
        if name == "zip":
            added.add_argument("folder", type=Path)
            added.add_argument("target", type=Path)
        if name == "plan":
            added.add_argument("application_template", type=Path)
        if name == "wait":
            added.add_argument("--timeout", type=float, default=900, metavar="SECONDS")
            added.add_argument("--interval", type=float, default=5, metavar="SECONDS")
        if name in ("follow", "confirm"):
            added.add_argument("--application", action="store_true", help="the application's stack")
        if name == "follow":
            added.add_argument("words", nargs="+", metavar="WORD", help="behind --, the command to run")
        if name == "confirm":
            added.add_argument("--name", help="the answer, for scripts")
    return made


def makefile(options: argparse.Namespace, described: Deployment) -> int:
    """Write what the template says of its deployment as variables of make."""
    options.target.parent.mkdir(parents=True, exist_ok=True)
    options.target.write_text(described.makefile(), "utf-8")
    return 0


def zip_bundle(options: argparse.Namespace, _: Deployment) -> int:
    """Zip the bundle that the template names."""
    from beanstack.operate.zip import zip_bundle

    zip_bundle(options.folder, options.target)
    return 0


def plan(options: argparse.Namespace, described: Deployment) -> int:
    """Show what deploying would change."""
    from rich.table import Table

    from beanstack.operate.plan import PlanError, plan
    from beanstack.operate.stack import stack

    clients, screen = _clients(options, described), _console()
    shared = described.application_stack
    stacks = [(shared, options.application_template), (described.stack, options.template)]
    if not stack(clients.cloudformation, shared):
        stacks.pop()
    for name, path in stacks:
        try:
            changes = plan(clients, name, path)
        except PlanError as error:
            print(error, file=sys.stderr)
            return 1
        if not changes:
            screen.print(f"{name}: no changes")
            continue
        table = Table("Action", "Resource", "Type", "Replacement", "What differs", title=name, title_justify="left")
        for change in changes:
            table.add_row(change.action, change.resource, change.type, change.replacement, "\n".join(change.properties))
        screen.print(table)
    if len(stacks) == 1:
        screen.print(f"{described.stack}: new, as the whole of {options.template}; it needs {shared} before it")
    return 0


def follow(options: argparse.Namespace, described: Deployment) -> int:
    """Run a command that deploys and tell what happens; where it fails, why, and what to do next."""
    from beanstack.operate.follow import follow

    name = described.application_stack if options.application else described.stack

    @cache
    def clients() -> Clients:
        return _clients(options, described)

    def news() -> Iterable[Event]:
        from botocore.exceptions import BotoCoreError, ClientError

        from beanstack.operate.events import events

        try:
            return events(clients(), name)
        except (BotoCoreError, ClientError):
            return ()  # the command goes on, and the next look may succeed

    if follow(options.words, news, lambda event: print(f"  {event.source}: {event}", flush=True)) == 0:
        return 0
    _print_all(_reasons(clients(), name, options.make), sys.stderr)
    return 1


def wait(options: argparse.Namespace, described: Deployment) -> int:
    """Wait until EB says that the environment is healthy on the expected version."""
    from beanstack.operate.health import State, wait
    from beanstack.operate.stack import outputs, stack

    clients, screen = _clients(options, described), _console()
    name = described.stack
    with screen.status(f"{name}: waiting for EB"):
        result = wait(clients, lambda now: screen.print(f"{name}: {now}"), options.timeout, options.interval)
    if isinstance(result, State):
        screen.print(f"{name}: {result}")
        for key, value in outputs(stack(clients.cloudformation, name) or {}).items():
            screen.print(f"  {key}: {value}")
        return 0
    print(
        f"{name}: {result.state or 'EB knows no such environment'}; expected version {result.expected}", file=sys.stderr
    )
    for cause in result.causes:
        print(f"  {cause}", file=sys.stderr)
    _print_all(_reasons(clients, name, options.make), sys.stderr)
    return 1


def status(options: argparse.Namespace, described: Deployment) -> int:
    """Show how the environment stands."""
    from beanstack.operate.status import status

    screen = _console()
    rows = list(status(_clients(options, described)))
    for key, value in rows:
        screen.print(f"{key + ':':<13}{value}")
    if not rows:
        screen.print(f"there is no stack {described.stack} in {described.region}; `make stack {options.make}` makes it")
    return 0 if rows else 1


def events(options: argparse.Namespace, described: Deployment) -> int:
    """Show what EB and CloudFormation did last."""
    from beanstack.operate.events import events

    colours = {"ERROR": "red", "FATAL": "red", "WARN": "yellow"}
    screen = _console()
    for event in events(_clients(options, described), described.stack):
        screen.print(f"{event.source}: {event}", style=colours.get(event.severity))
    return 0


def confirm(options: argparse.Namespace, described: Deployment) -> int:
    """Ask for a stack's name before it is deleted."""
    from beanstack.operate.confirm import warning

    name = described.application_stack if options.application else described.stack
    lines = list(warning(_clients(options, described), name))
    if not lines:
        raise DeploymentError(f"there is no stack {name} in {described.region}")
    _print_all(lines, sys.stdout)
    try:
        answer = options.name or input(f"Type {name} to go on: ")
    except EOFError:
        answer = ""
    if answer != name:
        raise DeploymentError(f"{answer!r} is not {name}; nothing was deleted")
    return 0


def _clients(options: argparse.Namespace, described: Deployment) -> Clients:
    from beanstack.operate.session import Clients

    return Clients(described, options.endpoint_url)


def _console() -> Console:
    """Colours and boxes on a terminal only; elsewhere plain lines that are never cut."""
    from rich.console import Console

    screen = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    return screen if screen.is_terminal else Console(file=sys.stdout, highlight=False, markup=False, width=200)


def _reasons(clients: Clients, name: str, make: str) -> Iterable[str]:
    from beanstack.operate.why import why

    return why(clients, name, make)


def _print_all(lines: Iterable[str], stream: object) -> None:
    for line in lines:
        print(line, file=stream)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
