"""Small tasks for the tests of what ECS accepts."""

from __future__ import annotations

from typing import Any

from beanstack.eb.ecs.task import task_findings

Found = tuple[str, tuple[str | int, ...]]
ROLE = "arn:aws:iam::111122223333:role/reader"


def container(name: str = "web", **keys: Any) -> dict[str, Any]:
    return {"name": name, "image": "busybox:1", "memory": 64, **keys}


def found(*containers: Any, **keys: Any) -> list[Found]:
    """The rules and paths of the findings on a task."""
    task = {"containerDefinitions": list(containers), **keys}
    return [(finding.rule.name, finding.path) for finding in task_findings(task)]


def found_in(key: str, value: Any, **others: Any) -> list[Found]:
    """The rules of the findings on a container with a key, and their paths as seen from the key's value."""
    made = found(container(**{key: value}, **others), executionRoleArn=ROLE)
    prefix = ("containerDefinitions", 0, key)
    assert all(path[: len(prefix)] == prefix for _, path in made), made
    return [(rule, path[len(prefix) :]) for rule, path in made]
