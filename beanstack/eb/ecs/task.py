"""What EB and ECS accept of Dockerrun.aws.json, version 2, as a whole: the file, its volumes, and containers together.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from beanstack.eb.ecs.containers import (
    DEFINITIONS,
    container_findings,
    entries,
    quoted_name,
    references,
    role_findings,
)
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.ecs.linux import linux_findings
from beanstack.eb.ecs.logs import firelens_findings, log_findings
from beanstack.eb.ecs.mounts import mount_findings, mountable, volume_findings
from beanstack.eb.ecs.network import network_findings
from beanstack.eb.ecs.placement import resource_findings
from beanstack.eb.ecs.quotas import quota_findings
from beanstack.eb.findings import bundle_finding, shown
from beanstack.eb.shape import read, shape_findings
from beanstack.eb.unreplaced import container_variables, variable_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.eb.ecs.containers import Entry
    from beanstack.eb.findings import Finding, Path


def dockerrun_findings(content: Any, *, for_docker: bool = False) -> Iterator[Finding]:
    """Yield the problems with a file by itself; `for_docker`: its bundle is for another platform than ECS."""
    if not isinstance(content, dict):
        yield bundle_finding("wrong-type", (), f"expected a mapping, not {shown(content)}")
        return
    version, at = content.get("AWSEBDockerrunVersion"), ("AWSEBDockerrunVersion",)
    if version is not None and is_for_docker(content, for_docker=for_docker):
        yield from _of_docker(content, str(version))
        return
    if version is None:
        yield bundle_finding("version-is-2", (), "AWSEBDockerrunVersion is missing; it must be 2")
    elif version == "2":
        yield bundle_finding("version-as-text", at, "EB asks for the number", "2")
    elif version != 2 or isinstance(version, bool):
        yield bundle_finding("version-is-2", at, f"AWSEBDockerrunVersion must be 2, not {shown(version)}")
    yield from task_findings(content)
    yield from _variables(content)
    yield from _no_port(content)
    if content.get("networkMode") is not None:
        message = "networkMode has no effect; containers are in bridge mode"
        yield bundle_finding("network-mode", ("networkMode",), message, at_key=True)


def is_for_docker(content: Mapping[str, Any], *, for_docker: bool) -> bool:
    """Return whether a file is for EB's Docker platform: by its version and keys, or because its bundle is."""
    versions = facts()["other_versions"]
    if str(content.get("AWSEBDockerrunVersion")) in versions:
        own = content.keys() & {*versions["1"]} - {"AWSEBDockerrunVersion"}
        return for_docker or bool(own) or content.get(DEFINITIONS) is None
    return for_docker


def _of_docker(content: Mapping[str, Any], version: str) -> Iterator[Finding]:
    """Yield the problems with a file of EB's Docker platform, of which only versions and variables are checked.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/single-container-docker-configuration.html
    """
    at, versions = ("AWSEBDockerrunVersion",), facts()["other_versions"]
    if version not in versions:
        message = f"version {version} is of the ECS platform, and the environment has another"
        yield bundle_finding("mixed-versions", at, message, f"{' or '.join(versions)} on the Docker platform")
        return
    message = f"version {version} is of EB's Docker platform; only version 2 is checked"
    yield bundle_finding("other-version", at, message)
    for key in content:
        if key not in versions[version] and key in facts()["file"]["keys"]:
            message = f"`{key}` is a key of version 2, which the Docker platform ignores"
            yield bundle_finding(
                "mixed-versions", (key,), message, f"one of {', '.join(versions[version])}", at_key=True
            )
    yield from variable_findings(content)


