"""One container of Dockerrun.aws.json.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import shown
from beanstack.eb.secrets import is_secret
from beanstack.lint.bundles.document import hint
from beanstack.lint.bundles.shape import PLACEHOLDER
from beanstack.lint.bundles.shell import by_shell, text_traps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.document import Document, Node

# https://github.com/distribution/reference: a host may have capitals and a port, a path has neither.
IMAGE = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?P<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?"
)
LONGEST_IMAGE = 512
BLANK = re.compile(r"[A-Z]{2,}_[A-Z]")  # ACCOUNT_ID.dkr.ecr…, to be filled in by a later step


def container_findings(
    document: Document, container: Node, named: Mapping[str, Node], facts: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield what is wrong with one of the file's containers, which are given by name."""
    for key in ("name", "image"):
        if not container.text(key) and not isinstance(container.entries().get(key, container).value, int | list):
            yield document.finding("name-and-image", container, f"the container has no `{key}`")
    yield from _image(document, container)
    yield from _memory(document, container, facts["least_memory"], facts["least_memory_of_docker"])
    yield from _references(document, container, named)
    yield from _environment(document, container)
    for script in by_shell([*container.items("entryPoint"), *container.items("command")]):
        yield from text_traps(document, script)  # a file that grows is gone with the container
    for mapping in container.items("portMappings"):
        given = mapping.child("containerPort") or mapping.child("containerPortRange")
        if isinstance(mapping.value, dict) and not given:
            yield document.finding("container-port", mapping, "the mapping has no `containerPort`")


def _image(document: Document, container: Node) -> Iterator[Finding]:
    node, image = container.child("image"), container.text("image")
    if node is None or not image or PLACEHOLDER.search(image) or BLANK.search(image):
        return
    found = IMAGE.fullmatch(image) if len(image) <= LONGEST_IMAGE else None
    if not found:
        yield document.finding(
            "image-form", node, f"{shown(image)} is not a valid image name", "registry/repository:tag"
        )
    elif not found["digest"] and found["tag"] in (None, ":latest"):
        message = "no tag" if found["tag"] is None else "the tag `latest`"
        told = f"{message}: each new instance pulls what is newest then"
        yield document.finding("image-unpinned", node, told, "a tag of one build, or a digest")


def _memory(document: Document, container: Node, ecs: int, least: int) -> Iterator[Finding]:
    hard, soft = container.number("memory"), container.number("memoryReservation")
    given = [key for key in ("memory", "memoryReservation") if container.child(key)]
    if not given or (not hard and not soft and all(container.number(key) == 0 for key in given)):
        at = container.child(given[0]) if given else None
        message = "`memory` or `memoryReservation` must be given and not be 0"
        yield document.finding("memory-given", at or container, message, f"MiB, at least {least}")
        return
    node = container.child("memory")
    if node and hard and soft and hard < soft:
        yield document.finding("memory-order", node, f"memory ({hard:.0f}) is below memoryReservation ({soft:.0f})")
    for key, value in (("memory", hard), ("memoryReservation", soft)):
        at = container.child(key)
        if at and value is not None and value < ecs:
            yield document.finding("out-of-range", at, f"{value:.0f} MiB are too few for ECS", f"at least {least}")
        elif at and value is not None and value < least:
            yield document.finding(
                "memory-of-docker", at, f"{value:.0f} MiB: less than Docker 20.10 and later accept", f"at least {least}"
            )


def _references(document: Document, container: Node, named: Mapping[str, Node]) -> Iterator[Finding]:
    """Names of other containers."""
    found: list[tuple[Node | None, str | None]] = []
    found += [(item, item.value.partition(":")[0]) for item in container.items("links") if isinstance(item.value, str)]
    found += [(item.child("sourceContainer"), item.text("sourceContainer")) for item in container.items("volumesFrom")]
    found += [(item.child("containerName"), item.text("containerName")) for item in container.items("dependsOn")]
    for node, name in found:
        if node and name is not None and name not in named and not PLACEHOLDER.search(name):
            message = f"no container is called {shown(name)}"
            yield document.finding("references-resolve", node, message, hint(name, named))
    for item in container.items("dependsOn"):
        other, at, condition = (
            named.get(item.text("containerName") or ""),
            item.child("condition"),
            item.text("condition"),
        )
        if other is None or at is None:
            continue
        essential = other.child("essential")
        if condition in ("SUCCESS", "COMPLETE") and (essential is None or essential.value in (True, "true")):
            message = "waits for the end of an essential container, with which ECS ends them all"
            yield document.finding("waits-for-essential", at, message, '"essential": false there')
        if condition == "HEALTHY" and not other.child("healthCheck"):
            yield document.finding("waits-for-health", at, "the other container has no `healthCheck`")


def _environment(document: Document, container: Node) -> Iterator[Finding]:
    names: set[str] = set()
    for item in container.items("environment"):
        name, value, node = item.text("name"), item.text("value"), item.child("name")
        if name is None or node is None:
            continue
        if name in names:
            yield document.finding("variable-twice", node, f"{shown(name)} is set twice; one of the two values is lost")
        names.add(name)
        if value and not PLACEHOLDER.search(value) and is_secret(name, value):
            at = item.child("value") or node
            yield document.finding("plain-secret", at, f"{name} is in plain text in the bundle", "`secrets`")
    for item in container.items("secrets"):
        name, node = item.text("name"), item.child("name")
        if name in names and node:
            message = f"{shown(name)} is a variable of `environment` or another secret, too"
            yield document.finding("secret-twice", node, message)
        names.update([name] if name else [])
        value, source = item.text("valueFrom") or "", item.child("valueFrom")
        service = value.split(":")[2] if value.startswith("arn:") and value.count(":") >= 5 else ""
        if source and service not in ("", "secretsmanager", "ssm") and not PLACEHOLDER.search(value):
            told = f"an ARN of {shown(service)}"
            yield document.finding("secret-source", source, told, "an ARN of secretsmanager or ssm")
