"""What git says of the files that are deployed."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def head(project: Path) -> str:
    """Return the hash of the commit that is checked out; empty without git, a repository or a commit."""
    return (_git(project, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()


def unreadable(project: Path) -> str:
    """Return why git does not read a repository that is there; empty if it does, or if there is none."""
    if not any((folder / ".git").exists() for folder in (project.absolute(), *project.absolute().parents)):
        return ""
    done = _run(project, "status", "--porcelain", "--untracked-files=no")
    if done is None:
        return "git is not installed"
    return done.stderr.decode("utf-8", "replace").strip() if done.returncode else ""


def uncommitted(project: Path, application: str) -> list[str]:
    """Return the files that make an application's deployment and differ from the commit or are not in it."""
    made = [f"bundle/{application}", f"output/{application}"]
    paths = [f"config/{application}.yaml", f"config/{application}", "templates", *made]
    changed = _listed(project, "--untracked-files=all", "--", *paths)
    # What is generated and ignored is in no commit; in the other folders only litter is ignored.
    ignored = _listed(project, "--untracked-files=all", "--ignored=matching", "--", *made)
    return [entry[3:] for entry in changed] + [entry[3:] for entry in ignored if entry.startswith("!!")]


def changed(project: Path, paths: Sequence[str]) -> list[str]:
    """Return the files at and below paths that differ from the commit or are not in it, except ignored files."""
    return [entry[3:] for entry in _listed(project, "--untracked-files=all", "--", *paths)]


def archive(project: Path, commit: str, folder: str) -> bytes:
    """Return a tar archive of a folder of the project in a commit."""
    return _output(project, "archive", "--format=tar", f"{commit}:./{folder}") or b""


def _listed(project: Path, *words: str) -> list[str]:
    """Return the entries that `git status` lists, in its order."""
    found = _git(project, "status", "--porcelain", "-z", "--no-renames", *words) or ""
    return [entry for entry in found.split("\0") if entry]


def contains(project: Path, commit: str) -> bool:
    """Return whether a commit is HEAD or one of its ancestors; one that git does not know is not."""
    return _git(project, "merge-base", "--is-ancestor", commit, "HEAD") is not None


def is_shallow(project: Path) -> bool:
    """Return whether a clone lacks older commits, as the checkouts of CI do."""
    return (_git(project, "rev-parse", "--is-shallow-repository") or "").strip() == "true"


def commit(project: Path, name: str) -> str:
    """Return the hash of the commit that a hash, its beginning, a tag or a branch names; empty if none is found."""
    return (_git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}") or "").strip()


def merge_base(project: Path, one: str, other: str) -> str:
    """Return the hash of the best common ancestor of two commits; empty if the clone has none."""
    return (_git(project, "merge-base", one, other) or "").strip()


def count(project: Path, older: str, newer: str) -> int:
    """Return how many commits are in `newer` and not in `older`."""
    return int(_git(project, "rev-list", "--count", f"{older}..{newer}") or 0)


def files(project: Path, commit: str, folder: str) -> dict[str, bytes]:
    """Return the files below a folder of the project as a commit has them, by their paths in the project."""
    listed = _git(project, "ls-tree", "-r", "-z", "--name-only", commit, "--", f"{folder}/") or ""
    found = {}
    for path in listed.rstrip("\0").split("\0") if listed else ():
        content = file(project, commit, path)
        if content is not None:
            found[path] = content
    return found


def file(project: Path, commit: str, path: str) -> bytes | None:
    """Return a file of the project as a commit has it; None if the commit has no such file or is not known."""
    return _output(project, "cat-file", "blob", f"{commit}:./{path}")


def commits(project: Path, older: str, newer: str, paths: Sequence[str]) -> list[str]:
    """Return the commits in `newer` and not in `older` that change paths, newest first, without merges."""
    found = _git(project, "log", "--no-merges", "--format=%h", f"{older}..{newer}", "--", *paths) or ""
    return found.split()


def _git(project: Path, *words: str) -> str | None:
    """Return the text that git prints; None if it cannot be run or fails."""
    printed = _output(project, *words)
    return None if printed is None else os.fsdecode(printed)


def _output(project: Path, *words: str) -> bytes | None:
    done = _run(project, *words)
    return done.stdout if done is not None and done.returncode == 0 else None


def _run(project: Path, *words: str) -> subprocess.CompletedProcess[bytes] | None:
    """Return what a git command came to; None if there is no git."""
    command = ["git", "--no-optional-locks", "-C", str(project), *words]  # the user may be working with git
    try:
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own words
    except OSError:
        return None