def task_findings(content: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the problems with a task's containers and volumes."""
    spec = facts()["file"]
    yield from shape_findings(content, spec)
    task = read(content, spec)
    volumes, containers = entries(task, "volumes"), entries(task, DEFINITIONS)
    yield from _same_names(volumes, "volume")
    yield from volume_findings(volumes)
    if task.get(DEFINITIONS, []) == []:
        yield bundle_finding("containers-present", (DEFINITIONS,), "containerDefinitions names no container")
    yield from _same_names(containers, "container")
    yield from _essential(containers)
    named: dict[str, Entry] = {}
    for path, container in containers:
        if container.get("name") is not None:
            named.setdefault(container["name"], (path, container))
    folders = mountable(volumes, named)
    for path, container in containers:
        yield from container_findings(path, container, named)
        yield from linux_findings(path, container)
        yield from network_findings(path, container)
        yield from mount_findings(path, container, folders)
        yield from log_findings(path, container)
        yield from resource_findings(path, container, task)
        if "executionRoleArn" not in task:
            yield from role_findings(path, container)
    yield from firelens_findings(containers)
    yield from quota_findings(task)
    yield from _host_ports(containers)
    needs: dict[str, dict[str, Path]] = {}
    for name, (path, container) in named.items():
        needs[name] = {other: at for at, other in references(container, path) if other in named}
    yield from _circles(needs)


def process_port_finding(content: Mapping[str, Any], port: int) -> Finding | None:
    """Return a finding if no container answers at the port of the instance at which a process gets its requests.

    Load balancers reach it over TCP alone.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    """
    containers = entries(read(content, facts()["file"]), DEFINITIONS)
    mapped: dict[int, Entry] = {}
    for path, container in containers:
        for _, mapping in entries(container, "portMappings", path):
            if mapping.get("hostPort") and mapping.get("protocol") != "udp":
                mapped[mapping["hostPort"]] = (path, container)
    if port in mapped:
        path, container = mapped[port]
        if container.get("disableNetworking") is not True:
            return None
        message = f"host port {port}, where requests arrive, leads to {quoted_name(container)}, which has no network"
        place = (*path, "disableNetworking")
        return bundle_finding("process-port-mapped", place, message, also=((*path, "portMappings"),))
    message = f"no container maps host port {port}, where requests arrive"
    allowed = f"one of {', '.join(map(str, sorted(mapped)))}" if mapped else ""
    also = [(*path, "portMappings") for path, _ in containers]
    return bundle_finding("process-port-mapped", (DEFINITIONS,), message, allowed, also=(*also, (DEFINITIONS,)))


def start_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return containers, each behind those that it needs."""
    return list(TopologicalSorter(needs).static_order())


def _same_names(items: list[Entry], what: str) -> Iterator[Finding]:
    seen = set()
    for path, entry in items:
        name = entry.get("name")
        if name is not None and name in seen:
            yield bundle_finding("names-unique", (*path, "name"), f"another {what} is called {shown(name)}")
        seen.add(name)


def _essential(containers: list[Entry]) -> Iterator[Finding]:
    if containers and all(container.get("essential") is False for _, container in containers):
        message = "no container is essential, so nothing would keep the application running"
        also = [(*path, "essential") for path, _ in containers]
        yield bundle_finding("one-essential", (DEFINITIONS,), message, also=(*also, (DEFINITIONS,)))


def _host_ports(containers: list[Entry]) -> Iterator[Finding]:
    """Yield ports of the instance, on which all containers run together, that two of them would have."""
    taken: dict[tuple[int, str], tuple[Path, str]] = {}
    for at, mapping, name in _mappings(containers):
        port, protocol = mapping.get("hostPort"), mapping.get("protocol") or "tcp"
        if not port:
            continue
        place = (*at, "hostPort")
        first, other = taken.setdefault((port, protocol), (place, name))
        if first != place:
            both = f"{name} twice" if other == name else f"both {other} and {name}"
            message = f"host port {port}/{protocol} would be taken by {both}"
            yield bundle_finding("host-ports-unique", place, message, also=(first,))


def _variables(content: Mapping[str, Any]) -> Iterator[Finding]:
    for key, value in content.items():
        if key != DEFINITIONS or not isinstance(value, list):
            yield from variable_findings(value, (key,))
            continue
        for index, container in enumerate(value):
            if isinstance(container, dict):
                yield from container_variables(container, (key, index))


def _no_port(content: Mapping[str, Any]) -> Iterator[Finding]:
    task = read(content, facts()["file"])
    if task.get(DEFINITIONS) and not _mappings(entries(task, DEFINITIONS)):
        message = "no container maps a port, so nothing answers the load balancer"
        allowed = "hostPort 80, or the Port of the process"
        yield bundle_finding("process-port-mapped", (DEFINITIONS,), message, allowed, at_key=True)


def _mappings(containers: list[Entry]) -> list[tuple[Path, Mapping[str, Any], str]]:
    """Return the port mappings of all containers, each with its path and its container's name for messages."""
    found: list[tuple[Path, Mapping[str, Any], str]] = []
    for path, container in containers:
        for at, mapping in entries(container, "portMappings", path):
            found.append((at, mapping, quoted_name(container)))
    return found


def _circles(needs: dict[str, dict[str, Path]]) -> Iterator[Finding]:
    """Yield each circle of containers; `needs` are the others that each needs, with the paths at which it names them.

    A link and shared volumes, too, make ECS start the other container first.
    """
    for circle in _each_circle(needs):
        places = [needs[name][other] for name, other in pairwise(circle)]
        rule = "no-self-link" if all("links" in place for place in places) else "waits-in-circle"
        message = f"the containers wait for each other in a circle: {' -> '.join(circle)}"
        yield bundle_finding(rule, places[0], message, also=tuple(places[1:]))


def _each_circle(needs: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Yield a circle for each reference that leads back, from the first of its containers back to that."""
    order = {name: index for index, name in enumerate(needs)}
    done = set[str]()
    for start in needs:
        way: list[str] = []
        position: dict[str, int] = {}
        left: list[Iterator[str]] = []
        other: str | None = start
        while other is not None or way:
            if other is None:
                done.add(way.pop())
                left.pop()
            elif other in done:
                pass
            elif other in position:
                circle = way[position[other] :]
                at = circle.index(min(circle, key=lambda name: order[name]))
                yield [*circle[at:], *circle[: at + 1]]
            else:
                position[other] = len(way)
                way.append(other)
                left.append(iter(needs[other]))
            other = next(left[-1], None) if left else None
