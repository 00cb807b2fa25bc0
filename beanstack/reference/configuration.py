"""The configuration as its models describe it: a page for people and a schema for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from beanstack.config import names
from beanstack.config.ecs import Ecs
from beanstack.config.option import Reference
from beanstack.config.settings import Identity, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    Schema = Mapping[str, Any]

NULL = {"type": "null"}
REFERENCES = "#/$defs/{model}"


def configuration_schema() -> dict[str, Any]:
    """Return the JSON Schema of a configuration file.

    In the file every setting may be left out, because `defaults` or an environment can give it, and every one may be
    null, which restores its default; so the schema requires neither, and generation checks the merged result. Only
    the items of lists are never merged.
    """
    settings = Settings.model_json_schema(ref_template=REFERENCES, mode="validation")
    identity = Identity.model_json_schema(ref_template=REFERENCES, mode="validation")
    definitions = {**settings.pop("$defs"), **identity["$defs"], "Settings": settings}
    items = set()
    for found in _schemas(definitions):
        if "$ref" in found.get("items", {}):
            items.add(_name(found["items"]))
    relaxed = {}
    for name, definition in sorted(definitions.items()):
        relaxed[name] = _relaxed(definition, whole=name in items)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Beanstack application",
        "type": "object",
        "additionalProperties": False,
        "required": ["application", "environments"],
        "properties": _file(identity["properties"]),
        "$defs": relaxed,
    }


def _file(identity: Schema) -> dict[str, Any]:
    """Return the schemas of the keys of a file."""
    override = {"anyOf": [{"$ref": "#/$defs/Settings"}, NULL]}
    return {
        "application": {**identity["application"], "pattern": f"^{names.APPLICATION}$"},
        "application_name": identity["application_name"],
        "description": _or_null(identity["description"]),
        "versions": _or_null(identity["versions"]),
        "defaults": {**override, "description": "Settings of every environment that does not override them."},
        "environments": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^{names.KEY}$"},
            "additionalProperties": override,
            "description": "Environments by name; each may override any default.",
        },
    }


def _relaxed(definition: Schema, *, whole: bool) -> dict[str, Any]:
    """Return a definition in which every property may be missing or null, except those that a `whole` one requires."""
    relaxed = dict(definition)
    named = relaxed.pop("required", [])
    required = named if whole else []
    given = relaxed.pop("properties", {})
    relaxed["properties"] = {}
    for name, value in given.items():
        relaxed["properties"][name] = dict(value) if name in required else _or_null(value)
    if required:
        relaxed["required"] = required
    return relaxed


def _or_null(value: Schema) -> dict[str, Any]:
    """Return a schema that accepts null as well; description and default stay outside, where editors show them."""
    if NULL in value.get("anyOf", []):
        return dict(value)
    rest = _mergeable(value)
    rest.pop("title", None)
    kept: dict[str, Any] = {key: rest.pop(key) for key in ("description", "default") if key in rest}
    return {"anyOf": [rest, NULL], **kept}


def _mergeable(value: Schema) -> dict[str, Any]:
    """Return the schema of a mapping of which one place gives a part: an entry may be null, which removes it."""
    made = dict(value)
    made.pop("minProperties", None)
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = _entry(made["additionalProperties"])
    if "patternProperties" in made:
        made["patternProperties"] = {pattern: _entry(item) for pattern, item in made["patternProperties"].items()}
        made["additionalProperties"] = False
    return made


def _entry(value: Schema) -> dict[str, Any]:
    return {"anyOf": [_mergeable(value), NULL]}


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping within a schema."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _schemas(item)


def _name(reference: Schema) -> str:
    """Return the name of the definition that a reference leads to."""
    return str(reference["$ref"]).rpartition("/")[2]


def configuration_page(schema: Schema) -> Iterator[str]:
    """Yield the text of the page: one table for each section, in the order in which the settings lead to them."""
    yield "# Configuration\n\n"
    yield "Generated by `python -m beanstack.reference` from `beanstack/config/`; do not edit.\n\n"
    yield "One file an application, `config/<application>.yaml`. An environment may override any key of `defaults`:\n"
    yield "mappings merge, lists and values replace, `null` restores the default. A key marked * must\n"
    yield "be given. A mapping without a default of its own takes those of its section. The last column names the EB\n"
    yield "option or the field of an ECS container definition that a key becomes, where it becomes one alone.\n"
    yield from _section("The file", {"properties": schema["properties"]}, schema["required"], {})
    models = {model.__name__: model for model in _models(Settings)}
    sections = ["Settings"]
    for name in sections:
        definition = schema["$defs"][name]
        for found in _schemas(definition["properties"]):
            if "$ref" in found and _name(found) not in sections:
                sections.append(_name(found))
        title = "`defaults` and each of `environments`" if name == "Settings" else name
        required = [key for key, value in definition["properties"].items() if "default" not in value]
        fields = models[name].model_fields if name in models else {}
        yield from _section(title, definition, required, fields)


def _section(title: str, definition: Schema, required: list[str], fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    yield f"\n## {title}\n\n"
    if "description" in definition:
        yield definition["description"].replace("\n", " ") + "\n\n"
    becomes = {key: _becomes(field) for key, field in fields.items()}
    headings = ["key", "type", "default", "meaning"]
    if any(becomes.values()):
        headings.append("EB option or ECS field")
    yield _row(headings)
    yield f"|{' --- |' * len(headings)}\n"
    for key, value in definition["properties"].items():
        default = "*" if key in required else _default(value)
        cells = [f"`{key}`", _type(value), default, value.get("description", ""), becomes.get(key, "")]
        yield _row(cells[: len(headings)])


def _row(cells: list[str]) -> str:
    escaped = [cell.replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(escaped)} |\n"


def _default(value: Schema) -> str:
    """Return a key's default; that of a section is shown with the section's own keys."""
    default = value.get("default")
    if default in (None, [], "") or isinstance(default, dict):
        return ""
    return f"`{json.dumps(default)}`"


def _becomes(field: FieldInfo) -> str:
    """Return the EB options or the ECS field that a key is declared as."""
    names = []
    for item in field.metadata:
        if isinstance(item, Reference):
            names.append(item.shown)
        elif isinstance(item, Ecs):
            names.append(f"`{item.field}`")
    return "; ".join(names)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in a type, and those in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for argument in get_args(annotation):
        yield from _models(argument)


def _type(value: Schema) -> str:
    """Return a JSON Schema type in a few words."""
    if "$ref" in value:
        name = _name(value)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(item) for item in value["anyOf"] if item != NULL))
    if "enum" in value or "const" in value:
        return ", ".join(f"`{item}`" for item in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    if value.get("type") == "object":
        inner = [*value.get("patternProperties", {}).values(), value.get("additionalProperties")]
        if inner[0]:
            return f"mapping to {_type(inner[0])}"
    words = [str(value.get("type", "value"))]
    if "minimum" in value:
        words.append(f"≥ {value['minimum']}")
    if "maximum" in value:
        words.append(f"≤ {value['maximum']}")
    return " ".join(words)
