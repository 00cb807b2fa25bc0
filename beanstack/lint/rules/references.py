"""What a template's values refer to: parameters, conditions, resources, and rows of mappings.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cfnlint.template import Template

    from beanstack.eb.findings import Path

    # The text or the list of texts that each parameter is given, and the path of what gives it.
    Parameters = Mapping[str, tuple[str | list[str], Path]]

SCALARS = (str, int, float, date)  # YAML reads a date without quotes as one, CloudFormation as a text
VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")
MAPPINGS = "Mappings"


class Value(NamedTuple):
    """What a value of a template comes to, None if that is unknown, and the path of what determines it."""

    text: str | None
    path: Path


class Lookup(NamedTuple):
    """An Fn::FindInMap; each of its two keys is a text or a Ref."""

    mapping: str
    keys: tuple[Any, Any]

    def texts(self, known: Mapping[str, str]) -> tuple[str, str]:
        """Return both keys as texts; empty if a key refers to a name that is not known."""
        first, second = (known.get(key["Ref"], "") if isinstance(key, dict) else key for key in self.keys)
        return first, second


def as_text(value: object) -> str:
    """Return a scalar as CloudFormation passes it on."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def known_texts(parameters: Parameters) -> dict[str, str]:
    """Return the parameters that are given a text rather than a list."""
    return {name: given for name, (given, _) in parameters.items() if isinstance(given, str)}


def allowed_values(template: Template, name: str) -> list[str]:
    """Return the values that a parameter may have; empty if it may have any."""
    parameter = template.context.parameters.get(name)
    if parameter and isinstance(parameter.allowed_values, list):
        return [as_text(value) for value in parameter.allowed_values]
    return []


def section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a section of a template; empty if it is missing or not a mapping."""
    found = template.get(name)
    return found if isinstance(found, dict) else {}


def walk(value: Any) -> Iterator[Any]:
    """Yield a value and every value inside it."""
    yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from walk(item)


def references(value: Any) -> Iterator[str]:
    """Yield the names that a value refers to."""
    for part in walk(value):
        for key, argument in part.items() if isinstance(part, dict) else ():
            match key, argument:
                case "Ref" | "Condition", str() as name:
                    yield name
                case "Fn::GetAtt", (str() as name) | [str() as name, *_]:
                    yield name.partition(".")[0]
                case "Fn::Sub", (str() as text) | [str() as text, *_]:
                    for name in VARIABLE.findall(text):
                        yield name.strip().partition(".")[0]
                case "Fn::If", [str() as name, *_]:
                    yield name


def lookups(value: Any) -> Iterator[Lookup]:
    """Yield every lookup inside a value."""
    for part in walk(value):
        found = lookup(part)
        if found:
            yield found


def lookup(function: Any) -> Lookup | None:
    """Return an Fn::FindInMap, or None for another function or if a key is neither a text nor a Ref."""
    match function:
        case {"Fn::FindInMap": [str() as mapping, str() | {"Ref": str()} as first, str() | {"Ref": str()} as second]}:
            return Lookup(mapping, (first, second))
    return None


def possible_keys(template: Mapping[str, Any], lookup: Lookup) -> Iterator[dict[str, tuple[str, Path]]]:
    """Yield, for each value that a lookup may find, what the names in its keys must be."""
    for cell in _cells(template, lookup.mapping):
        row = (MAPPINGS, lookup.mapping, cell[0])
        names: dict[str, tuple[str, Path]] = {}
        for key, text, path in zip(lookup.keys, cell, (row, (*row, cell[1])), strict=True):
            if isinstance(key, dict):
                names[key["Ref"]] = text, path
        if lookup.texts(known_texts(names)) == cell:
            yield names


def look_up(template: Mapping[str, Any], lookup: Lookup, known: Mapping[str, str]) -> Value | None:
    """Return the value that a lookup finds, or None if a key is unknown or does not exist."""
    cell = lookup.texts(known)
    value = _cells(template, lookup.mapping).get(cell)
    if value is None:
        return None
    text = as_text(value) if isinstance(value, SCALARS) else None
    return Value(text, (MAPPINGS, lookup.mapping, *cell))


def _cells(template: Mapping[str, Any], mapping: str) -> dict[tuple[str, str], Any]:
    """Return the values of a mapping by their two keys as texts; YAML may have read a key as a number."""
    cells: dict[tuple[str, str], Any] = {}
    rows = section(section(template, MAPPINGS), mapping)
    for first in rows:
        for second, value in section(rows, first).items():
            cells[str(first), str(second)] = value
    return cells
