"""A bundle that is a folder, or one of the files that EB reads."""

from __future__ import annotations

import os
import stat
from errno import ELOOP
from functools import partial
from typing import TYPE_CHECKING

from beanstack.eb.layout import DOCKERRUN, EXTENSIONS
from beanstack.lint.bundles.bundle import (
    BUNDLE_LIMIT,
    MEBIBYTE,
    READ_LIMIT,
    Bundle,
    is_config,
    is_read,
    judge_size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SKIPPED = (".git", ".hg", ".svn")  # which belong in no bundle


def read_folder(path: Path) -> Bundle:
    """Return the files below a folder; links inside it are followed, others and loops are findings."""
    bundle = Bundle(str(path), read=partial(_contents, str(path)))
    root = os.path.realpath(path)
    reader = _Walk(bundle, root)
    reader.folder(str(path), "", (root,))
    if reader.bytes > BUNDLE_LIMIT:
        message = f"{reader.bytes / MEBIBYTE:,.0f} MiB before they are packed"
        bundle.report("large-folder", "", message, f"at most {BUNDLE_LIMIT // MEBIBYTE} MiB as a zip")
    return bundle


def read_file(path: Path) -> Bundle | None:
    """Return a bundle of one file, which EB allows for Dockerrun.aws.json; None if EB reads no file of that name."""
    name = path.name if path.name == DOCKERRUN else f"{EXTENSIONS}{path.name}"
    if not is_read(name):
        return None
    bundle = Bundle(str(path), alone=True)
    bundle.names.add(name)
    _read(bundle, str(path), name, path.stat().st_size)
    return bundle


def _read(bundle: Bundle, path: str, name: str, size: int) -> None:
    if not judge_size(bundle, name, size) or not is_read(name):
        return
    try:
        content = _content(path)
    except OSError as error:
        bundle.report("not-read", name, f"cannot be read: {error.strerror}")
        return
    if judge_size(bundle, name, len(content)):
        bundle.contents[name] = content


def _content(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - paths are plain strings here, of which there may be many
        return file.read(READ_LIMIT + 1)


def _contents(path: str, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        try:
            yield name, _content(f"{path}/{name}")
        except OSError:
            continue


class _Walk:
    def __init__(self, bundle: Bundle, root: str) -> None:
        self.bundle = bundle
        self.root = root
        self.bytes = 0

    def folder(self, path: str, name: str, above: tuple[str, ...]) -> None:
        """Read everything in a folder; `above` are the real paths of the folders that led here."""
        try:
            found = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            self.bundle.report("not-read", name, f"cannot be read: {error.strerror}")
            return
        for entry in found:
            self.entry(entry, f"{name}/{entry.name}" if name else entry.name, above)

    def entry(self, entry: os.DirEntry[str], name: str, above: tuple[str, ...]) -> None:
        if entry.is_symlink() and not self.stays_inside(entry.path, name, above):
            return
        try:
            found = entry.stat()
        except OSError as error:
            self.bundle.report("not-read", name, f"cannot be read: {error.strerror}")
            return
        if stat.S_ISDIR(found.st_mode):
            if entry.name not in SKIPPED:
                self.folder(entry.path, name, (*above, os.path.realpath(entry.path)))
        elif stat.S_ISREG(found.st_mode):
            self.bundle.names.add(name)
            self.bytes += found.st_size
            _read(self.bundle, entry.path, name, found.st_size)
        elif is_config(name) or name == DOCKERRUN:
            self.bundle.report("not-read", name, "is not a regular file")

    def stays_inside(self, path: str, name: str, above: tuple[str, ...]) -> bool:
        """Return whether a link leads to something in this folder that does not contain the link itself."""
        try:
            real = os.path.realpath(path, strict=True)
        except OSError as error:
            rule = "link-loop" if error.errno == ELOOP else "broken-link"
            self.bundle.report(rule, name, f"the link cannot be followed: {error.strerror}")
            return False
        if real != self.root and not real.startswith(self.root.rstrip("/") + "/"):
            self.bundle.report("link-outside", name, "the link leads out of the bundle")
            return False
        if real in above:
            self.bundle.report("link-loop", name, "the link leads to a folder that contains it")
            return False
        return True
