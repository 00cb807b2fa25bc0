"""The files that pin, in a project, the Beanstack that is running.

Its dependencies come from the lock that the wheel carries, so only Beanstack's own hash is looked up: that of the wheel
from which it was installed, or of the release that pip downloads from the index that it is configured with.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zipfile import ZipFile

from beanstack import __version__
from beanstack.pin import GIT, REQUIREMENTS, ProjectError, origin
from beanstack.venv import LOCKS

HEAD = """\
# Beanstack and all that it needs, pinned by version and hash. `beanstack init` made this file, and `make upgrade`
# writes it anew.
"""
GIT_HEAD = """\
# Installed beside requirements.txt, because pip knows no hash of what git has; the commit is one.
"""
VENDORED = "vendor"


def files() -> dict[str, bytes]:
    """Return the files, by their paths in the project. Raise ProjectError if the pin cannot be determined."""
    found = origin()
    url = str(found.get("url", ""))
    if "vcs_info" in found:
        line = f"git+{url}@{found['vcs_info']['commit_id']}\n"
        return {REQUIREMENTS: requirements(""), GIT: (GIT_HEAD + line).encode()}
    if "dir_info" in found:
        return vendored(built(local_path(url)))
    if url.startswith("file:"):
        return vendored(wheel(local_path(url)))
    if url:
        return {REQUIREMENTS: requirements(f"beanstack @ {url}{hashed(recorded_hash(found, url))}")}
    digest = hashlib.sha256(released()).hexdigest()
    return {REQUIREMENTS: requirements(f"beanstack[project]=={__version__}{hashed(digest)}")}


def requirements(pin: str) -> bytes:
    """Return requirements.txt: a line for Beanstack itself, unless it is pinned elsewhere, and its lock."""
    lock = (LOCKS / "project.txt").read_text("utf-8").splitlines(keepends=True)
    return (HEAD + pin + "".join(line for line in lock if not line.startswith("#"))).encode()


def hashed(digest: str) -> str:
    return f" \\\n    --hash=sha256:{digest}\n"


def vendored(made: tuple[str, bytes]) -> dict[str, bytes]:
    """Return the pin of a wheel that no index has. The project keeps the wheel, from which each clone installs it."""
    name, content = made
    path = f"{VENDORED}/{name}"
    return {REQUIREMENTS: requirements(f"./{path}{hashed(hashlib.sha256(content).hexdigest())}"), path: content}


def local_path(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path))


def wheel(path: Path) -> tuple[str, bytes]:
    """Return the name and the content of the wheel from which this Beanstack was installed."""
    if path.suffix != ".whl":
        raise ProjectError(f"Beanstack was installed from {path}, which cannot be pinned; install it from a wheel")
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise ProjectError(
            f"Beanstack was installed from {path}, whose copy the project needs: {error.strerror}"
        ) from None


def built(source: Path) -> tuple[str, bytes]:
    """Return the name and the content of a wheel of a checkout, whose code may change at any time."""
    import hatchling  # noqa: F401 - a message names the extra that brings it

    with TemporaryDirectory() as folder:
        run(["-m", "hatchling", "build", "--target", "wheel", "--directory", folder], source)
        [path] = Path(folder).glob("*.whl")
        return path.name, path.read_bytes()


def recorded_hash(found: dict[str, Any], url: str) -> str:
    digest = found.get("archive_info", {}).get("hashes", {}).get("sha256")
    if not digest:
        raise ProjectError(f"the installer recorded no SHA-256 of {url}; install Beanstack with pip 23.1 or later")
    return str(digest)


def released() -> bytes:
    """Return the release of this version, as pip finds it in the index that it is configured with."""
    with TemporaryDirectory() as folder:
        pip("download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, f"beanstack=={__version__}")
        [path] = Path(folder).iterdir()
        refuse_another(path)
        return path.read_bytes()


def refuse_another(path: Path) -> None:
    """Raise ProjectError if the content of a wheel differs from the package that is running."""
    site = Path(__file__).parents[2]
    with ZipFile(path) as found:
        names = [name for name in found.namelist() if name.startswith("beanstack/")]
        is_this = names and all((site / name).is_file() for name in names)
        if not is_this or any((site / name).read_bytes() != found.read(name) for name in names):
            raise ProjectError(f"the index has another {path.name} than the Beanstack that is running")


def pip(*words: str) -> None:
    """Run pip. Raise ProjectError with its output if it fails."""
    with TemporaryDirectory() as folder:
        python = sys.executable
        if not find_spec("pip"):  # as in the environments that uv and pipx make
            run(["-m", "venv", folder], Path())
            python = f"{folder}/bin/python"
        run(["-m", "pip", *words], Path(), python)


def run(words: list[str], folder: Path, python: str = sys.executable) -> None:
    """Run Python in a folder. Raise ProjectError with its output if it fails."""
    done = subprocess.run([python, *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ProjectError(f"`python {' '.join(words)}` failed:\n{done.stderr.strip()}")
