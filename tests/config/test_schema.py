"""The JSON Schema by which an editor completes and checks a configuration."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

from beanstack import reference
from beanstack.config.settings import Application, Settings
from beanstack.eb.options.catalogue import facts
from beanstack.text.yaml12 import yaml12_tree
from tests.config.conftest import edited, shared
from tests.conftest import FIXTURE, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from beanstack.text.document import Node

FILES = reference.files()
SCHEMA: dict[str, Any] = json.loads((PROJECT / "docs/reference/configuration.schema.json").read_text())
DEFINITIONS: dict[str, Any] = SCHEMA["$defs"]
TYPES = {"null", "boolean", "object", "array", "number", "string", "integer"}


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation, and those in their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for argument in get_args(annotation):
        yield from models(argument)


def fields() -> dict[str, FieldInfo]:
    """Every key of every section as `Section.key`."""
    found = dict.fromkeys(models(Settings))
    return {f"{model.__name__}.{key}": field for model in found for key, field in model.model_fields.items()}


def schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every schema within one."""
    yield value
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(value.get(key), dict):
            yield from schemas(value[key])
    for inner in [*value.get("anyOf", []), *value.get("prefixItems", [])]:
        yield from schemas(inner)
    for key in ("properties", "patternProperties", "$defs"):
        for inner in value.get(key, {}).values():
            yield from schemas(inner)


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is what a schema allows, by the keywords that the schema of a configuration uses."""
    if "$ref" in schema:
        return fits(value, DEFINITIONS[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema and not any(fits(value, inner) for inner in schema["anyOf"]):
        return False
    kinds: dict[str, Any] = {"null": type(None), "boolean": bool, "object": dict, "array": list, "string": str}
    kind = kinds.get(schema.get("type", ""), int | float if "type" in schema else object)
    if not isinstance(value, kind) or value not in schema.get("enum", [schema.get("const", value)]):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    if isinstance(value, dict):
        named = schema.get("propertyNames", {}).get("pattern", "")
        if not all(re.search(named, key) for key in value) or len(value) < schema.get("minProperties", 0):
            return False
        return set(schema.get("required", ())) <= value.keys() and all(
            inner is not False and fits(item, {} if inner is True else inner)
            for key, item in value.items()
            for inner in [of_key(key, schema)]
        )
    return True


def of_key(key: str, schema: dict[str, Any]) -> Any:
    """The schema of a mapping's key, False where the mapping does not take it."""
    if key in schema.get("properties", {}):
        return schema["properties"][key]
    matching = [inner for pattern, inner in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
    return matching[0] if matching else schema.get("additionalProperties", True)


@pytest.mark.parametrize("path", FILES)
def test_the_reference_is_what_the_models_say(path: str) -> None:
    assert (PROJECT / "docs/reference" / path).read_bytes() == FILES[path]


def test_the_schema_is_a_json_schema() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for schema in schemas(SCHEMA):
        assert schema.get("type", "object") in TYPES
        re.compile(schema.get("pattern", ""))
        assert schema.get("$ref", "#/$defs/Settings").removeprefix("#/$defs/") in DEFINITIONS


def test_the_schema_knows_every_key_of_the_file() -> None:
    identity = ["application", "application_name", "description", "versions"]
    assert list(SCHEMA["properties"]) == [*identity, "defaults", "environments"]
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize("key", fields())
def test_the_schema_knows_every_key_of_every_section(key: str) -> None:
    section, _, name = key.partition(".")
    assert name in DEFINITIONS[section]["properties"]
    assert DEFINITIONS[section]["additionalProperties"] is False


@pytest.mark.parametrize("key", fields())
def test_every_setting_is_described_for_people(key: str) -> None:
    section, _, name = key.partition(".")
    description = fields()[key].description
    assert description
    assert description[-1] in ".!?"
    assert DEFINITIONS[section]["properties"][name]["description"] == description
    assert f"| `{name}` |" in FILES["configuration.md"].decode()


@pytest.mark.parametrize("name", [field.alias or name for name, field in Application.model_fields.items()])
def test_every_key_of_the_file_is_described_for_people(name: str) -> None:
    assert SCHEMA["properties"][name]["description"]


def as_data(text: str) -> object:
    """The file's content as an editor that knows YAML 1.2 reads it."""
    root, mistakes = yaml12_tree(text)
    assert root is not None
    assert mistakes == []
    return with_nulls(root)


def with_nulls(node: Node) -> object:
    if isinstance(node.value, dict):
        return {key: with_nulls(below) for key, below in node.value.items()}
    return [with_nulls(item) for item in node.value] if isinstance(node.value, list) else node.value


@pytest.mark.parametrize("text", [shared(), FIXTURE.read_text()], ids=["base", "whole"])
def test_a_right_file_fits_the_schema(text: str) -> None:
    assert fits(as_data(text), SCHEMA)


@pytest.mark.parametrize("model", ["Settings", "Container", "Database", "Volume", "LogConfiguration", "Versions"])
def test_every_setting_may_be_null_and_any_may_be_missing(model: str) -> None:
    keys = DEFINITIONS[model]["properties"]
    assert fits(dict.fromkeys(keys), DEFINITIONS[model])
    assert fits({}, DEFINITIONS[model])


@pytest.mark.parametrize(
    "override",
    [
        "options: {ns: {opt: null}}",
        "options: {ns: null}",
        "containers: {}",
        "containers: {worker: null, web: {environment: {MODE: null}, ulimits: {nofile: ~, core: {soft: ~}}}}",
        "database: {variables: {DB_HOST: null}}",
        "containers: {web: {linux_parameters: {devices: [{host_path: /dev/null, container_path: null}]}}}",
    ],
)
def test_an_override_may_remove_anything_that_defaults_give(override: str) -> None:
    text = f"versions: null\ndescription: ~\n{shared(overrides=f'  dev: {{{override}}}')}"
    assert fits(as_data(text), SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("memory: 128", "memory: 128\n      linux_parameters: {devices: [{container_path: /x}]}"),
        ("memory: 128", "memory: 128\n      linux_parameters: {devices: [{host_path: null}]}"),
        ("application: shop", "application: 1shop"),
        ("application: shop", "application: shop-"),
        ("application: shop", f"application: {101 * 's'}"),
        ("application: shop", "application: null"),
        ("  dev: {}", "  d_v: {}"),
        ("  dev: {}", "  -dev: {}"),
        ("example.org/shop:1.0", "example.org/shop"),
        ("example.org/shop:1.0", "localhost:5000/shop"),
        ("example.org/worker:2.0", "example.org/worker:latest"),
        ("2023/4.7.7", "2023"),
        ("ECS running", "Docker running"),
        ("memory: 128", "memroy: 128"),
        ("memory: 128", 'memory: "128"'),
        ('["80:8000"]', "[80]"),
        ("RDS_HOSTNAME", "RDS_HOST"),
        ("  dev: {}", "  dev: {regio: x}"),
        ("application: shop", "name: shop"),
        ("eu-west-1", "EU"),
    ],
)
def test_a_wrong_file_does_not_fit_the_schema(old: str, new: str) -> None:
    text = edited(shared(), (old, new))
    assert not fits(as_data(text), SCHEMA)


