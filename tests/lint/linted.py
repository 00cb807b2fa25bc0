"""cfn-lint itself, with Elastic Beanstalk's rules among its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = Path(__file__).parents[2]
HERE = Path(__file__).parent  # where no .cfnlintrc is, neither as the folder that cfn-lint starts in nor as its home
RULES = ("--append-rules", "beanstack.lint.rules")


class Found(NamedTuple):
    """A finding of any rule, and where it is; lines and columns count from 1."""

    id: str
    line: int
    column: int


class Linted(NamedTuple):
    """The findings of cfn-lint by the names of the files, and its exit status."""

    found: dict[str, list[Found]]
    status: int


def linted(files: Sequence[Path], *options: str) -> Linted:
    """Check all files in one call, because cfn-lint takes seconds to start; include informational findings."""
    done = run("--include-checks", "I", *options, "--format", "json", "--template", *map(str, files))
    assert done.stderr == ""
    found: dict[str, list[Found]] = {file.name: [] for file in files}
    for match in json.loads(done.stdout):
        start = match["Location"]["Start"]
        place = Found(match["Rule"]["Id"], start["LineNumber"], start["ColumnNumber"])
        found[Path(match["Filename"]).name].append(place)
    return Linted(found, done.returncode)


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run cfn-lint with the rules of this project."""
    return subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), *RULES, *arguments],
        cwd=HERE,
        env={**os.environ, "HOME": str(HERE), "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"},
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
