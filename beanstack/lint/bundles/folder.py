"""A bundle that is a folder, or one of the files that EB reads."""

from __future__ import annotations

import os
import posixpath
from errno import ELOOP
from typing import TYPE_CHECKING

from beanstack.eb.layout import CRON, DOCKERRUN, EXTENSIONS, MANIFEST, SAVED, SAVED_SUFFIX
from beanstack.lint.bundles.bundle import BUNDLE_LIMIT, MEBIBYTE, READ_LIMIT, Bundle, UnreadableError, is_read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SKIPPED = (".git", ".hg", ".svn")  # which belong in no bundle


def read_folder(path: Path) -> Bundle:
    """Return the files below a folder; links inside it are followed."""
    bundle = Bundle(str(path), lambda name: _content(path / name))
    total = 0
    for name, found in _files(bundle, str(path), "", (os.path.realpath(path),)):
        bundle.add(name, found.st_size, found.st_mode)
        total += found.st_size
    if total > BUNDLE_LIMIT:
        message = f"{total / MEBIBYTE:,.0f} MiB before they are packed"
        bundle.report("large-folder", "", message, f"at most {BUNDLE_LIMIT // MEBIBYTE} MiB as a zip")
    return bundle


def read_file(path: Path) -> Bundle | None:
    """Return a bundle of one file, which EB allows for Dockerrun.aws.json; None if EB reads no file of that name."""
    name = f"{EXTENSIONS}{path.name}"
    if path.name in (DOCKERRUN, MANIFEST, CRON):
        name = path.name
    elif path.name.endswith(SAVED_SUFFIX):
        name = f"{SAVED}{path.name}"
    if not is_read(name):
        return None
    bundle = Bundle(str(path), lambda _: _content(path), alone=True)
    bundle.add(name, path.stat().st_size)
    return bundle


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(READ_LIMIT + 1)
    except OSError as error:
        raise UnreadableError("not-read", f"cannot be read: {error.strerror}") from error


def _files(bundle: Bundle, path: str, name: str, above: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the name and status of each file below a folder; `above` are the real paths of the folders on the way."""
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        bundle.report("not-read", name, f"cannot be read: {error.strerror}")
        return
    for entry in entries:
        below = posixpath.join(name, entry.name)
        if entry.is_symlink() and not _is_followed(bundle, entry.path, below, above):
            continue
        if entry.is_file():
            yield below, entry.stat()
        elif entry.is_dir() and entry.name not in SKIPPED:
            yield from _files(bundle, entry.path, below, (*above, os.path.realpath(entry.path)))
        elif is_read(below):
            bundle.report("not-read", below, "is not a regular file")


def _is_followed(bundle: Bundle, path: str, name: str, above: tuple[str, ...]) -> bool:
    """Return whether a link leads to something in the bundle that does not contain the link itself."""
    try:
        real = os.path.realpath(path, strict=True)
    except OSError as error:
        rule = "link-loop" if error.errno == ELOOP else "broken-link"
        bundle.report(rule, name, f"the link cannot be followed: {error.strerror}")
        return False
    root = above[0]
    if os.path.commonpath([root, real]) != root:
        bundle.report("link-outside", name, "the link leads out of the bundle")
        return False
    if real in above:
        bundle.report("link-loop", name, "the link leads to a folder that contains it")
        return False
    return True
