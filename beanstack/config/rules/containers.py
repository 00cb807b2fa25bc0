"""Rules on the containers of an environment and how they fit together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.config.errors import Finding, suggestion
from beanstack.config.instances import memory_of
from beanstack.config.model import folder
from beanstack.host import PENDING_IN_CONTAINER, SCRIPTS_IN_CONTAINER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from beanstack.config.container import Container
    from beanstack.config.settings import Environment

    Path = tuple[str | int, ...]


SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_PORTS = (22, 2375, 2376, 51678, 51679, 51680)  # SSH, Docker, the ECS agent


def essential_container(env: Environment) -> Iterator[Finding]:
    if not any(container.essential for container in env.containers.values()):
        yield Finding(("containers",), "no container is essential, so nothing would keep the application running")


def images(env: Environment) -> Iterator[Finding]:
    for name in env.containers:
        if not env.image_of(name):
            yield Finding(("containers", name), "names no image, and the environment has no `image` either")


def mounts(env: Environment) -> Iterator[Finding]:
    logs = [f"awseb-logs-{name}" for name in env.containers]  # EB declares these itself
    for name, container in env.containers.items():
        own = {SCRIPTS_IN_CONTAINER: container.bootstrap, PENDING_IN_CONTAINER: bool(container.migrate)}
        paths: set[PurePosixPath] = set()
        for index, mount in enumerate(container.mounts):
            place = ("containers", name, "mounts", index)
            if mount.volume not in [*env.volumes, *logs]:
                near = suggestion(mount.volume, env.volumes)
                yield Finding(place, f"mounts the volume '{mount.volume}', which `volumes` does not declare{near}")
            path = folder(mount.path)
            if path in paths:
                yield Finding(place, f"two mounts at {path}")
            paths.add(path)
            for taken in [taken for taken, used in own.items() if used and path.is_relative_to(taken)]:
                yield Finding(place, f"Beanstack mounts a folder of its own at {taken}")


def host_ports(env: Environment) -> Iterator[Finding]:
    taken: dict[tuple[int, str], Path] = {}
    for name, container in env.containers.items():
        for index, port in enumerate(container.ports):
            place = ("containers", name, "ports", index)
            first = taken.setdefault((port.host, port.protocol), place)
            if first != place:
                message = f"host port {port.host}/{port.protocol} is taken by container '{first[1]}' already"
                yield Finding(place, message)
            if port.host in RESERVED_PORTS:
                yield Finding(place, f"host port {port.host} belongs to the instance itself (SSH, Docker or ECS agent)")


def references(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        for other, path in _named(container):
            if other not in env.containers:
                near = suggestion(other, env.containers)
                message = f"there is no container '{other}'{near}"
                yield Finding(("containers", name, *path), message, at_key=path[0] == "depends_on")


def circles(env: Environment) -> Iterator[Finding]:
    """A link, too, makes ECS start the other container first."""
    named = {name: dict(_named(container)) for name, container in env.containers.items()}
    edges = {name: list(others) for name, others in named.items()}
    while circle := _circle(edges):
        start, following = circle[:2]
        place = ("containers", start, *named[start][following])
        yield Finding(place, f"the containers wait for each other in a circle: {' -> '.join(circle)}")
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
                yield Finding(place, f"'{other}' must be `essential: false` to be waited for until its end")
            if target and condition == "HEALTHY" and not target.health_check:
                yield Finding(place, f"'{other}' has no `health_check` that could become healthy")


def memory(env: Environment) -> Iterator[Finding]:
    known = {name: memory_of(name) for name in env.instance_types}
    smallest = min((size for size in known.values() if size), default=None)
    reserved = sum(container.reserved_memory for container in env.containers.values())
    if smallest and reserved > smallest:
        names = [name for name, size in known.items() if size == smallest]
        message = f"the containers reserve {reserved} MiB, more than the {smallest} MiB of a {names[0]}"
        yield Finding(("containers",), message, also=(("instance_types",),))


def bootstrapped_users(env: Environment) -> Iterator[Finding]:
    booted = {name: container.user_id for name, container in env.containers.items() if container.bootstrap}
    first = next(iter(booted), None)
    for name, user in booted.items():
        if first and user != booted[first]:
            message = f"bootstrapped containers share one user; '{first}' has {booted[first]}, '{name}' {user}"
            yield Finding(("containers", name, "user"), message)


def container_secrets(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        if container.needs_execution_role and not env.execution_role_arn:
            message = "its secrets, credentials or files need `execution_role_arn`, the role that may read them"
            yield Finding(("containers", name), message)
        for variable in container.secrets.keys() & container.environment.keys():
            yield Finding(("containers", name, "secrets", variable), "`environment` sets this variable as well")
        for variable, value in container.environment.items():
            if "{{resolve:" in value:
                message = "CloudFormation resolves references in `properties` only; use them or `secrets`"
                yield Finding(("containers", name, "environment", variable), message)


def bootstrapped_names(env: Environment) -> Iterator[Finding]:
    """POSIX leaves it to a shell whether a variable whose name it could not use reaches the command."""
    for name, container in env.containers.items():
        if not container.bootstrap:
            continue
        places: dict[str, Path] = {variable: given.path for variable, given in env.variables.items()}
        own: dict[str, Path] = {
            variable: ("containers", name, "environment", variable) for variable in container.environment
        }
        for variable, place in [*places.items(), *own.items()]:
            if not SHELL_NAME.fullmatch(variable):
                message = f"the entry point of '{name}' may lose this name; use letters, digits and _"
                yield Finding(place, message, at_key=True)
