"""Rules on the containers of an environment and how they fit together."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from beanstack.config.container import Container
from beanstack.config.containersections import Ulimit
from beanstack.config.ecs import AS_IT_IS, Same, declared
from beanstack.config.option import Entry
from beanstack.config.settings import Settings
from beanstack.config.stricter import STRICTER
from beanstack.eb.ecs import placement
from beanstack.eb.ecs.containers import DEFINITIONS, folder
from beanstack.eb.ecs.placement import placement_findings
from beanstack.eb.ecs.task import process_port_finding, task_findings
from beanstack.eb.findings import Finding
from beanstack.eb.namespaces import INSTANCES
from beanstack.paths import PENDING_IN_CONTAINER, SCRIPTS_IN_CONTAINER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment

OWN = ("plain-secret",)  # of which config has a rule of its own, that knows `not_secret`
# Fields of Dockerrun.aws.json, as messages of beanstack.eb name them, by what they are called here.
KEYS = {ecs.name: key for model in (Ulimit, Container, Settings) for key, ecs in declared(model)}


def task(env: Environment) -> Iterator[Finding]:
    """Yield what ECS would not accept of the containers that are generated, at the keys that they are made from.

    Secrets in plain text have a rule of config's own, with exceptions that ECS does not know.
    """
    yield from (_at_key(env, found) for found in _judged(env) if _is_refused(found))
    yield from _unanswered(env)


def unwise(env: Environment) -> Iterator[Finding]:
    """Yield what ECS accepts of the containers though it has no effect or may not work."""
    for found in _judged(env):
        if found.severity == "warning" and not _is_refused(found) and found.rule.name not in OWN:
            yield _at_key(env, found)


def _judged(env: Environment) -> tuple[Finding, ...]:
    """Return all that is found of the containers, which two rules ask for, one soon after the other."""
    return _found(Same(env))


@lru_cache(maxsize=1)
def _found(same: Same[Environment]) -> tuple[Finding, ...]:
    return tuple(_judge(same.value))


def _judge(env: Environment) -> Iterator[Finding]:
    content = AS_IT_IS.encode(env)
    for definition in content[DEFINITIONS]:
        definition["image"] = env.image_of(definition["name"]) or None
    yield from task_findings(content)
    yield from placement_findings(content, _instance_types(env).value)


def _unanswered(env: Environment) -> Iterator[Finding]:
    """Yield the ports of processes that no container maps, those of further ones at their own keys."""
    content = AS_IT_IS.encode(env)
    for port, keys in env.ports.items():
        found = process_port_finding(content, port)
        if not found:
            continue
        if found.path != (DEFINITIONS,):
            yield _at_key(env, found)
            continue
        unmapped = _at_key(env, replace(found, allowed=f'give one of them a port "{port}:..."'))
        if keys == env.port.keys:
            yield replace(unmapped, also=(*keys, *unmapped.also))
        else:
            yield replace(unmapped, path=keys[0], also=(*keys[1:], unmapped.path))


def _instance_types(env: Environment) -> Entry:
    """Return the instance types that EB gets: config's own `options` win."""
    raw = env.options.get(INSTANCES, {}).get("InstanceTypes")
    if raw:
        return Entry([name.strip() for name in raw.split(",")], (("options", INSTANCES, "InstanceTypes"),))
    return Entry(env.instance_types, (("instance_types",),))


def _is_refused(found: Finding) -> bool:
    return found.severity == "error" or not STRICTER.isdisjoint((found.rule.name, found.constraint))


def _at_key(env: Environment, found: Finding) -> Finding:
    located = AS_IT_IS.locate(env, found.path)
    also = [AS_IT_IS.locate(env, path).path for path in found.also]
    if found.rule.name == "name-and-image":
        also.append(("image",))  # every container takes it that has none of its own
    if found.rule.name in placement.RULES:
        also = [*_instance_types(env).keys, *also]
    # `memoryReservation` in a message is `memory_reservation` to the user
    message = re.sub(r"(?<=`)\w+", lambda field: KEYS.get(field[0], field[0]), found.message)
    if found.allowed:
        message += f"; {found.allowed}"
    at_key = located.at_key or found.at_key
    return Finding(located.path, message, at_key=at_key, also=tuple(also), page=found.rule.page)


def own_mounts(env: Environment) -> Iterator[Finding]:
    for name, container in env.containers.items():
        keys = (("containers", name, "bootstrap"), ("containers", name, "migrate"))
        own = {SCRIPTS_IN_CONTAINER: container.bootstrap, PENDING_IN_CONTAINER: bool(container.migrate)}
        for index, mount in enumerate(container.mounts):
            for taken, used in own.items():
                if used and folder(mount.path).is_relative_to(taken):
                    message = f"Beanstack mounts a folder of its own at {taken}"
                    yield Finding(("containers", name, "mounts", index), message, also=keys)
