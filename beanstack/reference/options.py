"""The known EB options in the JSON Schema, so that an editor completes them.

The schema refuses none: what an option takes is checked in generation, which knows the whole table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.options.catalogue import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.eb.options.catalogue import Namespace, Option

VALUE = {"$ref": "#/$defs/OptionValue"}
NULL = {"type": "null"}  # removes what `defaults` give
SCALARS = [{"type": name} for name in ("string", "integer", "number", "boolean", "null")]


def with_options(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a configuration with all known options below `options`."""
    definitions = schema["$defs"]
    settings = definitions["Settings"]
    properties = settings["properties"]
    options = {**properties["options"], "anyOf": [_options(), NULL]}
    settings = {**settings, "properties": {**properties, "options": options}}
    known = {_name(namespace): _namespace(namespace) for namespace in facts().namespaces}
    known["OptionValue"] = {"anyOf": SCALARS}
    return {**schema, "$defs": {**definitions, "Settings": settings, **dict(sorted(known.items()))}}


def _options() -> dict[str, Any]:
    literal, patterns = {}, {}
    for namespace in facts().namespaces:
        reference = {"$ref": f"#/$defs/{_name(namespace)}"}
        if namespace.is_family:
            patterns[re.sub(r"\?P<\w+>", "", namespace.match.pattern)] = reference
        else:
            literal[namespace.name] = reference
        if namespace.resource_name:
            patterns[rf"^[^.]+\.{namespace.name}$"] = reference
    other = {"anyOf": [{"type": "object", "additionalProperties": VALUE}, NULL]}
    return {"type": "object", "properties": literal, "patternProperties": patterns, "additionalProperties": other}


def _namespace(namespace: Namespace) -> dict[str, Any]:
    options = {option.name: _option(option) for option in namespace.options.values()}
    mapping = {"type": "object", "properties": options, "additionalProperties": VALUE}
    return {"anyOf": [mapping, NULL]}


def _option(option: Option) -> dict[str, Any]:
    values: list[Any] = [True, False] if option.type == "boolean" else [*(option.values or option.known_values)]
    described = {"description": _description(option)}
    if option.type == "list" or not values:
        return {**VALUE, **described}
    return {"anyOf": [{"enum": values}, VALUE], **described}


def _description(option: Option) -> str:
    """Return what is known of an option's values, in a few words."""
    parts = [option.type.replace("_", " ")]
    if option.min is not None and option.max is not None:
        parts.append(f"{option.min} to {option.max}")
    elif option.min is not None:
        parts.append(f"at least {option.min}")
    elif option.max is not None:
        parts.append(f"at most {option.max}")
    if option.unit:
        parts.append(f"in {option.unit}")
    if option.values:
        parts.append(f"one of {', '.join(option.values)}")
    if option.default:
        parts.append(f"by default {option.default}")
    if option.replaced_by:
        parts.append(f"replaced by {option.replaced_by}")
    if option.create_only:
        parts.append("cannot change later")
    if option.create_only_if_shared:
        parts.append("cannot change later with a shared load balancer")
    words = ", ".join(parts)
    return f"{words[0].upper()}{words[1:]}."


def _name(namespace: Namespace) -> str:
    """Return the definition's name; the placeholder of a family is part of it."""
    return re.sub(r"[{}]", "", namespace.name)
