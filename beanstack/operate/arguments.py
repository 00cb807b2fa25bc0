"""The options that name a project's environment, or an application alone.

The Makefile exports their defaults: APP, ENV and LOCAL.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

# The command that examples show; the Makefile has the real one.
DEPLOY = "aws cloudformation deploy --stack-name {stack} --template-file {template} --capabilities {capabilities}"


def add_application(parser: argparse.ArgumentParser) -> None:
    """Add `--project` and `--app`."""
    parser.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="by default the working directory")
    parser.add_argument(
        "--app", default=os.environ.get("APP", ""), metavar="NAME", help="application; by default $APP or the only one"
    )


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add `--project`, `--app`, `--env` and `--local`."""
    add_application(parser)
    parser.add_argument(
        "--env", default=os.environ.get("ENV", ""), metavar="NAME", help="environment; by default $ENV or dev"
    )
    add_local(parser)


def add_command(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a command in a container."""
    container, command, instance = (os.environ.get(name, "") for name in ("CONTAINER", "CMD", "INSTANCE"))
    parser.add_argument("--container", default=container, metavar="NAME", help="by default $CONTAINER")
    parser.add_argument("--cmd", default=command, metavar="JSON", help="a list of words; by default $CMD")
    parser.add_argument("--instance", default=instance, metavar="ID", help="by default $INSTANCE or the first")
    parser.add_argument("--timeout", type=float, default=3600, metavar="SECONDS")


def add_local(parser: argparse.ArgumentParser) -> None:
    """Add `--local`."""
    parser.add_argument(
        "--local",
        action="store_true",
        default=bool(os.environ.get("LOCAL")),
        help="use the AWS that is embedded on this machine; the default if $LOCAL is set",
    )
