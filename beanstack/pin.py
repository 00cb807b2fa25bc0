"""The Beanstack that a project pins, and whether it is this one.

requirements.txt pins a release of an index or a wheel, with its hash. pip cannot hash what git has, so a commit is
pinned in a file of its own, by the commit's hash: https://pip.pypa.io/en/stable/topics/secure-installs/
"""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Any

from beanstack import __version__

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENTS, GIT = "requirements.txt", "beanstack.txt"
RELEASE = re.compile(r"^beanstack(\[[^\]]*\])?==(?P<pinned>[^\s;\\]+)", re.MULTILINE)
WHEEL = re.compile(r"^[^#\s]\S*(\s*@\s*\S*)?\bbeanstack-(?P<pinned>[^-/\s]+)-[^/\s]+\.whl", re.MULTILINE)
COMMIT = re.compile(r"^(beanstack\s*@\s*)?git\+\S+@(?P<pinned>[0-9a-f]{40})\b", re.MULTILINE)


class ProjectError(Exception):
    """A project that cannot be made, generated or upgraded; the message is for users."""


def refuse_other(project: Path) -> None:
    """Raise ProjectError if a project pins another Beanstack than this one. Beanstack's own repository pins none."""
    pinned = pin(project)
    if pinned and pinned != this(pinned):
        raise ProjectError(
            f"the project pins Beanstack {pinned}, and this is Beanstack {this(pinned)}. `make generate` runs the one "
            "that is pinned, after `rm -r .venv` if another was installed there; `beanstack upgrade` pins this one"
        )


def pin(project: Path) -> str:
    """Return the version, or the commit, that a project pins; empty if it pins none."""
    for name, patterns in ((GIT, [COMMIT]), (REQUIREMENTS, [RELEASE, WHEEL])):
        text = (project / name).read_text("utf-8", "replace") if (project / name).is_file() else ""
        for pattern in patterns:
            found = pattern.search(text)
            if found:
                return found["pinned"]
    return ""


def this(pinned: str) -> str:
    """Return the version of this Beanstack, or the commit that it was built from, in the form used in pins."""
    commit: str = origin().get("vcs_info", {}).get("commit_id", "")
    return commit if commit and len(pinned) == len(commit) else __version__


def origin() -> dict[str, Any]:
    """Return where this Beanstack was installed from, as its installer recorded it; empty if from an index.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    try:
        recorded = distribution("beanstack").read_text("direct_url.json")
    except PackageNotFoundError:
        recorded = None
    found: dict[str, Any] = json.loads(recorded or "{}")
    return found
