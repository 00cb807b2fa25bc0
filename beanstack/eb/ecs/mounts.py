"""Where a container may have volumes, file systems in memory and devices.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MountPoint.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.ecs.containers import entries, folder, quoted_name
from beanstack.eb.findings import bundle_finding, hint, shown
from beanstack.eb.layout import LOGS
from beanstack.eb.shape import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.eb.ecs.containers import Container, Entry
    from beanstack.eb.findings import Finding, Path

EFS = "efsVolumeConfiguration"
PROC = "/proc"
# What runc lets a mount hide below /proc: files that LXCFS emulates.
# https://github.com/opencontainers/runc/blob/main/libcontainer/rootfs_linux.go
PROC_FILES = frozenset(
    f"{PROC}/{name}"
    for name in (
        *("cpuinfo", "diskstats", "loadavg", "meminfo", "slabinfo", "stat", "swaps", "uptime"),
        *("sys/crypto/fips_enabled", "sys/kernel/ns_last_pid"),
    )
)


def mountable(volumes: Iterable[Entry], named: Iterable[str]) -> dict[str, str | None]:
    """Return the volumes that containers can mount, each with its folder of the instance if it names one.

    EB declares those of the containers' logs itself.
    """
    folders: dict[str, str | None] = {LOGS + name: None for name in named}
    for _, volume in volumes:
        if volume.get("name") is not None:
            folders[volume["name"]] = (volume.get("host") or {}).get("sourcePath")
    return folders


def volume_findings(volumes: Iterable[Entry]) -> Iterator[Finding]:
    """Yield the problems with the volumes of a task."""
    for path, volume in volumes:
        yield from _efs((*path, EFS), volume.get(EFS) or {})
        source = (volume.get("host") or {}).get("sourcePath")
        at = (*path, "host", "sourcePath")
        if source is None or PLACEHOLDER.search(source):
            continue
        if not source.startswith("/"):
            yield bundle_finding("relative-path", at, f"{shown(source)} is not an absolute path")
        elif folder(source).is_relative_to("/tmp"):  # noqa: S108 - what is looked for
            message = "a volume below /tmp is emptied at every boot and daily"
            yield bundle_finding("temporary-mount", at, message, "choose a path below /var")


def _efs(path: Path, options: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield options of an EFS volume that ECS does not accept together.

    https://github.com/aws/aws-cdk/issues/10683
    """
    access = options.get("authorizationConfig") or {}
    point, root = access.get("accessPointId"), options.get("rootDirectory") or "/"
    also = ((*path, "authorizationConfig"),)
    if point and folder(root) != folder("/") and not PLACEHOLDER.search(root):
        message = "with an access point, `rootDirectory` is / or left out"
        yield bundle_finding("efs-options", (*path, "rootDirectory"), message, also=also)
    if (point or access.get("iam") == "ENABLED") and options.get("transitEncryption") in (None, "DISABLED"):
        message = "an access point or IAM needs `transitEncryption: ENABLED`"
        yield bundle_finding("efs-options", path, message, also=((*path, "transitEncryption"), *also))


def mount_findings(path: Path, container: Container, volumes: Mapping[str, str | None]) -> Iterator[Finding]:
    """Yield the problems with what is mounted in a container; `volumes` are the folders of the instance by name."""
    yield from _undeclared(path, container, volumes)
    targets = set()
    for at, target, source in _mounts(path, container, volumes):
        if PLACEHOLDER.search(target):
            continue
        place = folder(target)
        if place in targets:
            yield bundle_finding("mounted-twice", at, f"two mounts at {place}")
        targets.add(place)
        message = _refused(target, source)
        if message:
            yield bundle_finding("mount-target", at, message)
    parameters = container.get("linuxParameters") or {}
    for at, device in entries(parameters, "devices", (*path, "linuxParameters")):
        target = device.get("containerPath")
        if target and folder(target) == folder("/"):
            yield bundle_finding("mount-target", (*at, "containerPath"), "a device cannot take the place of /")


def _undeclared(path: Path, container: Container, volumes: Mapping[str, str | None]) -> Iterator[Finding]:
    """Yield the volumes that a container mounts though nothing declares them."""
    for at, mount in entries(container, "mountPoints", path):
        volume = mount.get("sourceVolume")
        if volume is not None and volume not in volumes and not PLACEHOLDER.search(volume):
            message = f"{quoted_name(container)} mounts the volume {shown(volume)}, which `volumes` does not declare"
            missing = (("volumes", volume),)
            yield bundle_finding("mounts-resolve", (*at, "sourceVolume"), message, hint(volume, volumes), also=missing)


def _mounts(
    path: Path, container: Container, volumes: Mapping[str, str | None]
) -> Iterator[tuple[Path, str, str | None]]:
    """Yield the path of each mount's target, the target, and the folder of the instance that is mounted there."""
    for at, mount in entries(container, "mountPoints", path):
        if mount.get("containerPath"):
            yield (*at, "containerPath"), mount["containerPath"], volumes.get(mount.get("sourceVolume") or "")
    parameters = container.get("linuxParameters") or {}
    for at, mount in entries(parameters, "tmpfs", (*path, "linuxParameters")):
        if mount.get("containerPath"):
            yield (*at, "containerPath"), mount["containerPath"], None


def _refused(target: str, source: str | None) -> str:
    """Return why Docker or runc refuses a mount at a path, an empty string if they accept it.

    https://github.com/moby/moby/blob/master/daemon/volume/mounts/linux_parser.go
    """
    place = folder(target)
    written = shown(target) if str(place) == target else f"{shown(target)}, which is {place},"
    if place == folder("/"):
        return f"{written} cannot be mounted: Docker refuses mounts at /"
    if not place.is_relative_to(PROC) or str(place) in PROC_FILES:
        return ""
    if place == folder(PROC) and source and folder(source) == place:
        return ""
    return f"{written} cannot be mounted: containers do not start with a mount at {PROC} or below"
