"""The images of an environment: present already, built from their source, pulled, or made from Debian's packages."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.eb.images import NOT_BUILT, repository
from beanstack.operate.choice import environments
from beanstack.operate.committed import deployment
from beanstack.operate.errors import DeploymentError
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from beanstack.run.engine import Engine

SCRIPTS = Path(__file__).parent / "debian"  # they make an image of a Debian, and start a server in it
LABEL = "beanstack.source"  # the digest of what an image was built from
BUILD_SECONDS = 1800
# Without access to a registry, Debian packages make an image that does the same: repository -> packages.
DEBIAN: Mapping[str, Sequence[str]] = {
    "docker.io/library/debian": ("python3", "python3-venv"),
    "docker.io/library/python": ("python3", "python3-venv"),
    "docker.io/library/nginx": ("nginx-light",),
    "docker.io/library/mysql": ("mariadb-server",),
    "docker.io/library/postgres": ("postgresql",),
}


def image(engine: Engine, name: str, notify: Callable[[str], None]) -> str:
    """Return the image of this name, or a substitute for it; raise RunError if there is neither."""
    if engine.has_image(name):
        return name
    packages = DEBIAN.get(repository(name))
    substitute = f"localhost/beanstack/{packages[0]}:{script_digest(packages[0])}" if packages else ""
    if packages and engine.has_image(substitute):
        return substitute
    notify(f"pulling {name}")
    done = engine.call("pull", "--quiet", name, timeout=BUILD_SECONDS)
    if done.returncode == 0:
        return name
    reason = done.stderr.strip().splitlines()[-1:] or ["no reason"]
    if packages and shutil.which("mmdebstrap"):
        notify(f"cannot pull {name}; making {substitute} from Debian's packages")
        from_debian(engine, substitute, packages)
        return substitute
    raise RunError(f"cannot pull the image {name} ({reason[0]}); build it or load it under that name")


def from_debian(engine: Engine, name: str, packages: Sequence[str]) -> None:
    """Make an image of a small Debian with some packages; raise RunError if that fails."""
    words = ["bash", str(SCRIPTS / "image.sh"), name, ",".join(packages), engine.kind]
    done = subprocess.run(  # noqa: S603 - a script of the project
        words, env=dict(engine.environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RunError(f"cannot make {name} from Debian's packages: {done.stderr.strip()[-500:]}")


def script_digest(package: str) -> str:
    """Return a digest of the scripts that make an image of a package, so that a change makes a new image."""
    scripts = [path for path in (SCRIPTS / "image.sh", SCRIPTS / f"{package}-start.sh") if path.exists()]
    return hashlib.sha256(b"".join(path.read_bytes() for path in scripts)).hexdigest()[:12]


def container_image(
    engine: Engine, name: str, sources: Path | None, application: str, notify: Callable[[str], None]
) -> str:
    """Return an image of an application's containers, built if the project `sources` has its source.

    Raise RunError if there is no such image.
    """
    if sources is None:
        return image(engine, name, notify)
    context = contexts(sources, application).get(name)
    if context:
        return built_image(engine, name, context, notify)
    return application_image(engine, name, sources / "examples" / application, notify)


def contexts(project: Path, application: str) -> dict[str, Path]:
    """Return the folders that the images of an application are built from, as its committed templates say."""
    output = project / f"output/{application}"
    found: dict[str, Path] = {}
    for name in environments(output):
        with suppress(DeploymentError):  # of another environment, whose template is not this one's concern
            found |= {build.image: project / build.context for build in deployment(output / f"{name}.yaml").builds}
    return found


def built_image(engine: Engine, name: str, folder: Path, notify: Callable[[str], None]) -> str:
    """Return an image whose source is a folder: the pinned one, or if that cannot be had, one that is built here."""
    local = f"{repository(name)}:{NOT_BUILT}"
    if name != local:
        try:
            return image(engine, name, notify)
        except RunError as error:
            notify(f"warning: {error.problem.partition(';')[0]}; building {folder} in its place")
    source = digest(folder)
    if built_from(engine, local) != source:
        build(engine, local, folder, source, notify)
    return local


def application_image(engine: Engine, name: str, folder: Path, notify: Callable[[str], None]) -> str:
    """Return an image of an application's containers. Build its own image if `folder` has the source.

    The folder is named after the application, as the repository of its own image is. The image is built again when the
    source changes. An image that was not built here is never replaced, and neither is an image of another repository,
    such as a proxy's.
    """
    application = folder.name
    if repository(name).rpartition("/")[2] != application or not (folder / "Dockerfile").is_file():
        return image(engine, name, notify)
    source = digest(folder)
    if built_from(engine, name) not in (source, "", "<no value>"):
        build(engine, name, folder, source, notify)
    return name


def built_from(engine: Engine, name: str) -> str | None:
    """Return the digest of what an image was built from; empty if it was not built here, None if there is none."""
    inspected = engine.call("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', name)
    return inspected.stdout.strip() if inspected.returncode == 0 else None


def build(engine: Engine, name: str, folder: Path, source: str, notify: Callable[[str], None]) -> None:
    """Build an image from a folder, whose digest it gets as a label; raise RunError if that fails."""
    base = _base(folder / "Dockerfile")
    # A substitute, if the base image itself cannot be had.
    arguments = ("--build-arg", f"BASE={image(engine, base, notify)}") if base else ()
    notify(f"building {name} from {folder}")
    # The build uses the host's network, to get packages from where this machine gets its own.
    options = ("--quiet", "--network", "host", "--label", f"{LABEL}={source}", *arguments)
    engine.check_call("build", *options, "--tag", name, str(folder), timeout=BUILD_SECONDS)


def digest(folder: Path) -> str:
    """Return a digest of a folder's contents."""
    content = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def _base(dockerfile: Path) -> str:
    """Return the base image of a Dockerfile that takes it as an argument; empty for any other."""
    found = re.search(r"^ARG BASE=(\S+)$", dockerfile.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else ""
