"""What git says of the files that are deployed."""

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
    return bool(uncommitted(project, application))


def uncommitted(project: Path, application: str) -> list[str]:
    """Return an application's files that differ from the commit or are not in it."""
    made = [f"bundle/{application}", f"output/{application}"]
    paths = [f"config/{application}.yaml", f"config/{application}", "templates", *made]
    changed = _listed(project, "--untracked-files=all", "--", *paths)
    # What is generated and ignored is in no commit; in the other folders only litter is ignored.
    return changed + [path for path in _listed(project, "--ignored=matching", "--", *made) if path not in changed]


def _listed(project: Path, *words: str) -> list[str]:
    """Return the paths that `git status` lists, in its order."""
    found = _git(project, "status", "--porcelain", "-z", "--no-renames", *words) or ""
    return [entry[3:] for entry in found.split("\0") if entry]


def contains(project: Path, commit: str) -> bool:
    """Return whether a commit is HEAD or one of its ancestors; one that git does not know is not."""
    return _git(project, "merge-base", "--is-ancestor", commit, "HEAD") is not None


def _git(project: Path, *words: str) -> str | None:
    """Return what git prints; None if it cannot be run or fails."""
    command = ["git", "--no-optional-locks", "-C", str(project), *words]  # the user may be working with git
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", check=False)  # noqa: S603 - our own words
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
