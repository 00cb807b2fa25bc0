"""`python -m beanstack.operate COMMAND TEMPLATE`: what the Makefile's recipes call.

Exit status: 0 well, 1 a deployment that failed or is not healthy, 2 a mistake.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.operate import commands
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[[commands.Call], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(commands.Call(options))
    except DeploymentError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        if command in (commands.follow, commands.wait, commands.continue_rollback):
            print(f"\nThe deployment continues on AWS; `make events {options.make}` shows it", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        print(f"AWS: {error}", file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="beanstack", description="Operate one deployed environment.")
    made.set_defaults(endpoint_url=None, make="")
    # Before the verb, as the Makefile writes them, and behind it, as a user of `beanstack VERB` does.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    for either in (made, common):
        either.add_argument("--endpoint-url", metavar="URL", help="a local AWS on 127.0.0.1")
        either.add_argument("--make", metavar="WORDS", help="how the user calls make, for advice")
    subparsers = made.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, more: str = "", *, either_stack: bool = False) -> argparse.ArgumentParser:
        example = f"example: beanstack {name} output/shop/dev.yaml {more}".rstrip()
        words = command.__doc__
        added = subparsers.add_parser(name, parents=[common], help=words, description=words, epilog=example)
        added.set_defaults(command=command, application=False)
        added.add_argument("template", type=Path, help="the environment's committed template")
        if either_stack:
            added.add_argument("--application", action="store_true", help="the application's stack instead")
        return added

    add("makefile", commands.makefile, "build/shop/dev.mk").add_argument("target", type=Path)
    zipping = add("zip", commands.zip_bundle, "bundle/shop/dev build/shop.zip")
    zipping.add_argument("folder", type=Path)
    zipping.add_argument("target", type=Path)
    add("plan", commands.plan, "output/shop/application.yaml").add_argument("application_template", type=Path)
    following = add("follow", commands.follow, "-- aws cloudformation deploy ...", either_stack=True)
    following.add_argument("--done", default="", metavar="TEXT", help="said when the command has succeeded")
    following.add_argument("words", nargs="+", metavar="WORD", help="behind --, the command to run")
    waiting = add("wait", commands.wait, "--timeout 600")
    waiting.add_argument("--timeout", type=float, default=900, metavar="SECONDS")
    waiting.add_argument("--interval", type=float, default=5, metavar="SECONDS")
    continuing = add("continue-rollback", commands.continue_rollback, "--skip Environment")
    continuing.add_argument("--skip", nargs="+", default=[], metavar="RESOURCE", help="left as it is, by logical id")
    continuing.add_argument("--interval", type=float, default=5, metavar="SECONDS")
    add("status", commands.status)
    add("url", commands.url)
    add("events", commands.events)
    confirming = add("confirm", commands.confirm, "--application", either_stack=True)
    confirming.add_argument("--name", help="the answer, for scripts")
    return made


if __name__ == "__main__":
    sys.exit(main())
