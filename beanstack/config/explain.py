"""Pydantic's findings in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from beanstack.config.model import Model
from beanstack.eb.findings import Finding, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

Made = TypeVar("Made", bound=Model)


def _text(error: ErrorDetails) -> str:
    value = shown(error["input"])
    hint = f'; write "{value}" in quotes' if isinstance(error["input"], int | float) else ""
    return f"expected a string, found {value}{hint}"


def _entries(error: ErrorDetails) -> str:
    wanted, found = error["ctx"]["min_length"], error["ctx"]["actual_length"]
    return f"needs at least {wanted} {'entry' if wanted == 1 else 'entries'}, has {found or 'none'}"


WORDING: Mapping[str, Callable[[ErrorDetails], str]] = {
    "beanstack": lambda error: error["msg"],
    "missing": lambda _: "is missing",
    "string_type": _text,
    "int_type": lambda error: f"expected a whole number, found {shown(error['input'])}",
    "bool_type": lambda error: f"expected true or false, found {shown(error['input'])}",
    "dict_type": lambda error: f"expected a mapping, found {shown(error['input'])}",
    "tuple_type": lambda error: f"expected a list, found {shown(error['input'])}",
    "model_type": lambda error: f"expected a mapping, found {shown(error['input'])}",
    "literal_error": lambda error: f"expected {error['ctx']['expected']}, found {shown(error['input'])}",
    "greater_than_equal": lambda error: f"must be at least {error['ctx']['ge']}, found {error['input']}",
    "less_than_equal": lambda error: f"must be at most {error['ctx']['le']}, found {error['input']}",
    "too_short": _entries,
    "too_long": lambda error: f"takes at most {error['ctx']['max_length']} entries",
    "string_too_long": lambda error: f"takes at most {error['ctx']['max_length']} characters",
    "string_too_short": lambda _: "must not be empty",
}


def checked(model: type[Made], values: object) -> tuple[Made | None, list[Finding]]:
    """The settings that a model makes of data, None where it finds mistakes, and those."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, list(_explained(error.errors(include_url=False)))


def _explained(details: Sequence[ErrorDetails]) -> Iterator[Finding]:
    for detail in details:
        path = detail["loc"]
        if path and path[-1] == "[key]":
            yield Finding(path[:-1], f"invalid key: {_wording(detail)}", at_key=True)
        elif detail["type"] != "too_short" or not any(_below(path, other["loc"]) for other in details):
            guilty = [(*path, key) for key in detail.get("ctx", {}).get("keys", ())] or [path]
            yield Finding(guilty[0], _wording(detail), also=tuple(guilty[1:]))


def _below(path: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    """Whether `other` is an entry of the list at `path`; pydantic counts the right ones only."""
    return len(other) > len(path) and other[: len(path)] == path


def _wording(error: ErrorDetails) -> str:
    wording = WORDING.get(error["type"])
    return wording(error) if wording else error["msg"]
