"""A bundle that is a zip. Only what EB reads, and scripts that it runs, is unpacked, up to a limit and into memory."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

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
from beanstack.lint.bundles.links import judge_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DIRECTORY_LIMIT = ENTRIES_LIMIT * 300  # bytes of the list of members, which is read whole: 46 each and its name
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")
LONGEST_COMMENT = 0xFFFF
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
    """The members of a zip that can be trusted."""
    bundle = Bundle(str(path), read=partial(_contents, path))
    size = path.stat().st_size
    if size > BUNDLE_LIMIT:
        bundle.report("bundle-too-large", "", f"{size / MEBIBYTE:,.0f} MiB", f"at most {BUNDLE_LIMIT // MEBIBYTE} MiB")
        return bundle
    try:
        with path.open("rb") as file:
            if DIRECTORY_LIMIT < directory_size(file, size) <= size:
                bundle.report(
                    "too-many-files", "", "the list of its files is too long", f"at most {ENTRIES_LIMIT:,} files"
                )
                return bundle
            with zipfile.ZipFile(file) as archive:
                _members(bundle, archive, size)
    except BROKEN as error:
        bundle.report("zip-broken", "", f"not a readable zip file: {error}")
    return bundle


def directory_size(file: BinaryIO, size: int) -> int:
    """The bytes of a zip's list of members by the record at its end; 0 where there is none."""
    file.seek(max(0, size - END.size - LONGEST_COMMENT - LOCATOR.size))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + END.size > len(tail):
        return 0
    claimed = int(END.unpack_from(tail, at)[5])
    if at >= LOCATOR.size and tail.startswith(b"PK\6\7", at - LOCATOR.size):
        file.seek(min(LOCATOR.unpack_from(tail, at - LOCATOR.size)[2], size))
        record = file.read(END64.size)
        if len(record) == END64.size and record.startswith(b"PK\6\6"):
            claimed = max(int(END64.unpack(record)[8]), claimed if claimed != 0xFFFFFFFF else 0)
    file.seek(0)
    return claimed


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
    links: dict[str, str] = {}
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
        if name in bundle.names or name in links:
            bundle.report("duplicate-member", name, "is in the zip twice; which copy wins is undefined")
        elif _is_trusted(bundle, member, name) and not member.is_dir():
            _take(bundle, archive, member, name, links)
    judge_links(bundle, links)


def _is_trusted(bundle: Bundle, member: zipfile.ZipInfo, name: str) -> bool:
    """Whether a member may be unpacked."""
    if member.flag_bits & ENCRYPTED:
        bundle.report("encrypted", name, "is encrypted, and EB does not have the password")
        return False
    if member.file_size > RATIO_FROM and member.file_size > RATIO_LIMIT * max(member.compress_size, 1):
        message = f"{member.compress_size:,} bytes unpack to {member.file_size / MEBIBYTE:,.0f} MiB"
        bundle.report("zip-bomb", name, message, f"at most {RATIO_LIMIT} times as many")
        return False
    return judge_size(bundle, name, member.file_size)


def _take(bundle: Bundle, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, links: dict[str, str]) -> None:
    """Notes a member's name, and its content where EB reads it or it is a link."""
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if not is_link:
        bundle.names.add(name)
    if not is_link and not is_read(name):
        return
    try:
        content = _content(archive, member)
    except BROKEN as error:
        bundle.report("zip-broken", name, f"cannot be unpacked: {error}")
        return
    if is_link:
        links[name] = content[:LONGEST_COMMENT].decode("utf-8", "replace")
    elif judge_size(bundle, name, len(content)):
        bundle.contents[name] = content


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """As much of a member as is read, whatever size it claims."""
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
