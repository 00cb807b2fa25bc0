"""What ECS accepts in a task definition, by the path of the field, such as `containerDefinitions.healthCheck.command`.

A list adds nothing to the path: a field of its items is named like a field of a mapping.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scripts.facts.sources import api, extension

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPERATION = "RegisterTaskDefinitionRequest"
SECTIONS = ("containerDefinitions", "volumes")  # those of a task definition that Dockerrun.aws.json has
# The model says of some lists of texts in their documentation alone what they may hold: "ALL" | "AUDIT_CONTROL" | ...
VALID = re.compile(r"Valid values: <code>([^<]+)</code>")
QUOTED = re.compile(r'"([^"]+)"')


def facts() -> dict[str, Any]:
    """Return the values of each field: `values` are the model's own, `documented` those of its documentation."""
    shapes = api("ecs")["shapes"]
    values: dict[str, list[str]] = {}
    documented: dict[str, list[str]] = {}
    for path, member in _members(shapes, OPERATION):
        if not path.startswith(SECTIONS):
            continue
        shape = _item(shapes, member["shape"])
        found = VALID.search(member.get("documentation", ""))
        if "enum" in shape:
            values[path] = shape["enum"]
        elif found and (words := QUOTED.findall(found[1])):
            documented[path] = words
    return {"values": values, "documented": documented, "awslogs": _awslogs()}


def _members(shapes: Mapping[str, Any], name: str, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each field below a shape, those of the items of lists included."""
    for key, member in _item(shapes, name).get("members", {}).items():
        below = f"{path}.{key}".lstrip(".")
        yield below, member
        yield from _members(shapes, member["shape"], below)


def _item(shapes: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a shape, or that of its items if it is a list."""
    shape: Mapping[str, Any] = shapes[name]
    return _item(shapes, shape["member"]["shape"]) if shape["type"] == "list" else shape


def _awslogs() -> dict[str, list[str]]:
    """Return the options of the log driver awslogs, and which it needs."""
    options = extension("aws_ecs_taskdefinition", "logging_configuration")["then"]["properties"]["Options"]
    return {"options": options["propertyNames"]["enum"], "required": options["required"]}
