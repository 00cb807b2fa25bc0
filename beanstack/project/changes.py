"""The changes that another version of Beanstack makes in a project's own files, and those left to the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.bundle import TEMPLATES, target
from beanstack.pin import GIT, REQUIREMENTS
from beanstack.project import installed, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRY = re.compile(r"^(?![#\s]).*\n?(?:[ \t]+.*\n?)*", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")


class Shown(NamedTuple):
    """A changed file of Beanstack's that the project has edited or replaced, and why this matters."""

    why: str
    path: str
    old: bytes | None
    new: bytes


class Changes(NamedTuple):
    """Files to write and to remove, and those that the user has to change."""

    written: dict[str, bytes]
    stale: list[str]
    shown: list[Shown]


def find(project: Path, former: Path | None) -> Changes:
    """Return the changes of this Beanstack to the files that `beanstack init` creates, except the configuration.

    `former` is the package of the Beanstack that the project had. Without it, no file counts as the former one's.
    """
    written, shown = {}, list(replaced(project, former))
    old = skeleton.files(former / "project/skeleton") if former else {}
    for path, new in skeleton.files().items():
        there = content(project / path)
        is_new = there is None and former and path not in old
        if is_new or there == old.get(path, new):
            written[path] = new
        elif there is not None and new not in (there, old.get(path)):
            shown.append(Shown(f"{path} was edited and is kept; Beanstack's changes:", path, old.get(path, there), new))
    pins = installed.files()
    pins[REQUIREMENTS] += b"".join(entry.encode() for entry in additions(project, former, pins[REQUIREMENTS].decode()))
    former_pins = [
        path.relative_to(project).as_posix() for path in project.glob(f"{installed.VENDORED}/beanstack-*.whl")
    ]
    stale = [path for path in [*former_pins, GIT] if path not in pins and (project / path).exists()]
    return Changes(written | pins, stale, shown)


def content(path: Path) -> bytes | None:
    """Return the content of a file; None if it does not exist."""
    return path.read_bytes() if path.is_file() else None


def replaced(project: Path, former: Path | None) -> Iterator[Shown]:
    """Yield the changed templates of Beanstack that the project replaces with its own."""
    if not former:
        return
    old, new = by_target(former / "templates"), by_target(TEMPLATES)
    for made, own in by_target(project / "templates").items():
        if made not in old and made not in new:
            continue
        before, after = (content(found[made]) if made in found else None for found in (old, new))
        if before != after:
            name = own.relative_to(project).as_posix()
            why = f"{name} replaces Beanstack's template, which changes; merge what you need:"
            yield Shown(why, name, before, after or b"")


def by_target(folder: Path) -> dict[str, Path]:
    """Return the files of a folder of templates by what they become in a bundle."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {target(path.relative_to(folder).as_posix()): path for path in paths}


def additions(project: Path, former: Path | None, made: str) -> list[str]:
    """Return the entries of requirements.txt that the user added, which neither version of Beanstack requires."""
    there = (content(project / REQUIREMENTS) or b"").decode("utf-8", "replace")
    locked = (former / "locks/project.txt").read_text("utf-8") if former else there
    known = names(locked) | names(made) | {"beanstack"}
    entries = [entry for entry in ENTRY.findall(there) if f"{installed.VENDORED}/beanstack-" not in entry]
    return [f"{entry.rstrip()}\n" for entry in entries if not names(entry) <= known]


def names(requirements: str) -> set[str]:
    """Return the distributions that requirements name."""
    return {found[0].lower() for entry in ENTRY.findall(requirements) if (found := NAME.match(entry))}
