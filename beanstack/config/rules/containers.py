"""Rules on the containers of an environment and how they fit together."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.config.container import Container
from beanstack.config.containersections import Ulimit
from beanstack.config.ecs import AS_IT_IS, declared
from beanstack.config.settings import Settings
from beanstack.config.stricter import STRICTER
from beanstack.eb.containers import folder
from beanstack.eb.findings import Finding
from beanstack.eb.instances import usable_memory
from beanstack.eb.task import process_port_finding, task_findings
from beanstack.paths import PENDING_IN_CONTAINER, SCRIPTS_IN_CONTAINER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

# Fields of Dockerrun.aws.json, as messages of beanstack.eb name them, by what they are called here.
KEYS = {ecs.name: key for model in (Ulimit, Container, Settings) for key, ecs in declared(model)}


def task(env: Environment) -> Iterator[Finding]:
    """Yield what ECS would not accept of the containers that are generated, at the keys that they are made from.

    Secrets in plain text have a rule of config's own, with exceptions that ECS does not know.
    """
    content = AS_IT_IS.encode(env)
    for definition in content["containerDefinitions"]:
        definition["image"] = env.image_of(definition["name"]) or None
    findings = list(task_findings(content))
    port = env.port.value
    unmapped = process_port_finding(content, int(port)) if port.isdecimal() else None
    if unmapped:
        findings.append(replace(unmapped, allowed=f'give one of them a port "{port}:..."'))
    for found in findings:
        if found.severity == "error" or found.rule.name in STRICTER:
            yield _at_key(env, found)


def _at_key(env: Environment, found: Finding) -> Finding:
    located = AS_IT_IS.locate(env, found.path)
    also = [AS_IT_IS.locate(env, path).path for path in found.also]
    if found.rule.name == "name-and-image":
        also.append(("image",))  # every container takes it that has none of its own
    if found.rule.name == "process-port-mapped":
        also = [*env.port.keys, *also]
    # `memoryReservation` in a message is `memory_reservation` to the user
    message = re.sub(r"(?<=`)\w+", lambda field: KEYS.get(field[0], field[0]), found.message)
    if found.allowed:
        message += f"; {found.allowed}"
    return Finding(located.path, message, at_key=located.at_key, also=tuple(also))


def own_mounts(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        keys = (("containers", name, "bootstrap"), ("containers", name, "migrate"))
        own = {SCRIPTS_IN_CONTAINER: container.bootstrap, PENDING_IN_CONTAINER: bool(container.migrate)}
        for index, mount in enumerate(container.mounts):
            for taken, used in own.items():
                if used and folder(mount.path).is_relative_to(taken):
                    message = f"Beanstack mounts a folder of its own at {taken}"
                    yield Finding(("containers", name, "mounts", index), message, also=keys)


def memory(env: Environment) -> Iterator[Finding]:
    known: dict[str, int] = {}
    for name in env.instance_types:
        size = usable_memory(name)
        if size:
            known[name] = size
    reserved = sum(container.reserved_memory for container in env.containers.values())
    if not known or reserved <= min(known.values()):
        return
    smallest = min(known, key=lambda name: known[name])
    available = f"the {known[smallest]} MiB that a {smallest} has for them"
    places: list[Path] = [("instance_types",), *env.in_containers("memory_reservation")]
    for name, container in env.containers.items():
        if not container.memory_reservation:
            places.append(("containers", name, "memory"))
    yield Finding(("containers",), f"the containers reserve {reserved} MiB, more than {available}", also=tuple(places))
