"""The arguments of the verbs that create and upgrade a project; each imports its modules when it runs."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.project.answers import add_flags

if TYPE_CHECKING:
    from collections.abc import Sequence


def init(arguments: Sequence[str]) -> int:
    """Run `beanstack init` and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="beanstack init",
        description="Make the files of a project, or those that a folder lacks; existing files are never changed. On a "
        "terminal it asks for what no flag gives. Exit status: 0 all files are there, 1 some that were there differ, "
        "which are shown, 2 a mistake, and nothing was written.",
        epilog="example: beanstack init shop --region eu-west-1 --image nginx:1.27",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="by default this folder")
    add_flags(parser)
    options = parser.parse_args(arguments)
    from beanstack.project.init import run

    return run(options.folder, options)


def upgrade(arguments: Sequence[str]) -> int:
    """Run `beanstack upgrade` and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="beanstack upgrade",
        description="Pin another Beanstack in the project, write what it changes, and show what a person has to "
        "decide: nothing is committed, and no file of your own is touched.",
        epilog="example: beanstack upgrade --to 0.2.0",
    )
    parser.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="by default the working directory")
    to = (
        "version, wheel or git URL; by default $TO, or this one if the project pins another, or the newest of the index"
    )
    parser.add_argument("--to", default=os.environ.get("TO", ""), help=to)
    parser.add_argument("--former", type=Path, metavar="DIR", help="package of the Beanstack that the project had")
    options = parser.parse_args(arguments)
    from beanstack.project.upgrade import run

    return run(options.project, options.to, options.former)
