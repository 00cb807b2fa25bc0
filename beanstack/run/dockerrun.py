"""What Dockerrun.aws.json asks for: containers, their ports, mounts and whom they wait for.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.layout import DOCKERRUN, LOGS
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LOGS_FOLDER = "/var/log/containers"
UNNAMED_FOLDER = "/var/lib/docker/volumes"  # of a volume without a path of the instance

Container = dict[str, Any]


class Port(NamedTuple):
    """A port of the instance."""

    number: int
    protocol: str


class Mount(NamedTuple):
    """A folder of the instance in a container."""

    source: str
    target: str
    read_only: bool


class Dockerrun:
    """The file, version 2. RunError where it is none."""

    def __init__(self, bundle: Mapping[str, bytes]) -> None:
        try:
            content = json.loads(bundle[DOCKERRUN])
        except (KeyError, ValueError) as error:
            missing = isinstance(error, KeyError)
            raise RunError(
                f"the bundle has no {DOCKERRUN}" if missing else f"{DOCKERRUN} is not JSON: {error}"
            ) from None
        found = content.get("containerDefinitions") if isinstance(content, dict) else None
        if not found or str(content.get("AWSEBDockerrunVersion")) != "2":
            raise RunError(f"{DOCKERRUN} has no `containerDefinitions` of version 2")
        _check(content)
        self.containers: dict[str, Container] = {container["name"]: container for container in found}
        self._sources = {v["name"]: (v.get("host") or {}).get("sourcePath") for v in content.get("volumes") or ()}
        for name in self.containers:
            list(self.mounts(name))
        self.in_order()

    @property
    def images(self) -> set[str]:
        return {container["image"] for container in self.containers.values()}

    def folders(self) -> set[str]:
        """The folders of the instance that containers mount."""
        return {mount.source for name in self.containers for mount in self.mounts(name)}

    def source(self, volume: str) -> str:
        """The folder of a volume. RunError where the volume is not declared."""
        if volume.startswith(LOGS):
            return f"{LOGS_FOLDER}/{volume.removeprefix(LOGS)}"
        if volume not in self._sources:
            raise RunError(f"{DOCKERRUN}: a container mounts the volume {volume!r}, which `volumes` does not declare")
        return posixpath.normpath(self._sources[volume] or f"{UNNAMED_FOLDER}/{volume}")

    def mounts(self, name: str) -> Iterator[Mount]:
        """A container's mounts, and those that it takes from others."""
        container = self.containers[name]
        for mount in container.get("mountPoints") or ():
            yield Mount(self.source(mount["sourceVolume"]), mount["containerPath"], bool(mount.get("readOnly")))
        for share in container.get("volumesFrom") or ():
            for mount in self.mounts(share["sourceContainer"]):
                yield mount._replace(read_only=mount.read_only or bool(share.get("readOnly")))

    def ports(self) -> Iterator[Port]:
        """Every port of the instance that a container listens on."""
        for name in self.containers:
            for port, _ in self.ports_of(name):
                yield port

    def ports_of(self, name: str) -> Iterator[tuple[Port, int]]:
        """The instance's ports that lead to a container, each with the container's own."""
        for mapping in self.containers[name].get("portMappings") or ():
            inside = int(mapping["containerPort"])
            yield Port(int(mapping.get("hostPort") or inside), mapping.get("protocol", "tcp")), inside

    def secrets(self, name: str) -> list[str]:
        """The variables of a container whose values ECS fetches from Secrets Manager or Parameter Store."""
        return [secret["name"] for secret in self.containers[name].get("secrets") or ()]

    def links(self, name: str) -> Iterator[tuple[str, str]]:
        """The containers that one reaches by a name of its choice, each with that name."""
        for link in self.containers[name].get("links") or ():
            other, _, alias = link.partition(":")
            yield other, alias or other

    def waits_for(self, name: str) -> dict[str, str]:
        """The containers that must come before one, each with ECS's condition; a link and shared volumes count."""
        container = self.containers[name]
        shared = [share["sourceContainer"] for share in container.get("volumesFrom") or ()]
        waits = dict.fromkeys([*(other for other, _ in self.links(name)), *shared], "START")
        return waits | {d["containerName"]: d["condition"] for d in container.get("dependsOn") or ()}

    def is_essential(self, name: str) -> bool:
        return bool(self.containers[name].get("essential", True))

    def in_order(self) -> list[str]:
        """The containers, each behind those that it waits for. RunError for a circle or one that is not there."""
        ordered: list[str] = []
        waiting = dict.fromkeys(self.containers)
        while waiting:
            ready = [name for name in waiting if set(self.waits_for(name)) <= set(ordered)]
            if not ready:
                raise RunError(
                    f"{DOCKERRUN}: {', '.join(waiting)} wait for each other, or for a container that is not there"
                )
            ordered += ready
            waiting = dict.fromkeys(name for name in waiting if name not in ready)
        return ordered


# Of each key that is read here: its type, and for a list of mappings the texts that each of these needs.
SHAPES: Mapping[str, tuple[type[list[Any]] | type[dict[str, Any]], tuple[str, ...]]] = {
    "portMappings": (list, ("containerPort",)),
    "mountPoints": (list, ("sourceVolume", "containerPath")),
    "volumesFrom": (list, ("sourceContainer",)),
    "dependsOn": (list, ("containerName", "condition")),
    "environment": (list, ("name", "value")),
    "secrets": (list, ("name",)),
    "extraHosts": (list, ("hostname", "ipAddress")),
    "ulimits": (list, ("name", "softLimit", "hardLimit")),
    "systemControls": (list, ("namespace", "value")),
    "links": (list, ()),
    "linuxParameters": (dict, ()),
    "healthCheck": (dict, ()),
}


def _check(content: Mapping[str, Any]) -> None:
    """RunError where a part of the file that is read here has another shape."""
    for number, container in enumerate(content["containerDefinitions"]):
        if not isinstance(container, dict) or not all(isinstance(container.get(k), str) for k in ("name", "image")):
            raise RunError(f"{DOCKERRUN}: container {number + 1} needs a `name` and an `image`")
        for key, (kind, needed) in SHAPES.items():
            given: Any = container.get(key) or kind()
            if not isinstance(given, kind) or not all(_has(item, needed) for item in given if needed):
                wanted = f" with {', '.join(needed)} in each entry" if needed else ""
                raise RunError(f"{DOCKERRUN}: {container['name']}: `{key}` is no {kind.__name__}{wanted}")
    for volume in content.get("volumes") or ():
        if not isinstance(volume, dict) or not isinstance(volume.get("name"), str):
            raise RunError(f"{DOCKERRUN}: each of `volumes` needs a `name`")
        source = (volume.get("host") or {}).get("sourcePath") or "/"
        if not source.startswith("/") or ".." in source.split("/"):
            raise RunError(
                f"{DOCKERRUN}: the volume {volume['name']!r} needs an absolute path without '..', not {source!r}"
            )


def _has(item: object, needed: Iterable[str]) -> bool:
    return isinstance(item, dict) and all(item.get(key) is not None for key in needed)
