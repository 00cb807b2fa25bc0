"""Whether a task fits on an instance: its memory, CPU units and accelerators against those of the instance types.

ECS places a task only where all that its containers reserve is free.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.ecs.containers import DEFINITIONS, agent_finding, entries
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import bundle_finding, shown
from beanstack.eb.instances import accelerators, cpu_units, usable_memory
from beanstack.eb.shape import PLACEHOLDER, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from beanstack.eb.ecs.containers import Entry
    from beanstack.eb.findings import Finding, Path

RULES = frozenset({"memory-on-instance", "cpu-on-instance", "accelerator-on-instance"})
COUNTED = ("GPU", "NeuronDevice")


def placement_findings(content: Mapping[str, Any], types: Iterable[str]) -> Iterator[Finding]:
    """Yield what the containers of a task reserve beyond what the smallest of some instance types has."""
    containers = entries(read(content, facts()["file"]), DEFINITIONS)
    names = list(types)
    yield from _memory(containers, names)
    yield from _cpu(containers, names)
    for kind in COUNTED:
        yield from _accelerators(containers, names, kind)


def resource_findings(path: Path, container: Mapping[str, Any], task: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield accelerators that ECS cannot reserve on any instance.

    Elastic Inference, of which InferenceAccelerator is one, has ended.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResourceRequirement.html
    """
    devices = [device.get("deviceName") for device in task.get("inferenceAccelerators") or () if _is_mapping(device)]
    for at, item in entries(container, "resourceRequirements", path):
        kind, value = item.get("type"), item.get("value")
        if value is None or PLACEHOLDER.search(value):
            continue
        if kind == "GPU" and value.isdecimal() and int(value):
            yield agent_finding((*at, "value"), "GPUs", "ECS_ENABLE_GPU_SUPPORT")
        if kind in COUNTED and not value.isdecimal():
            message = f"expected the number of devices for {kind}, not {shown(value)}"
            yield bundle_finding("accelerator-count", (*at, "value"), message)
        elif kind == "InferenceAccelerator" and value not in devices:
            message = f"the task has no inference accelerator {shown(value)}, and Elastic Inference has ended"
            yield bundle_finding("accelerator-missing", (*at, "value"), message)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _smallest(types: Iterable[str], measured: Callable[[str], int | None]) -> tuple[str, int] | None:
    """Return the instance type that has least of something, and how much; None if that of no type is known."""
    known = {name: size for name in types if (size := measured(name)) is not None}
    if not known:
        return None
    smallest = min(known, key=lambda name: known[name])
    return smallest, known[smallest]


def _memory(containers: list[Entry], types: list[str]) -> Iterator[Finding]:
    found = _smallest(types, usable_memory)
    if not found:
        return
    reserved, places = 0, []
    for path, container in containers:
        key = "memoryReservation" if container.get("memoryReservation") else "memory"
        reserved += container.get(key) or 0
        places.append((*path, key))
    if reserved > found[1]:
        message = f"the containers reserve {reserved} MiB, more than the {found[1]} MiB that a {found[0]} has for them"
        yield bundle_finding("memory-on-instance", (DEFINITIONS,), message, also=tuple(places))


def _cpu(containers: list[Entry], types: list[str]) -> Iterator[Finding]:
    """Yield the CPU units that no instance has: 1024 to a virtual CPU."""
    found = _smallest(types, cpu_units)
    if not found:
        return
    own = {(*path, "cpu"): container["cpu"] for path, container in containers if container.get("cpu")}
    reserved = sum(own.values())
    if reserved > found[1]:
        largest = max(own, key=lambda path: own[path])
        at = largest if own[largest] > found[1] else (DEFINITIONS,)
        message = f"the containers reserve {reserved} CPU units, more than the {found[1]} of a {found[0]}"
        yield bundle_finding("cpu-on-instance", at, message, also=tuple(own))


def _accelerators(containers: list[Entry], types: list[str], kind: str) -> Iterator[Finding]:
    found = _smallest(types, lambda name: accelerators(name, kind))
    wanted: dict[Path, int] = {}
    for path, container in containers:
        for at, item in entries(container, "resourceRequirements", path):
            value = item.get("value") or ""
            if item.get("type") == kind and value.isdecimal():
                wanted[*at, "value"] = int(value)
    reserved = sum(wanted.values())
    if found and reserved > found[1]:
        has = f"a {found[0]} has {found[1] or 'none'}"
        message = f"the containers reserve {reserved} {kind}, and {has}"
        yield bundle_finding("accelerator-on-instance", next(iter(wanted)), message, also=tuple(wanted))
