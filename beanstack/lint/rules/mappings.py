"""Mappings: which keys a parameter may select, and what Fn::FindInMap finds for known keys.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path

MAPPINGS = "Mappings"


class Lookup(NamedTuple):
    """An Fn::FindInMap of a named mapping with two keys, each a text or a Ref."""

    mapping: str
    keys: tuple[str, str]
    names: tuple[str, str]  # what a Ref names; empty if the key is a text


def lookup(function: Any) -> Lookup | None:
    """Return the lookup that a function is, or None for any other; of functions as keys only Ref is supported."""
    match function:
        case {"Fn::FindInMap": [str() as mapping, first, second]} if len(function) == 1:
            first_key, first_name = _key(first)
            second_key, second_name = _key(second)
            if (first_key or first_name) and (second_key or second_name):
                return Lookup(mapping, (first_key, second_key), (first_name, second_name))
    return None


def _key(value: Any) -> tuple[str, str]:
    """Return a key as a text and as the name in a Ref; the other one is empty."""
    match value:
        case str():
            return value, ""
        case {"Ref": str() as name} if len(value) == 1:
            return "", name
    return "", ""


def lookups(value: Any) -> Iterator[Lookup]:
    """Yield all lookups in a value of a template."""
    if found := lookup(value):
        yield found
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from lookups(item)


def keys(template: Mapping[str, Any], found: Lookup) -> Iterator[dict[str, tuple[str, Path]]]:
    """Yield, for each value that a lookup may find, the keys that its names must have, with their paths."""
    for first, row in _rows(template, found.mapping).items():
        for second in row:
            row_path = (MAPPINGS, found.mapping, first)
            selected: dict[str, tuple[str, Path]] = {}
            if found.names[0]:
                selected[found.names[0]] = (first, row_path)
            elif found.keys[0] != first:
                continue
            if found.names[1]:
                selected[found.names[1]] = (second, (*row_path, second))
            elif found.keys[1] != second:
                continue
            yield selected


def value(template: Mapping[str, Any], found: Lookup, known: Mapping[str, str]) -> tuple[Any, Path] | None:
    """Return what a lookup finds and its path, or None if a key is unknown or does not exist."""
    first = found.keys[0] or known.get(found.names[0])
    second = found.keys[1] or known.get(found.names[1])
    if first is None or second is None:
        return None
    leaf = _item(_item(_item(template.get(MAPPINGS), found.mapping), first), second)
    return None if leaf is None else (leaf, (MAPPINGS, found.mapping, first, second))


def _item(inside: Any, key: str) -> Any:
    """Return the value of a key or None; YAML may have read a key without quotes as a number."""
    if not isinstance(inside, dict):
        return None
    if key in inside:
        return inside[key]
    for name, item in inside.items():
        if str(name) == key:
            return item
    return None


def _rows(template: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """Return a mapping's values by their two keys as texts."""
    mapping = _item(template.get(MAPPINGS), name)
    rows: dict[str, dict[str, Any]] = {}
    if isinstance(mapping, dict):
        for first, row in mapping.items():
            if isinstance(row, dict):
                rows[str(first)] = {str(second): value for second, value in row.items()}
    return rows
