"""What an error of the file system means for a user: the path, what is wrong, and what to do about it.

This module imports the standard library only, so that any command can use it.
"""

from __future__ import annotations

import os
from errno import EACCES, EDQUOT, EEXIST, EISDIR, ELOOP, ENAMETOOLONG, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path
from typing import Final

RIGHTS: Final = frozenset({EACCES, EPERM, EROFS})
FULL: Final = frozenset({ENOSPC, EDQUOT})
ADVICE: Final = {
    ENOSPC: "the disk is full: free some space",
    EDQUOT: "your quota of the disk is used up: free some space",
    ELOOP: "links lead in a circle: remove the link",
    ENOTDIR: "a file is where a folder is needed: move it away",
    EISDIR: "a folder is where a file is needed: move it away",
    EEXIST: "something else is in its place: move it away",
    ENAMETOOLONG: "work in a folder with a shorter path",
}


def failure(error: OSError, place: Path | str = "") -> str:
    """Return an error of the operating system in a line; `place` is what it concerns if it names no file."""
    # A rename names the file that was to be written second, after the temporary one.
    path = error.filename2 or error.filename
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str | os.PathLike):
        path = None
    found = ": ".join(filter(None, [str(path or place), error.strerror or str(error)]))
    advice = ADVICE.get(error.errno or 0, "")
    if path and error.errno in RIGHTS:
        advice = _missing_right(Path(path))
    return f"{found}; {advice}" if advice else found


def _missing_right(path: Path) -> str:
    """Return which right the user lacks to a file or folder that could not be used, or to the folder that holds it."""
    # Not resolved, because what the user knows is the path, not where its links lead.
    path = path.absolute()
    above = path.parent
    while not os.path.lexists(above) and above != above.parent:
        above = above.parent
    if not os.access(above, os.X_OK):
        return f"you may not enter the folder {above}: `chmod u+x` it, or work in a folder of your own"
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        return f"you may not read the folder {path}: `chmod u+rx` it, or work in a folder of your own"
    if path.is_file() and not os.access(path, os.R_OK):
        return "you may not read the file: `chmod u+r` it, or remove it"
    folder = path if path.is_dir() and not os.access(path, os.W_OK) else above
    if not os.access(folder, os.W_OK):
        return f"you may not write to the folder {folder}: `chmod u+w` it, or work in a copy that is yours"
    if path.is_file() and not os.access(path, os.W_OK):
        return "you may not write the file: `chmod u+w` it, or remove it"
    return ""
