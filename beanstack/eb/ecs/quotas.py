"""Quotas of ECS on a task: the tables `quotas`, `largest_task` and `most_host_ports` of facts/dockerrun.json.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from beanstack.eb.ecs.containers import DEFINITIONS, entries
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import bundle_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.eb.ecs.containers import Entry
    from beanstack.eb.findings import Finding, Path


def quota_findings(task: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what a task, as `shape.read` returns it, has more of than ECS accepts."""
    for quota in facts()["quotas"]:
        for path, values in _lists(task, quota["field"].split("."), ()):
            if len(values) > quota["most"]:
                message = f"{len(values)} {quota['what']}; ECS accepts at most {quota['most']}"
                yield bundle_finding("quota", path, message)
    yield from _size(task)
    yield from _host_ports(entries(task, DEFINITIONS))


def _lists(owner: Any, steps: list[str], path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """Yield the lists of a field, each with its path; a list on the way adds its index."""
    if isinstance(owner, list) and steps:
        for index, item in enumerate(owner):
            yield from _lists(item, steps, (*path, index))
    elif isinstance(owner, dict) and steps:
        yield from _lists(owner.get(steps[0]), steps[1:], (*path, steps[0]))
    elif isinstance(owner, list):
        yield path, owner


def _size(task: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a task that is too large for ECS; what EB adds to it makes it larger still."""
    kept = {key: task[key] for key in (DEFINITIONS, "volumes") if key in task}
    size, most = _bytes(kept), facts()["largest_task"]["bytes"]
    if size <= most:
        return
    parts = {index: _bytes(container) for index, container in enumerate(task.get(DEFINITIONS) or ())}
    largest = max(parts, key=lambda index: parts[index], default=0)
    message = f"the task definition has {size} bytes; ECS accepts at most {most}"
    yield bundle_finding("task-size", (DEFINITIONS, largest), message)


def _bytes(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str).encode("utf-8", "replace"))


def _host_ports(containers: Iterable[Entry]) -> Iterator[Finding]:
    """Yield the ports of the instance if ECS cannot reserve as many.

    Its agent reserves some of its own: https://github.com/aws/amazon-ecs-agent/blob/master/agent/config/config_unix.go
    """
    taken: dict[str, dict[int, Path]] = {"tcp": {}, "udp": {}}
    for path, container in containers:
        for at, mapping in entries(container, "portMappings", path):
            ports = taken.get(mapping.get("protocol") or "tcp")
            if ports is not None and mapping.get("hostPort"):
                ports.setdefault(mapping["hostPort"], (*at, "hostPort"))
    for protocol, ports in taken.items():
        most = facts()["most_host_ports"][protocol]
        if len(ports) > most:
            message = f"{len(ports)} host ports over {protocol}; ECS reserves at most {most} for a task on an instance"
            yield bundle_finding("host-ports-many", list(ports.values())[most], message)
