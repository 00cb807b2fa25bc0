"""What git and the generator say of the files that would be deployed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from beanstack.operate.comparison.observed import Git

if TYPE_CHECKING:
    from pathlib import Path

INVALID = "config"  # the subject of the danger that config/ has mistakes
NO_GIT = "git: there is no repository here, so what lies in the folder counts as committed"


def git(project: Path, application: str, running: str) -> Git | None:
    """Return the state of a project's repository; None without one.

    `running` is the commit of the last deployment, empty if it is not known.
    """
    commit = output(project, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return None
    commit = commit.strip()
    paths = [f"config/{application}.yaml", f"config/{application}", "templates"]
    made = [f"bundle/{application}", f"output/{application}"]
    changed = listed(project, "--untracked-files=all", "--", *paths, *made)
    # What is generated and ignored is in no commit; in the other folders only litter is.
    changed += [line for line in listed(project, "--ignored=matching", "--", *made) if line not in changed]
    return Git(commit, tuple(changed), running, bool(running) and not contains(project, running))


def listed(project: Path, *words: str) -> list[str]:
    """Return the paths that `git status` lists, in their order."""
    found = output(project, "status", "--porcelain", "-z", "--no-renames", *words) or ""
    return [entry[3:] for entry in found.split("\0") if entry]


def contains(project: Path, commit: str) -> bool:
    """Return whether a commit is HEAD or one of its ancestors; one that git does not know is not."""
    return output(project, "merge-base", "--is-ancestor", commit, "HEAD") is not None


def output(project: Path, *words: str) -> str | None:
    """Return what a git command prints; None if it fails or if there is no git."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(project), *words],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def checking(project: Path, application: str) -> subprocess.Popen[str]:
    """Start `generate --check` as a process of its own, whose imports an operator's verbs do not need."""
    words = [sys.executable, "-m", "beanstack", "generate", "--check", "--project", str(project)]
    return subprocess.Popen(  # noqa: S603 - our own words
        [*words, str(project / f"config/{application}.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="backslashreplace",
    )


def stale(process: subprocess.Popen[str]) -> tuple[str, str] | None:
    """Return what `generate --check` reports, with INVALID if config/ has mistakes; None if all files are current."""
    differences, report = process.communicate()
    if process.returncode == 0:
        return None
    if process.returncode != 1:
        return INVALID, report.strip()
    paths = [line.split()[1].partition("/")[2] for line in differences.splitlines() if line.startswith("+++ ")]
    return "", f"config/ says something else than {', '.join(paths)}\n{differences}"
