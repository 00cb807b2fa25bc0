"""Which commit of the project's repository is deployed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def head(project: Path) -> str:
    """Return the hash of the commit that is checked out; empty without git, a repository or a commit."""
    return (_git(project, "rev-parse", "HEAD") or "").strip()


def is_dirty(project: Path, application: str) -> bool:
    """Return whether files that make an application's deployment differ from the commit or are not in it."""
    folders = [f"config/{application}.yaml", f"config/{application}", "templates"]
    folders += [f"bundle/{application}", f"output/{application}"]
    return bool(_git(project, "status", "--porcelain", "--untracked-files=all", "--", *folders))


def _git(project: Path, *words: str) -> str | None:
    """Return what git prints; None if it cannot be run or fails."""
    command = ["git", "--no-optional-locks", "-C", str(project), *words]  # the user may be working with git
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
