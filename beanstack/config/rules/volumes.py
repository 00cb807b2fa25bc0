"""Rules on the folders of the host that volumes are; one with an `owner` is handed over with all that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.ecs.containers import folder
from beanstack.eb.findings import Finding
from beanstack.paths import BUNDLE, DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from beanstack.config.settings import Environment

# The system's own, with all that they hold; and folders of which only some below are anybody's.
SYSTEM = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/opt/aws", "/opt/elasticbeanstalk", "/proc", "/root", "/run",
    "/sbin", "/sys", "/usr", "/var/lib/docker", "/var/lib/ecs", "/var/run",
)  # fmt: skip
SHARED = ("/", "/home", "/opt", "/var", "/var/cache", "/var/lib", "/var/log", "/var/spool", "/var/tmp")  # noqa: S108


def reserved_names(env: Environment) -> Iterator[Finding]:
    for volume in env.volumes:
        if volume.startswith(("beanstack-", "awseb-")):
            yield Finding(("volumes", volume), "names that start with beanstack- or awseb- are taken", at_key=True)


def reserved_folders(env: Environment) -> Iterator[Finding]:
    for name, path in _paths(env).items():
        place, owner = ("volumes", name, "host_path"), (("volumes", name, "owner"),)
        owned = env.volumes[name].owner is not None
        if path.is_relative_to(DATA):
            yield Finding(place, f"Beanstack makes the folders in {DATA} itself; leave `host_path` out")
        elif owned and (str(path) in SHARED or any(path.is_relative_to(system) for system in SYSTEM)):
            yield Finding(place, f"{path} is a system folder; do not set `owner`", also=owner)
        elif owned and path.is_relative_to(BUNDLE):
            message = f"EB replaces what is in {BUNDLE} in every deployment, so nothing there can have an `owner`"
            yield Finding(place, message, also=owner)


def overlaps(env: Environment) -> Iterator[Finding]:
    """Yield volumes that lie in one another.

    The owner of the outer folder could put links where the script makes the inner one.
    """
    paths = _paths(env)
    volumes: dict[PurePosixPath, str] = {}
    owned: dict[PurePosixPath, str] = {}
    for name, path in paths.items():
        volumes.setdefault(path, name)
        if env.owner_of(name) is not None:
            owned.setdefault(path, name)
    for name, path in paths.items():
        place = ("volumes", name, "host_path")
        if volumes[path] != name:
            yield Finding(place, f"{path} is the volume '{volumes[path]}' already")
        for above in path.parents:
            if above in owned:
                yield Finding(place, f"{path} lies in the volume '{owned[above]}', which has an `owner` of its own")


def unmounted(env: Environment) -> Iterator[Finding]:
    mounted = {mount.volume for container in env.containers.values() for mount in container.mounts}
    for volume in env.volumes:
        if volume not in mounted:
            yield Finding(("volumes", volume), "no container mounts this volume", at_key=True)


def _paths(env: Environment) -> dict[str, PurePosixPath]:
    """Return the folders of volumes with a `host_path`; each of the others has a folder of its own."""
    return {name: folder(volume.host_path) for name, volume in env.volumes.items() if volume.host_path}
