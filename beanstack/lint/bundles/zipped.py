"""A bundle that is a zip. Only what EB reads, and scripts that it runs, is unpacked, up to a limit and into memory."""

from __future__ import annotations

import posixpath
import stat
import struct
import zipfile
import zlib
from functools import partial
from typing import TYPE_CHECKING

from beanstack.lint.bundles.bundle import (
    BUNDLE_LIMIT,
    ENTRIES_LIMIT,
    MEBIBYTE,
    RATIO_FROM,
    RATIO_LIMIT,
    READ_LIMIT,
    UNPACKED_LIMIT,
    Bundle,
    is_read,
    judge_size,
    leaves,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)


def read_zip(path: Path) -> Bundle:
    """Return the members of a zip that can be trusted."""
    bundle = Bundle(str(path), read=partial(_contents, path))
    size = path.stat().st_size
    if size > BUNDLE_LIMIT:
        bundle.report("bundle-too-large", "", f"{size / MEBIBYTE:,.0f} MiB", f"at most {BUNDLE_LIMIT // MEBIBYTE} MiB")
        return bundle
    try:
        with zipfile.ZipFile(path) as archive:
            _members(bundle, archive, size)
    except BROKEN as error:
        bundle.report("zip-broken", "", f"not a readable zip file: {error}")
    return bundle


def _members(bundle: Bundle, archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    if len(members) > ENTRIES_LIMIT:
        bundle.report("too-many-files", "", f"{len(members):,} files and folders", f"at most {ENTRIES_LIMIT:,}")
        return
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > UNPACKED_LIMIT or packed > size:
        shared = ", and its members share their bytes" if packed > size else ""
        bundle.report("zip-bomb", "", f"{size:,} bytes unpack to {unpacked / MEBIBYTE:,.0f} MiB{shared}")
        return
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        if leaves(name):
            bundle.report(
                "unsafe-path", name, f"the path {name!a} leads out of the folder into which the zip is unpacked"
            )
            continue
        if "\\" in name:
            bundle.report("backslash", name, f"a backslash in {name!a}; on Linux it is part of the name", "/")
        name = name.removeprefix("./")
        if name in seen:
            bundle.report("duplicate-member", name, "is in the zip twice; which copy wins is undefined")
        elif _is_trusted(bundle, member, name) and not member.is_dir():
            _take(bundle, archive, member, name)
        seen.add(name)


def _is_trusted(bundle: Bundle, member: zipfile.ZipInfo, name: str) -> bool:
    """Return whether a member may be unpacked."""
    if member.flag_bits & ENCRYPTED:
        bundle.report("encrypted", name, "is encrypted, and EB does not have the password")
        return False
    if member.file_size > RATIO_FROM and member.file_size > RATIO_LIMIT * max(member.compress_size, 1):
        message = f"{member.compress_size:,} bytes unpack to {member.file_size / MEBIBYTE:,.0f} MiB"
        bundle.report("zip-bomb", name, message, f"at most {RATIO_LIMIT} times as many")
        return False
    return judge_size(bundle, name, member.file_size)


def _take(bundle: Bundle, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Note a member's name and, if EB reads it, its content; a link is named and never followed."""
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if not is_link:
        bundle.names.add(name)
        if not is_read(name):
            return
    try:
        content = _content(archive, member)
    except BROKEN as error:
        bundle.report("zip-broken", name, f"cannot be unpacked: {error}")
        return
    if is_link:
        _name_link(bundle, name, content.decode("utf-8", "replace"))
    elif judge_size(bundle, name, len(content)):
        bundle.contents[name] = content


def _name_link(bundle: Bundle, name: str, target: str) -> None:
    path = posixpath.join(posixpath.dirname(name), target)  # an absolute target stays what it is
    if leaves(path):
        bundle.report("link-outside", name, f"the link to {target[:80]!a} leads out of the bundle")
    else:
        bundle.report("link-in-zip", name, f"a link to {target[:80]!a}, which is not followed here")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return as much of a member as is read, whatever size it claims."""
    if member.compress_type not in METHODS:
        raise NotImplementedError(f"compression method {member.compress_type}")
    with archive.open(member) as file:
        return file.read(READ_LIMIT + 1)


def _contents(path: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    if not names:
        return
    with zipfile.ZipFile(path) as archive:
        for name in names:
            try:
                yield name, _content(archive, archive.getinfo(name))
            except (*BROKEN, KeyError):
                continue
