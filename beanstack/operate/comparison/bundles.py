"""The differences between the deployed bundle and the committed one. Possible secrets are hidden."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from beanstack.eb.layout import DOCKERRUN, EXTENSIONS
from beanstack.eb.secrets import says_secret
from beanstack.operate.hidden import HIDDEN, hide_in, hide_in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONTAINERS = "containerDefinitions"
VARIABLES = "environment"
VALUE = re.compile(r"""([-+\s]*["']?value["']?\s*:\s*)\S.*""", re.IGNORECASE)


def bundle_changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Yield a line for each value of Dockerrun.aws.json that differs, and the differences of all other files."""
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        if path == DOCKERRUN:
            with suppress(AttributeError, KeyError, TypeError, ValueError):  # otherwise it is compared line by line
                yield from container_changes(json.loads(old or "{}"), json.loads(new or "{}"))
                continue
        change = "changes"
        if old is None:
            change = "is new"
        elif new is None:
            change = "is removed"
        yield f"{path} {change}"
        texts = (content.decode("utf-8", "replace") for content in (old or b"", new or b""))
        yield from (f"  {hidden_value(path, line)}" for line in line_changes(*texts))


def line_changes(old: str, new: str) -> Iterator[str]:
    """Yield the changed lines of a text."""
    if says_secret(old) or says_secret(new):  # other lines may be part of a secret, as in a private key
        yield "its lines are not shown, because it seems to contain a secret"
        return
    for line in list(unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            yield hide_in_line(line)


def hidden_value(path: str, line: str) -> str:
    """Return a changed line, of `.ebextensions` without the value of an option that another line names."""
    return VALUE.sub(rf"\1{HIDDEN}", line) if path.startswith(EXTENSIONS) else line


def container_changes(before: Any, after: Any) -> Iterator[str]:
    """Yield a line for each value that differs; containers are compared by their names."""
    yield from value_changes(by_name(before), by_name(after), ())


def by_name(dockerrun: dict[str, Any]) -> dict[str, Any]:
    """Return a Dockerrun.aws.json with its containers, and the variables of each, as mappings."""
    containers = {}
    for container in dockerrun.get(CONTAINERS, []):
        variables = {variable["name"]: variable.get("value") for variable in container.get(VARIABLES, [])}
        containers[container["name"]] = {**container, VARIABLES: variables}
    return {**dockerrun, CONTAINERS: containers}


def value_changes(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield `path: old -> new` for each value that differs."""
    if before == after:
        return
    if isinstance(before or {}, dict) and isinstance(after or {}, dict):
        old, new = before or {}, after or {}
        for key in sorted({*old, *new}):
            yield from value_changes(old.get(key), new.get(key), (*path, key))
        return
    shown = (hide_in(value, path[-1]) for value in (before, after))
    old, new = ("unset" if value is None else json.dumps(value, ensure_ascii=False) for value in shown)
    yield f"{'.'.join(path)}: {old} -> {new}"