def of_option(namespace: str, name: str) -> dict[str, Any]:
    """The schema of an option, as an editor finds it below `options`."""
    mapping = DEFINITIONS["Settings"]["properties"]["options"]["anyOf"][0]
    definition = DEFINITIONS[of_key(namespace, mapping)["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = definition["anyOf"][0]["properties"][name]
    return found


@pytest.mark.parametrize(
    "namespace",
    ["aws:elasticbeanstalk:environment:process:default", "aws:elasticbeanstalk:environment:process:admin"],
)
def test_an_editor_completes_the_values_of_an_option(namespace: str) -> None:
    protocol = of_option(namespace, "Protocol")
    assert protocol["anyOf"][0] == {"enum": ["HTTP", "HTTPS", "TCP"]}
    assert protocol["description"].startswith("Enum, one of HTTP, HTTPS, TCP")


def test_an_editor_completes_options_of_a_named_resource() -> None:
    size = of_option("EveningOff.aws:autoscaling:scheduledaction", "MinSize")
    assert size["description"] == "Integer, 0 to 10000."


def test_an_editor_completes_every_known_option() -> None:
    for namespace in facts().namespaces:
        definition = DEFINITIONS[re.sub("[{}]", "", namespace.name)]["anyOf"][0]
        assert list(definition["properties"]) == [option.name for option in namespace.options.values()]


@pytest.mark.parametrize(
    "options",
    [
        "{ns: {opt: 5}}",
        "{aws:autoscaling:asg: {Cooldown: '{{resolve:ssm:cooldown}}', New: true}}",
        "{On.aws:autoscaling:scheduledaction: {MinSize: 1}, aws:elbv2:listener:443: {Protocol: HTTPS}}",
    ],
)
def test_the_schema_leaves_options_to_generation(options: str) -> None:
    assert fits(as_data(shared(overrides=f"  dev: {{options: {options}}}")), SCHEMA)


@pytest.mark.parametrize(
    ("key", "becomes"),
    [
        ("min", "`aws:autoscaling:asg` MinSize"),
        ("timeout", "`aws:elasticbeanstalk:command` Timeout"),
        ("memory_reservation", "`memoryReservation`"),
    ],
)
def test_the_reference_says_what_a_key_becomes(key: str, becomes: str) -> None:
    rows = [row for row in FILES["configuration.md"].decode().splitlines() if row.startswith(f"| `{key}` |")]
    assert any(row.endswith(f"| {becomes} |") for row in rows)
