"""Which commits are compared: as in a pull request, the newer one and its last common ancestor with the older one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.operate import git
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "HEAD"
DEEPEN = "this clone is shallow: `git fetch --unshallow` (in CI, `fetch-depth: 0`), then try again"


class Commits(NamedTuple):
    """The hashes of the commits to compare; `name` is the base as given, which is `ahead` of `old` by some commits."""

    old: str
    new: str
    name: str
    ahead: int


def find(project: Path, words: str) -> Commits:
    """Return the commits that `A..B` names, or `A` alone with HEAD. Raises DeploymentError."""
    if not git.head(project):
        reason = git.unreadable(project) or f"there is no git repository with commits in {project.absolute()}"
        raise DeploymentError(f"no commits can be compared: {reason}")
    base, _, newer = words.partition("..")
    newer = newer.removeprefix(".") or HEAD  # A...B means the same
    tip, new = commit(project, base), commit(project, newer)
    old = git.merge_base(project, tip, new)
    if not old:
        reason = DEEPEN if git.is_shallow(project) else "they are unrelated"
        raise DeploymentError(f"{base} and {newer} have no common commit; {reason}")
    return Commits(old, new, base, git.count(project, old, tip))


def commit(project: Path, name: str) -> str:
    """Return the hash of a commit. Raises DeploymentError if git does not know it."""
    found = git.commit(project, name)
    if found:
        return found
    todo = "name a branch, a tag or a commit, as in BASE=origin/main"
    if git.is_shallow(project):
        todo = DEEPEN
    elif "/" in name:
        remote, _, branch = name.partition("/")
        todo = f"`git fetch {remote} {branch}` brings a branch of {remote}"
    raise DeploymentError(f"unknown commit '{name}'; {todo}")
