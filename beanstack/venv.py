"""Virtual environments from lock files, each of a tool that pins its own dependencies.

This module imports the standard library only, and runs as a script too: `python -P venv.py FOLDER LOCK [PROJECT]` makes
this checkout's own, with the PROJECT installed so that an edit takes effect at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

LOCKS = Path(__file__).parent / "locks"
MARK = "installed"  # written last, so that a folder that was interrupted is made again


class VenvError(Exception):
    """A virtual environment that cannot be made; the message is for users."""


def side_venv(project: Path, name: str) -> Path:
    """Return the folder of a tool's virtual environment in a project; make it if it is missing or stale."""
    folder = project / f".venv-{name}"
    ensure(folder, LOCKS / f"{name}.txt")
    return folder


def ensure(folder: Path, lock: Path, editable: Path | None = None) -> None:
    """Make a virtual environment unless it is there, from this lock, in this place: its scripts contain its path."""
    if is_current(folder, lock):
        # Make looks at the date. Writing the file anew would leave it empty for a moment, in which another
        # process would take the environment for an unfinished one.
        with suppress(PermissionError):  # of an environment that somebody else has made for all
            (folder / MARK).touch()
        return
    make(folder, lock, editable)
    (folder / MARK).write_text(mark(folder, lock), "utf-8")


def is_current(folder: Path, lock: Path) -> bool:
    try:
        return (folder / MARK).read_text("utf-8") == mark(folder, lock)
    except OSError:
        return False


def mark(folder: Path, lock: Path) -> str:
    """Return what says where and from which lock a virtual environment was made."""
    return f"{os.path.realpath(folder)}\n{hashlib.sha256(lock.read_bytes()).hexdigest()}\n"


def make(folder: Path, lock: Path, editable: Path | None) -> None:
    """Make a virtual environment anew, with uv if that is installed, otherwise with pip."""
    if folder.is_symlink():
        raise VenvError(f"{folder} is a link to somebody's environment, which does not fit {lock}; remove the link")
    for place in (folder.parent, folder):
        if place.exists() and not os.access(place, os.W_OK | os.X_OK):
            raise VenvError(
                f"{folder} cannot be made: you may not write to the folder {place.absolute()}: `chmod u+w` it, "
                "or work in a copy that is yours"
            )
    print(f"making {folder.name} from {lock.name}; this takes a minute, once", file=sys.stderr)
    python = str(folder / "bin/python")
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
        # Compiled at once, because the first start of the local AWS would take seconds longer otherwise.
        install = ["uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", python]
    else:
        run(sys.executable, "-m", "venv", "--clear", str(folder))
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*install, "--require-hashes", "-r", str(lock))
    if editable:
        run(*install, "--no-deps", "--no-build-isolation", "--editable", str(editable))


def run(*words: str) -> None:
    """Run a command; raise VenvError if it fails."""
    # A local run confines each Python by this variable; an installation has to reach a package index.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if subprocess.run(words, env=environment, check=False).returncode != 0:  # noqa: S603 - our own words
        advice = "; on Debian and Ubuntu: apt-get install python3-venv" if "venv" in words else ""
        raise VenvError(f"'{' '.join(words)}' failed{advice}")


if __name__ == "__main__":
    try:
        ensure(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
    except VenvError as error:
        sys.exit(str(error))
