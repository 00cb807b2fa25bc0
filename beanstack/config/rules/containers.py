"""Rules on the containers of an environment and how they fit together."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from beanstack.config.model import folder
from beanstack.eb.findings import Finding, nearest, suggestion
from beanstack.eb.instances import usable_memory
from beanstack.paths import PENDING_IN_CONTAINER, SCRIPTS_IN_CONTAINER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from beanstack.config.container import Container
    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path


SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_PORTS = (22, 2375, 2376, 51678, 51679, 51680)  # SSH, Docker, the ECS agent


def essential_container(env: Environment) -> Iterator[Finding]:
    if not any(container.essential for container in env.containers.values()):
        message = "no container is essential, so nothing would keep the application running"
        yield Finding(("containers",), message, also=(*_of_all(env, "essential"), ("containers",)))


def _of_all(env: Environment, key: str) -> list[Path]:
    """The places of one setting of each container."""
    return [("containers", name, key) for name in env.containers]


def images(env: Environment) -> Iterator[Finding]:
    for name in env.containers:
        if not env.image_of(name):
            message = f"'{name}' names no image, and the environment has no `image` either"
            yield Finding(("containers", name), message, also=(("containers", name, "image"), ("image",)))


def mounts(env: Environment) -> Iterator[Finding]:
    logs = [f"awseb-logs-{name}" for name in env.containers]  # EB declares these itself
    for name, container in env.containers.items():
        paths: set[PurePosixPath] = set()
        for index, mount in enumerate(container.mounts):
            place = ("containers", name, "mounts", index)
            if mount.volume not in [*env.volumes, *logs]:
                near = suggestion(nearest(mount.volume, env.volumes))
                message = f"'{name}' mounts the volume '{mount.volume}', which `volumes` does not declare{near}"
                yield Finding(place, message, also=(("volumes", mount.volume),))
            path = folder(mount.path)
            if path in paths:
                yield Finding(place, f"two mounts at {path}")
            paths.add(path)


def own_mounts(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        own = {SCRIPTS_IN_CONTAINER: container.bootstrap, PENDING_IN_CONTAINER: bool(container.migrate)}
        for index, mount in enumerate(container.mounts):
            for taken in [taken for taken, used in own.items() if used and folder(mount.path).is_relative_to(taken)]:
                keys = (("containers", name, "bootstrap"), ("containers", name, "migrate"))
                message = f"Beanstack mounts a folder of its own at {taken}"
                yield Finding(("containers", name, "mounts", index), message, also=keys)


def host_ports(env: Environment) -> Iterator[Finding]:
    taken: dict[tuple[int, str], Path] = {}
    for name, container in env.containers.items():
        for index, port in enumerate(container.ports):
            place = ("containers", name, "ports", index)
            first = taken.setdefault((port.host, port.protocol), place)
            if first != place:
                both = f"'{name}' twice" if first[1] == name else f"both '{first[1]}' and '{name}'"
                message = f"host port {port.host}/{port.protocol} would be taken by {both}"
                yield Finding(place, message, also=(first,))
            if port.host in RESERVED_PORTS:
                yield Finding(place, f"host port {port.host} belongs to the instance itself (SSH, Docker or ECS agent)")


def references(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        for other, path in _named(container):
            if other not in env.containers:
                near = suggestion(nearest(other, env.containers))
                message = f"'{name}' needs a container '{other}', and there is none{near}"
                key, gone = path[0] == "depends_on", ("containers", other)
                yield Finding(("containers", name, *path), message, at_key=key, also=(gone,))


def circles(env: Environment) -> Iterator[Finding]:
    """A link, too, makes ECS start the other container first."""
    named = {name: dict(_named(container)) for name, container in env.containers.items()}
    edges = {name: list(others) for name, others in named.items()}
    while circle := _circle(edges):
        start, following = circle[:2]
        places = [("containers", one, *named[one][other]) for one, other in pairwise(circle)]
        message = f"the containers wait for each other in a circle: {' -> '.join(circle)}"
        yield Finding(places[0], message, also=tuple(places[1:]))
        edges[start].remove(following)


def _named(container: Container) -> Iterator[tuple[str, Path]]:
    """The containers that one waits for, and where in its settings it names them."""
    for index, link in enumerate(container.links):
        yield link.container, ("links", index)
    for index, share in enumerate(container.volumes_from):
        yield share.container, ("volumes_from", index)
    for other in container.depends_on:
        yield other, ("depends_on", other)


def _circle(edges: Mapping[str, list[str]]) -> list[str]:
    """The first circle in a graph, its start repeated at its end; empty where there is none."""
    done: set[str] = set()
    for start in edges:
        trail, pending = [start], [iter(edges[start])]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                done.add(trail.pop())
                pending.pop()
            elif following in trail:
                return [*trail[trail.index(following) :], following]
            elif following in edges and following not in done:
                trail.append(following)
                pending.append(iter(edges[following]))
    return []


def dependencies(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        for other, condition in container.depends_on.items():
            place = ("containers", name, "depends_on", other)
            target = env.containers.get(other)
            if target and target.essential and condition in ("COMPLETE", "SUCCESS"):
                message = f"'{other}' must be `essential: false`, because '{name}' waits for its end"
                yield Finding(place, message, also=(("containers", other, "essential"),))
            if target and condition == "HEALTHY" and not target.health_check:
                message = f"'{other}' has no `health_check`, and '{name}' waits until it is healthy"
                yield Finding(place, message, also=(("containers", other, "health_check"),))


def memory_limits(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        place = ("containers", name)
        hard, soft = container.memory, container.memory_reservation
        both = ((*place, "memory"), (*place, "memory_reservation"))
        if hard is None and soft is None:
            yield Finding(place, "needs `memory` or `memory_reservation`, in MiB", also=both)
        elif hard and soft and hard < soft:
            yield Finding(both[0], f"memory ({hard}) is below memory_reservation ({soft})", also=both[1:])


def memory(env: Environment) -> Iterator[Finding]:
    known = {name: usable_memory(name) for name in env.instance_types}
    smallest = min((size for size in known.values() if size), default=None)
    reserved = sum(container.reserved_memory for container in env.containers.values())
    if smallest and reserved > smallest:
        names = [name for name, size in known.items() if size == smallest]
        message = f"the containers reserve {reserved} MiB, more than the {smallest} MiB that a {names[0]} has for them"
        soft = [name for name, container in env.containers.items() if container.memory_reservation]
        places = _of_all(env, "memory_reservation")
        places += [("containers", name, "memory") for name in env.containers if name not in soft]
        yield Finding(("containers",), message, also=(("instance_types",), *places))


def container_secrets(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        if container.needs_execution_role and not env.execution_role_arn:
            keys = ("secrets", "repository_credentials", "environment_files", "log_configuration")
            places = [("execution_role_arn",), *(("containers", name, key) for key in keys)]
            message = (
                f"secrets, credentials or files of '{name}' need `execution_role_arn`, the role that may read them"
            )
            yield Finding(("containers", name), message, also=tuple(places))
        for variable in container.secrets.keys() & container.environment.keys():
            both = [("containers", name, key, variable) for key in ("secrets", "environment")]
            yield Finding(both[0], "both `environment` and `secrets` set this variable", also=(both[1],))
        for variable, value in container.environment.items():
            if "{{resolve:" in value:
                message = "CloudFormation resolves references in `properties` only; use them or `secrets`"
                yield Finding(("containers", name, "environment", variable), message)


def bootstrapped_names(env: Environment) -> Iterator[Finding]:
    """POSIX leaves it to a shell whether a variable whose name it could not use reaches the command."""
    for name, container in env.containers.items():
        if not container.bootstrap:
            continue
        places: dict[str, Path] = {variable: entry.keys[0] for variable, entry in env.variables.items()}
        own: dict[str, Path] = {
            variable: ("containers", name, "environment", variable) for variable in container.environment
        }
        for variable, place in [*places.items(), *own.items()]:
            if not SHELL_NAME.fullmatch(variable):
                message = f"the entry point of '{name}' may lose the name '{variable}'; use letters, digits and _"
                yield Finding(place, message, at_key=True, also=(("containers", name, "bootstrap"),))
