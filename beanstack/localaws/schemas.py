"""Properties of a resource against the schema of its type, which CloudFormation checks before it creates anything.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Schema = Mapping[str, Any]

DEFINITIONS: Final = "#/definitions/"


def problems(schema: Schema, properties: Mapping[str, Any]) -> list[str]:
    """Return the mistakes in the properties of a resource, in CloudFormation's words."""
    found = [
        f"#: extraneous key [{name}] is not permitted"
        for name in properties
        if name in schema["read_only"] and name not in schema["create_only"]
    ]
    return [*found, *_problems(schema, schema, properties, "#")]


def _problems(root: Schema, schema: Schema, value: Any, path: str) -> Iterator[str]:
    reference = str(schema.get("$ref", ""))
    if reference.startswith(DEFINITIONS):
        yield from _problems(root, root["definitions"][reference.removeprefix(DEFINITIONS)], value, path)
        return
    if not _is_of_type(schema, value):
        yield f"{path}: expected type: {_title(schema['type'])}, found: {_found(value)}"
        return
    if isinstance(value, dict):
        yield from _of_object(root, schema, value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _problems(root, schema.get("items", {}), item, f"{path}/{index}")
    elif "enum" in schema and _text(value) not in map(_text, schema["enum"]):
        yield f"{path}: #: {_text(value)} is not a valid enum value"
    elif isinstance(value, str) and not _matches(schema.get("pattern", ""), value):
        yield f"{path}: failed validation constraint for keyword [pattern]"


def _of_object(root: Schema, schema: Schema, value: Mapping[str, Any], path: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}: required key [{name}] not found"
    for name, item in value.items():
        if name in known:
            yield from _problems(root, known[name], item, f"{path}/{name}")
        elif known and schema.get("additionalProperties", False) is False:
            yield f"{path}: extraneous key [{name}] is not permitted"


def _is_of_type(schema: Schema, value: Any) -> bool:
    """Return whether a value is of a schema's type; CloudFormation converts numbers and booleans that are text."""
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if not types:
        return True
    if isinstance(value, dict | list):
        return ("object" if isinstance(value, dict) else "array") in types
    if "string" in types or value is None:
        return True
    text = _text(value)
    if "boolean" in types and text in ("true", "false"):
        return True
    return ("integer" in types or "number" in types) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None


def _matches(pattern: str, value: str) -> bool:
    try:
        return not pattern or re.search(pattern, value) is not None
    except re.error:  # the schemas have the expressions of Java
        return True


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _title(types: Any) -> str:
    names = [types] if isinstance(types, str) else types
    return " or ".join(str(name).title() for name in names)


def _found(value: Any) -> str:
    if isinstance(value, dict | list):
        return "JSONObject" if isinstance(value, dict) else "JSONArray"
    return "String"
