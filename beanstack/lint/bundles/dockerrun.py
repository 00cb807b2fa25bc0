"""Dockerrun.aws.json of the ECS managed Docker platform: version 2.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS
from beanstack.eb.findings import shown
from beanstack.eb.layout import LOGS
from beanstack.lint.bundles.container import container_findings
from beanstack.lint.bundles.document import hint
from beanstack.lint.bundles.shape import PLACEHOLDER, shape_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.document import Document, Node

TEMPORARY = re.compile(r"/tmp(/|$)")  # noqa: S108 - what is looked for


@cache
def facts() -> Mapping[str, Any]:
    """facts/dockerrun.json."""
    return dict(json.loads((FACTS / "dockerrun.json").read_text("utf-8")))


def dockerrun_findings(document: Document, root: Node) -> Iterator[Finding]:
    """What is wrong with the file by itself."""
    if not isinstance(root.value, dict):
        yield document.finding("wrong-type", root, f"expected a mapping, not {shown(root.value)}")
        return
    version = root.child("AWSEBDockerrunVersion")
    if version and str(version.value) in facts()["other_versions"] and root.child("containerDefinitions") is None:
        message = f"version {version.value} is of EB's Docker platform; only version 2 is checked"
        yield document.finding("other-version", version, message)
        return
    if version and version.value == "2":
        yield document.finding("version-as-text", version, "EB asks for the number", "2")
    elif version is None or version.value != 2 or isinstance(version.value, bool):
        told = f"must be 2, not {shown(version.value)}" if version else "is missing; it must be 2"
        yield document.finding("version-is-2", version or root, f"AWSEBDockerrunVersion {told}")
    yield from shape_findings(document, root, facts()["file"], lenient=False, top="unknown-key")
    yield from _containers(document, root)
    yield from _volumes(document, root)
    network = root.child("networkMode")
    if network and network.key:
        yield document.finding("network-mode", network.key, "networkMode has no effect; containers are in bridge mode")


def _containers(document: Document, root: Node) -> Iterator[Finding]:
    definitions = root.child("containerDefinitions")
    if definitions is None or definitions.value == []:
        yield document.finding("containers-present", definitions or root, "containerDefinitions names no container")
        return
    containers = [item for item in definitions.items() if isinstance(item.value, dict)]
    named: dict[str, Node] = {}
    for container in containers:
        yield from _same_name(document, container, named, "container")
    if containers and all(_is_false(container.child("essential")) for container in containers):
        yield document.finding("one-essential", definitions, "no container is essential; ECS requires at least one")
    volumes = [name for volume in root.items("volumes") if (name := volume.text("name"))]
    mountable = {*volumes, *(LOGS + name for name in named)}
    for container in containers:
        yield from container_findings(document, container, named, facts())
        yield from _mounts(document, container, mountable)
        yield from _secrets(document, container, root)
    yield from _ports(document, containers)
    yield from _circles(document, named, "links", "no-self-link")
    yield from _circles(document, named, "dependsOn", "waits-in-circle")


def _is_false(node: Node | None) -> bool:
    return node is not None and (node.value is False or node.value == "false")


def _same_name(document: Document, node: Node, seen: dict[str, Node], what: str) -> Iterator[Finding]:
    name = node.text("name")
    if name is None:
        return
    if name in seen:
        yield document.finding("names-unique", node.child("name") or node, f"another {what} is called {shown(name)}")
    seen.setdefault(name, node)


def _volumes(document: Document, root: Node) -> Iterator[Finding]:
    seen: dict[str, Node] = {}
    for volume in root.items("volumes"):
        yield from _same_name(document, volume, seen, "volume")
        host = volume.child("host")
        source = host.child("sourcePath") if host else None
        if source is None or not isinstance(source.value, str) or PLACEHOLDER.search(source.value):
            continue
        if TEMPORARY.match(source.value):
            message = f"{shown(source.value)} is in memory, and emptied at every start and from time to time"
            yield document.finding("temporary-mount", source, message, "a folder such as /var/app-data/<name>")
        elif not source.value.startswith("/"):
            yield document.finding("relative-path", source, f"{shown(source.value)} is not an absolute path")


def _mounts(document: Document, container: Node, known: set[str]) -> Iterator[Finding]:
    targets: set[str] = set()
    for mount in container.items("mountPoints"):
        source, target = mount.child("sourceVolume"), mount.child("containerPath")
        name = mount.text("sourceVolume")
        if source and name is not None and name not in known and not PLACEHOLDER.search(name):
            message = f"no volume is called {shown(name)}"
            yield document.finding("mounts-resolve", source, message, hint(name, known))
        path = mount.text("containerPath")
        if target and path is not None:
            if path in targets:
                yield document.finding("mounted-twice", target, f"{shown(path)} is mounted already")
            if not path.startswith("/") and not PLACEHOLDER.search(path):
                yield document.finding("relative-path", target, f"{shown(path)} is not an absolute path")
            targets.add(path)


def _secrets(document: Document, container: Node, root: Node) -> Iterator[Finding]:
    if root.child("executionRoleArn"):
        return
    secrets = container.items("secrets")
    if secrets:
        message = "secrets need an executionRoleArn, which may read them, at the top of the file"
        yield document.finding("secrets-need-role", secrets[0], message)
    credentials = container.child("repositoryCredentials")
    if credentials:
        message = "repositoryCredentials need an executionRoleArn, which may read them"
        yield document.finding("credentials-need-role", credentials, message)


def _ports(document: Document, containers: list[Node]) -> Iterator[Finding]:
    taken: dict[tuple[float, str], str] = {}
    for container in containers:
        for mapping in container.items("portMappings"):
            port, number = mapping.child("hostPort"), mapping.number("hostPort")
            if port is None or not number:
                if mapping.child("containerPort"):
                    message = "no hostPort: ECS chooses one at random, which no load balancer knows"
                    yield document.finding("random-port", port or mapping, message)
                continue
            key = (number, mapping.text("protocol") or "tcp")
            if key in taken:
                message = f"{taken[key]} has the instance's port {number:.0f}/{key[1]} already"
                yield document.finding("host-ports-unique", port, message)
            if number in facts()["reserved_host_ports"]:
                used = "Docker, the ECS agent or SSH"
                yield document.finding("host-ports-reserved", port, f"{used} has the instance's port {number:.0f}")
            taken.setdefault(key, shown(container.text("name") or "another container"))


def _circles(document: Document, named: Mapping[str, Node], key: str, rule: str) -> Iterator[Finding]:
    """The first container that leads back to itself. Those that lead nowhere are taken away until none is left."""
    edges = {name: dict(_others(container, key)) for name, container in named.items()}
    sources: dict[str, list[str]] = {name: [] for name in named}
    for name, others in edges.items():
        for other in others.keys() & sources.keys():
            sources[other].append(name)
    left = {name: len(others.keys() & sources.keys()) for name, others in edges.items()}
    free = [name for name, count in left.items() if not count]
    while free:
        for source in sources[free.pop()]:
            left[source] -= 1
            free += [source] if not left[source] else []
    circling = {name for name, count in left.items() if count}
    seen: dict[str, None] = {}
    here = next((name for name in named if name in circling), None)
    while here is not None and here not in seen:
        seen[here] = None
        here = next(other for other in edges[here] if other in circling)
    if here is not None:
        first = next(name for name in named if name in [*seen][[*seen].index(here) :])
        at = next(node for other, node in edges[first].items() if other in circling)
        yield document.finding(rule, at, f"{shown(first)} leads back to itself by `{key}`")


def _others(container: Node, key: str) -> Iterator[tuple[str, Node]]:
    for item in container.items(key):
        node = item.child("containerName") if key == "dependsOn" else item
        if node and isinstance(node.value, str):
            yield node.value.partition(":")[0], node
