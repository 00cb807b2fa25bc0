"""Mappings: which keys there are for a parameter, and what Fn::FindInMap finds below known keys.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path

MAPPINGS = "Mappings"


class Lookup(NamedTuple):
    """An Fn::FindInMap of a mapping that is named, below two keys: texts, or the names of what they refer to."""

    mapping: str
    keys: tuple[str, str]
    names: tuple[str, str]  # empty where the key is a text


def lookup(function: Any) -> Lookup | None:
    """None for another function, and where mapping or keys are functions themselves other than Ref."""
    given = function.get("Fn::FindInMap") if isinstance(function, dict) and len(function) == 1 else None
    if not isinstance(given, list) or len(given) != 3 or not isinstance(given[0], str):
        return None
    names = [key.get("Ref", "") if isinstance(key, dict) and len(key) == 1 else "" for key in given[1:]]
    keys = [key if isinstance(key, str) else "" for key in given[1:]]
    if not all(isinstance(name, str) and (name or key) for name, key in zip(names, keys, strict=True)):
        return None
    return Lookup(given[0], (keys[0], keys[1]), (names[0], names[1]))


def lookups(value: Any) -> Iterator[Lookup]:
    """All in a value of a template."""
    if found := lookup(value):
        yield found
    for item in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from lookups(item)


def keys(template: Mapping[str, Any], found: Lookup) -> Iterator[dict[str, tuple[str, Path]]]:
    """What a lookup refers to by name, for each value that it may find: the keys, and where they stand."""
    for first, row in _rows(template, found.mapping).items():
        for second in row:
            paths = (MAPPINGS, found.mapping, first), (MAPPINGS, found.mapping, first, second)
            cell = [*zip(found.names, found.keys, (first, second), paths, strict=True)]
            if all(name or key == wanted for name, wanted, key, _ in cell):
                yield {name: (key, path) for name, _, key, path in cell if name}


def value(template: Mapping[str, Any], found: Lookup, known: Mapping[str, str]) -> tuple[Any, Path] | None:
    """What is found and where, None where a key is not known or not there."""
    first, second = (key or known.get(name) for key, name in zip(found.keys, found.names, strict=True))
    if first is None or second is None:
        return None
    leaf = _item(_item(_item(template.get(MAPPINGS), found.mapping), first), second)
    return None if leaf is None else (leaf, (MAPPINGS, found.mapping, first, second))


def _item(inside: Any, key: str) -> Any:
    """What a key has, which may be a number to YAML where it has no quotes; None where it has nothing."""
    if not isinstance(inside, dict):
        return None
    return inside[key] if key in inside else next((one for name, one in inside.items() if str(name) == key), None)


def _rows(template: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """A mapping's values; a key without quotes may be a number to YAML."""
    mappings = template.get(MAPPINGS)
    mapping = mappings.get(name) if isinstance(mappings, dict) else None
    return {
        str(first): {str(second): one for second, one in row.items()}
        for first, row in (mapping.items() if isinstance(mapping, dict) else ())
        if isinstance(row, dict)
    }
