"""{path: bytes} -> the bytes of a zip, the same wherever and whenever it is made.

Sorted names, one date, modes by name, nothing compressed (zlib's output differs between versions). The SHA-256 of the
zip is its name in S3, so that a template fully says what it deploys.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

from beanstack.eb.layout import is_hook

if TYPE_CHECKING:
    from collections.abc import Mapping

DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell
UNIX = 3
REGULAR_FILE = 0o100000
LITTER = (".DS_Store", ".gitkeep", "Thumbs.db", "desktop.ini", "__MACOSX", "__pycache__")


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of the files: scripts and hooks executable, without what editors and systems leave behind."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as made:
        for path in sorted(files):
            if is_litter(path):
                continue
            entry = zipfile.ZipInfo(path, DATE)
            entry.create_system = UNIX
            entry.external_attr = (REGULAR_FILE | mode(path, files[path])) << 16
            made.writestr(entry, files[path])
    return buffer.getvalue()


def mode(path: str, content: bytes) -> int:
    """Return a file's mode by its name and first bytes, because a checkout need not have kept the mode bits."""
    return 0o755 if path.endswith(".sh") or is_hook(path) or content.startswith(b"#!") else 0o644


def is_litter(path: str) -> bool:
    """Whether a file was left by an editor or an operating system."""
    parts = path.split("/")
    name = parts[-1]
    autosaved = name.startswith("#") and name.endswith("#")
    beside = name.startswith(("._", ".#"))  # macOS's attributes and Emacs's locks
    return any(part in LITTER for part in parts) or autosaved or beside or name.endswith(("~", ".swp", ".swo", ".swx"))


def key(archived: bytes) -> str:
    """Return the S3 key of a bundle's zip: its SHA-256."""
    return f"{hashlib.sha256(archived).hexdigest()}.zip"
