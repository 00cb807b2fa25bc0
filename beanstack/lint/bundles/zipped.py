"""A bundle that is a zip. Only what EB reads and the scripts that it runs are unpacked, into memory."""

from __future__ import annotations

import posixpath
import re
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from beanstack.lint.bundles.bundle import BUNDLE_LIMIT, MEBIBYTE, READ_LIMIT, Bundle, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

RATIO_LIMIT = 200  # of what a zip unpacks to, to its size; text reaches 20, deflate's maximum is 1,032
RATIO_FROM = 10 * MEBIBYTE  # a small zip may consist of similar files
ENCRYPTED = 0x1
UNIX = 3  # the system of a member whose mode the zip holds
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LEADS_OUT = re.compile(r"\.\.(/|$)|/|.:")  # the latter on Windows
# What zipfile raises where a zip is damaged.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError, RuntimeError, ValueError)


def read_zip(path: Path) -> Bundle:
    """Return the members of a zip."""
    members: dict[str, zipfile.ZipInfo] = {}
    bundle = Bundle(str(path), lambda name: _content(path, members[name]))
    size = path.stat().st_size
    if size > BUNDLE_LIMIT:
        limit = f"at most {BUNDLE_LIMIT // MEBIBYTE} MiB"
        bundle.report("bundle-too-large", "", f"{size / MEBIBYTE:,.0f} MiB", limit)
        return bundle
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except BROKEN as error:
        bundle.report("zip-broken", "", f"not a readable zip file: {error}")
        return bundle
    unpacked = sum(member.file_size for member in found)
    if unpacked > max(RATIO_FROM, RATIO_LIMIT * size):
        message = f"{size:,} bytes unpack to {unpacked / MEBIBYTE:,.0f} MiB"
        bundle.report("zip-bomb", "", message, f"at most {RATIO_LIMIT} times as many")
        return bundle
    for member in found:
        name = member.orig_filename.removeprefix("./")
        if _is_accepted(bundle, member, name, members):
            members[name] = member
            _add(bundle, member, name)
    return bundle


def _is_accepted(bundle: Bundle, member: zipfile.ZipInfo, name: str, members: dict[str, zipfile.ZipInfo]) -> bool:
    """Return whether a member is a file that may be unpacked; report it if not."""
    if _leads_out(name):
        bundle.report("unsafe-path", name, f"the path {name!a} leads out of the folder into which the zip is unpacked")
        return False
    if "\\" in name:
        bundle.report("backslash", name, f"a backslash in {name!a}; on Linux it is part of the name", "/")
    if name in members:
        bundle.report("duplicate-member", name, "is in the zip twice; which copy wins is undefined")
        return False
    if member.flag_bits & ENCRYPTED:
        bundle.report("encrypted", name, "is encrypted, and EB does not have the password")
        return False
    return not member.is_dir()


def _add(bundle: Bundle, member: zipfile.ZipInfo, name: str) -> None:
    """Add a file to a bundle; report a link, which is not followed."""
    if not stat.S_ISLNK(member.external_attr >> 16):
        bundle.add(name, member.file_size, member.external_attr >> 16 if member.create_system == UNIX else 0)
        return
    try:
        target = bundle.content(name).decode("utf-8", "replace")
    except UnreadableError as error:
        bundle.report(error.rule, name, str(error))
        return
    if _leads_out(posixpath.join(posixpath.dirname(name), target)):
        bundle.report("link-outside", name, f"the link to {target[:80]!a} leads out of the bundle")
    else:
        bundle.report("link-in-zip", name, f"a link to {target[:80]!a}, which is not followed here")


def _leads_out(name: str) -> bool:
    """Return whether a name leads out of the folder to which it is relative."""
    return LEADS_OUT.match(posixpath.normpath(name.replace("\\", "/"))) is not None


def _content(path: Path, member: zipfile.ZipInfo) -> bytes:
    """Return as much of a member as is read, whatever size it claims."""
    if member.compress_type not in METHODS:
        raise UnreadableError("zip-broken", f"cannot be unpacked: compression method {member.compress_type}")
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            return file.read(READ_LIMIT + 1)
    except BROKEN as error:
        raise UnreadableError("zip-broken", f"cannot be unpacked: {error}") from error
