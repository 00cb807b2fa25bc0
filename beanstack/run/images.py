"""The images of an environment: here already, built from examples/, pulled, or made from Debian's packages."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from beanstack.run.engine import Engine

PROJECT = Path(__file__).parents[2]
EXAMPLES = PROJECT / "examples"
SCRIPTS = PROJECT / "scripts/debian"  # how a Debian becomes an image, and how it starts a database
LABEL = "beanstack.source"  # the digest of what an image was built from
BUILD_SECONDS = 1800
# Where no registry can be reached, Debian's packages make an image that does the same: repository -> packages.
DEBIAN: Mapping[str, Sequence[str]] = {
    "docker.io/library/debian": ("python3", "python3-venv"),
    "docker.io/library/python": ("python3", "python3-venv"),
    "docker.io/library/mysql": ("mariadb-server",),
    "docker.io/library/postgres": ("postgresql",),
}


def image(engine: Engine, name: str, tell: Callable[[str], None]) -> str:
    """The image under this name, or one that stands in for it. RunError where it cannot be had."""
    if engine.has_image(name):
        return name
    packages = DEBIAN.get(repository(name))
    stand_in = f"localhost/beanstack/{packages[0]}:{made_by(packages[0])}" if packages else ""
    if packages and engine.has_image(stand_in):
        return stand_in
    tell(f"pulling {name}")
    done = engine.call("pull", "--quiet", name, timeout=BUILD_SECONDS)
    if done.returncode == 0:
        return name
    reason = done.stderr.strip().splitlines()[-1:] or ["no reason"]
    if packages and shutil.which("mmdebstrap"):
        tell(f"{name} cannot be pulled; making {stand_in} from Debian's packages")
        from_debian(engine, stand_in, packages)
        return stand_in
    raise RunError(f"the image {name} is not here and cannot be pulled ({reason[0]}); build or load it under that name")


def repository(name: str) -> str:
    """An image's name without tag and digest."""
    folder, slash, last = name.rpartition("/")
    return folder + slash + re.split("[:@]", last)[0]


def from_debian(engine: Engine, name: str, packages: Sequence[str]) -> None:
    """Makes a small Debian with some packages. RunError where that fails."""
    words = ["bash", str(SCRIPTS / "image.sh"), name, ",".join(packages), engine.kind]
    done = subprocess.run(  # noqa: S603 - a script of the project
        words, env=dict(engine.environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RunError(f"{name} cannot be made from Debian's packages: {done.stderr.strip()[-500:]}")


def made_by(package: str) -> str:
    """What identifies the scripts that make an image of a package."""
    scripts = [path for path in (SCRIPTS / "image.sh", SCRIPTS / f"{package}-start.sh") if path.exists()]
    return hashlib.sha256(b"".join(path.read_bytes() for path in scripts)).hexdigest()[:12]


def application_image(engine: Engine, name: str, application: str, tell: Callable[[str], None]) -> str:
    """An image of an application's containers. Its own is built from examples/ where its source lies there.

    It is built again when that changes. One of the same name that was not built here is left alone, and so is every
    image of another repository, such as a proxy's.
    """
    folder = EXAMPLES / application
    if repository(name).rpartition("/")[2] != application or not (folder / "Dockerfile").is_file():
        return image(engine, name, tell)
    source = digest(folder)
    there = engine.call("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', name)
    if there.returncode == 0 and there.stdout.strip() in (source, "", "<no value>"):
        return name
    base = image(engine, _base(folder / "Dockerfile"), tell)
    tell(f"building {name} from {folder.relative_to(PROJECT)}")
    # The host's network, because the packages come from where this machine gets its own.
    options = ("--quiet", "--network", "host", "--label", f"{LABEL}={source}", "--build-arg", f"BASE={base}")
    engine.must("build", *options, "--tag", name, str(folder), timeout=BUILD_SECONDS)
    return name


def digest(folder: Path) -> str:
    """What identifies a folder's contents."""
    content = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def _base(dockerfile: Path) -> str:
    """The image that a Dockerfile builds on unless told otherwise."""
    found = re.search(r"^ARG BASE=(\S+)$", dockerfile.read_text("utf-8"), re.MULTILINE)
    if not found:
        raise RunError(f"{dockerfile} has no line `ARG BASE=image`")
    return found[1]
