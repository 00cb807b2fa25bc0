"""docs/reference/: the configuration as its models describe it, for people and for editors; the linter's rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from beanstack.config import names
from beanstack.config.settings import Identity, Settings
from beanstack.lint.bundles.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = "docs/reference"
NULL = {"type": "null"}


def files() -> dict[str, bytes]:
    """The generated reference by path."""
    schema = configuration_schema()
    return {
        f"{FOLDER}/configuration.schema.json": (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode(),
        f"{FOLDER}/configuration.md": "".join(configuration_page(schema)).encode(),
        f"{FOLDER}/bundle-rules.md": "".join(bundle_rules_page()).encode(),
    }


def configuration_schema() -> dict[str, Any]:
    """The JSON Schema of a configuration file.

    In the file every setting may be left out, because `defaults` or an environment can give it, and every one may be
    null, which restores its default; so the schema requires neither, and `generate.py` judges the merged result. Only
    the items of lists are never merged.
    """
    settings = Settings.model_json_schema(ref_template="#/$defs/{model}", mode="validation")
    definitions = settings.pop("$defs")
    identity = Identity.model_json_schema(ref_template="#/$defs/{model}", mode="validation")
    definitions["Versions"] = identity["$defs"]["Versions"]
    items = {_name(found["items"]) for found in _schemas([settings, definitions]) if "$ref" in found.get("items", {})}
    definitions["Settings"] = settings
    application, description, versions = (
        identity["properties"][key] for key in ("application", "description", "versions")
    )
    override = {"anyOf": [{"$ref": "#/$defs/Settings"}, NULL]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Beanstack application",
        "type": "object",
        "additionalProperties": False,
        "required": ["application", "environments"],
        "properties": {
            "application": {**application, "pattern": f"^{names.APPLICATION}$"},
            "description": _or_null(description),
            "versions": _or_null(versions),
            "defaults": {**override, "description": "Settings of every environment that does not override them."},
            "environments": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": f"^{names.KEY}$"},
                "additionalProperties": override,
                "description": "Environments by name; each may override any default.",
            },
        },
        "$defs": {name: _relaxed(made, whole=name in items) for name, made in sorted(definitions.items())},
    }


def _relaxed(definition: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """A definition in which every property may be missing or null, but for those that a `whole` one requires."""
    required = definition.get("required", []) if whole else []
    relaxed = {key: value for key, value in definition.items() if key not in ("required", "properties")}
    relaxed["properties"] = {
        name: dict(value) if name in required else _or_null(value)
        for name, value in definition.get("properties", {}).items()
    }
    return {**relaxed, "required": required} if required else relaxed


def _or_null(value: Mapping[str, Any]) -> dict[str, Any]:
    if "anyOf" in value and NULL in value["anyOf"]:
        return dict(value)
    kept = {key: value[key] for key in ("description", "default") if key in value}
    rest = {key: item for key, item in value.items() if key not in (*kept, "title")}
    return {"anyOf": [_mergeable(rest), NULL], **kept}


def _mergeable(value: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping of which one place gives a part: an entry may be null, which removes it, and there may be none."""
    made = {key: item for key, item in value.items() if key != "minProperties"}
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = {"anyOf": [_mergeable(made["additionalProperties"]), NULL]}
    if "patternProperties" in made:
        patterns = made["patternProperties"].items()
        made["patternProperties"] = {pattern: {"anyOf": [_mergeable(item), NULL]} for pattern, item in patterns}
        made["additionalProperties"] = False
    return made


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within a schema."""
    if isinstance(value, dict):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inside:
        yield from _schemas(item)


def _name(reference: Mapping[str, Any]) -> str:
    """Which definition a reference leads to."""
    return str(reference["$ref"]).rpartition("/")[2]


def configuration_page(schema: Mapping[str, Any]) -> Iterator[str]:
    """One table a section, in the order in which the settings lead to them."""
    yield "# Configuration\n\n"
    yield "Generated by `generate.py` from `beanstack/config/`; do not edit.\n\n"
    yield "One file an application, `config/<application>.yaml`. An environment may override any key of `defaults`:\n"
    yield "mappings merge, lists and values replace, `null` restores the default. A key marked * must\n"
    yield "be given. A mapping without a default of its own takes those of its section.\n"
    yield from _section("The file", {"properties": schema["properties"]}, schema["required"])
    sections = ["Settings"]
    for name in sections:
        definition = schema["$defs"][name]
        sections += [found for found in _references(definition["properties"]) if found not in sections]
        title = "`defaults` and each of `environments`" if name == "Settings" else f"{name}"
        required = [key for key, value in definition["properties"].items() if _required(value)]
        yield from _section(title, definition, required)


def _section(title: str, definition: Mapping[str, Any], required: list[str]) -> Iterator[str]:
    yield f"\n## {title}\n\n"
    if "description" in definition:
        yield definition["description"].replace("\n", " ") + "\n\n"
    yield "| key | type | default | meaning |\n| --- | --- | --- | --- |\n"
    for key, value in definition["properties"].items():
        default = value.get("default")
        plain = default not in (None, [], "") and not isinstance(default, dict)
        shown = "*" if key in required else f"`{json.dumps(default)}`" if plain else ""
        meaning = value.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_type(value).replace('|', chr(92) + '|')} | {shown} | {meaning} |\n"


def _required(value: Mapping[str, Any]) -> bool:
    return "default" not in value


def _references(value: Any) -> Iterator[str]:
    return (_name(found) for found in _schemas(value) if "$ref" in found)


def _type(value: Mapping[str, Any]) -> str:
    """A JSON Schema type in a few words."""
    if "$ref" in value:
        name = _name(value)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(item) for item in value["anyOf"] if item != NULL))
    if "enum" in value:
        return ", ".join(f"`{item}`" for item in value["enum"])
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    inner = next(iter(value.get("patternProperties", {}).values()), value.get("additionalProperties"))
    if value.get("type") == "object" and inner:
        return f"mapping to {_type(inner)}"
    limits = [f"{sign} {value[key]}" for key, sign in (("minimum", "≥"), ("maximum", "≤")) if key in value]
    return " ".join([str(value.get("type", "value")), *limits])


def bundle_rules_page() -> Iterator[str]:
    """One row a rule of the bundle linter."""
    yield "# Rules for source bundles\n\n"
    yield "Generated by `generate.py` from `beanstack/lint/facts/bundle_rules.json`; do not edit.\n\n"
    yield "`python -m beanstack.lint PATH ...` checks source bundles, folders and zips alike, by these rules. An id\n"
    yield "begins with its severity: E is an error, W a warning, I a note. A false error is worse than a missed one,\n"
    yield "so what EB may well take is no error.\n\n"
    yield "| id | severity | name | what it finds | example | source |\n| --- | --- | --- | --- | --- | --- |\n"
    for rule in RULES.values():
        ticks = "``" if "`" in rule.example else "`"
        example = f"{ticks}{rule.example}{ticks}".replace("|", "\\|")
        yield f"| {rule.id} | {rule.severity} | {rule.name} | {rule.description} | {example} | [page]({rule.page}) |\n"
