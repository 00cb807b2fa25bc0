"""What git and the generator say of the files that would be deployed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from beanstack.operate import git
from beanstack.operate.comparison.observed import Git

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

INVALID = "config"  # the subject of the danger that config/ has mistakes
NO_GIT = "git: there is no repository here, so the files are taken as they are"


def repository(project: Path, application: str, running: Iterable[str]) -> Git:
    """Return the state of a project's repository; an empty commit without one. `running` are the commits that run."""
    commit = git.head(project)
    if not commit:
        return Git()
    lacking = next((one for one in running if not git.contains(project, one)), "")
    changed = tuple(git.uncommitted(project, application))
    return Git(commit, changed, lacking, bool(lacking), git.is_shallow(project))


def checking(project: Path, application: str) -> subprocess.Popen[str]:
    """Start `generate --check` as a process of its own, whose imports an operator's verbs do not need."""
    words = [sys.executable, "-m", "beanstack", "generate", "--check", "--project", str(project)]
    return subprocess.Popen(  # noqa: S603 - our own words
        [*words, str(project / f"config/{application}.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="backslashreplace",
        start_new_session=True,  # Ctrl-C is for the verb, not for this process
    )


def stale(process: subprocess.Popen[str]) -> tuple[str, str] | None:
    """Return what `generate --check` reports, with INVALID if config/ has mistakes; None if all files are current."""
    differences, report = process.communicate()
    if process.returncode == 0:
        return None
    if process.returncode != 1:
        return INVALID, report.strip()
    paths = [line[4:].strip().partition("/")[2] for line in differences.splitlines() if line.startswith("+++ ")]
    if not paths:  # it did not come to a comparison
        return INVALID, report.strip()
    return "", f"config/ does not match {', '.join(paths)}"
