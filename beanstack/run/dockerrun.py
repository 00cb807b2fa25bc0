"""Dockerrun.aws.json: containers with their ports, mounts, and the containers that they wait for.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.ecs.containers import DEFINITIONS, entries, references
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.ecs.task import start_order, task_findings
from beanstack.eb.layout import DOCKERRUN, LOGS
from beanstack.eb.shape import read
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


# The rules whose findings keep containers from being started. Others, such as those on memory, do not matter here.
BROKEN = frozenset(
    {
        "container-port",
        "missing-key",
        "mounts-resolve",
        "name-and-image",
        "names-unique",
        "no-self-link",
        "not-allowed",
        "out-of-range",
        "waits-in-circle",
        "wrong-type",
    }
)


class Dockerrun:
    """The file, in version 2. Raise RunError if it cannot start containers."""

    def __init__(self, bundle: Mapping[str, bytes]) -> None:
        if DOCKERRUN not in bundle:
            raise RunError(f"the bundle has no {DOCKERRUN}")
        try:
            content = json.loads(bundle[DOCKERRUN])
        except ValueError as error:
            raise RunError(f"{DOCKERRUN} is not JSON: {error}") from None
        found = content.get("containerDefinitions") if isinstance(content, dict) else None
        if not found or str(content.get("AWSEBDockerrunVersion")) != "2":
            raise RunError(f"{DOCKERRUN} has no `containerDefinitions` of version 2")
        for finding in task_findings(content):
            if finding.rule.name in BROKEN:
                raise RunError(f"{DOCKERRUN}: {finding}")
        task = read(content, facts()["file"])
        self.containers: dict[str, Container] = {made["name"]: made for _, made in entries(task, DEFINITIONS)}
        self._sources: dict[str, str | None] = {}
        for _, volume in entries(task, "volumes"):
            source = (volume.get("host") or {}).get("sourcePath")
            self._sources[volume["name"]] = _absolute(volume["name"], source)
        for name in self.containers:
            for other in self.waits_for(name):
                if other not in self.containers:
                    raise RunError(f"{DOCKERRUN}: {name!r} needs a container {other!r}, and there is none")

    @property
    def images(self) -> set[str]:
        return {container["image"] for container in self.containers.values()}

    def folders(self) -> set[str]:
        """Return the folders of the instance that containers mount."""
        found: set[str] = set()
        for name in self.containers:
            found.update(mount.source for mount in self.mounts(name))
        return found

    def source(self, volume: str) -> str:
        """Return the folder of a volume."""
        if volume.startswith(LOGS):
            return f"{LOGS_FOLDER}/{volume.removeprefix(LOGS)}"
        return posixpath.normpath(self._sources.get(volume) or f"{UNNAMED_FOLDER}/{volume}")

    def mounts(self, name: str) -> Iterator[Mount]:
        """Yield a container's mounts, and those that it takes from others."""
        container = self.containers[name]
        for _, mount in entries(container, "mountPoints"):
            yield Mount(self.source(mount["sourceVolume"]), mount["containerPath"], bool(mount.get("readOnly")))
        for _, share in entries(container, "volumesFrom"):
            for mount in self.mounts(share["sourceContainer"]):
                yield mount._replace(read_only=mount.read_only or bool(share.get("readOnly")))

    def ports(self) -> Iterator[Port]:
        """Yield every port of the instance that leads to a container."""
        for name in self.containers:
            for port, _ in self.ports_of(name):
                yield port

    def ports_of(self, name: str) -> Iterator[tuple[Port, int]]:
        """Yield the instance's ports that lead to a container, each with the container's own."""
        for _, mapping in entries(self.containers[name], "portMappings"):
            inside = mapping.get("containerPort")
            if inside:  # else a range, for which ECS chooses ports of the instance
                yield Port(mapping.get("hostPort") or inside, mapping.get("protocol", "tcp")), inside

    def secrets(self, name: str) -> list[str]:
        """Return the variables of a container whose values ECS fetches from Secrets Manager or Parameter Store."""
        return [secret["name"] for _, secret in entries(self.containers[name], "secrets")]

    def links(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the containers that one reaches by a name of its choice, each with that name."""
        for _, link in entries(self.containers[name], "links"):
            other, _, alias = link.partition(":")
            yield other, alias or other

    def waits_for(self, name: str) -> dict[str, str]:
        """Return the containers that must come before one with ECS's conditions; a link and shared volumes count."""
        container = self.containers[name]
        waits = {other: "START" for _, other in references(container)}
        for _, dependency in entries(container, "dependsOn"):
            waits[dependency["containerName"]] = dependency["condition"]
        return waits

    def is_essential(self, name: str) -> bool:
        return bool(self.containers[name].get("essential", True))

    def in_order(self) -> list[str]:
        """Return the containers, each after those that it waits for."""
        return start_order({name: self.waits_for(name) for name in self.containers})


def _absolute(volume: str, source: str | None) -> str | None:
    """Return the path of a volume. Raise RunError if it could lead out of the folder of an instance."""
    if source and (not source.startswith("/") or ".." in source.split("/")):
        raise RunError(f"{DOCKERRUN}: the volume {volume!r} needs an absolute path without '..', not {source!r}")
    return source
