"""What differs between the bundle that is deployed and the committed one."""

from __future__ import annotations

import json
from contextlib import suppress
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCKERRUN = "Dockerrun.aws.json"
CONTAINERS = "containerDefinitions"


def bundle_changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Yield a line for each value of Dockerrun.aws.json that differs, and the differences of all other files."""
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        if path == DOCKERRUN and old is not None and new is not None:
            with suppress(ValueError):  # one that is no JSON is compared line by line
                yield from container_changes(json.loads(old), json.loads(new))
                continue
        change = "changes"
        if old is None:
            change = "is new"
        elif new is None:
            change = "is removed"
        yield f"{path} {change}"
        yield from line_changes(old or b"", new or b"")


def line_changes(old: bytes, new: bytes) -> Iterator[str]:
    """Yield the changed lines of a text, indented."""
    before, after = (content.decode("utf-8", "replace").splitlines() for content in (old, new))
    for line in list(unified_diff(before, after, n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            yield f"  {line}"


def container_changes(before: Any, after: Any) -> Iterator[str]:
    """Yield a line for each value that differs; containers are compared by their names."""
    yield from value_changes(by_name(before), by_name(after), ())


def by_name(dockerrun: dict[str, Any]) -> dict[str, Any]:
    """Return a Dockerrun.aws.json with its containers as a mapping."""
    containers = {container["name"]: container for container in dockerrun.get(CONTAINERS, [])}
    return {**dockerrun, CONTAINERS: containers}


def value_changes(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield `path: old -> new` for each value that differs."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from value_changes(before.get(key), after.get(key), (*path, key))
        return
    old, new = ("unset" if value is None else json.dumps(value, ensure_ascii=False) for value in (before, after))
    yield f"{'.'.join(path)}: {old} -> {new}"
