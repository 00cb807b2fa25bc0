"""Pydantic's findings in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from beanstack.config.errors import Finding, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from beanstack.config.model import Model


def _shown(value: object) -> str:
    text = {dict: "a mapping", list: "a list", bool: str(value).lower()}.get(type(value), repr(value))
    return text if len(text) <= 80 else f"{text[:77]}..."


def _text(error: ErrorDetails) -> str:
    value = error["input"]
    quoted = isinstance(value, int | float) and not isinstance(value, bool)
    hint = f'; write "{value}" in quotes' if quoted else ""
    return f"expected a string, found {_shown(value)}{hint}"


WORDING: Mapping[str, Callable[[ErrorDetails], str]] = {
    "beanstack": lambda error: error["msg"],
    "missing": lambda _: "is missing",
    "string_type": _text,
    "int_type": lambda error: f"expected a whole number, found {_shown(error['input'])}",
    "bool_type": lambda error: f"expected true or false, found {_shown(error['input'])}",
    "tuple_type": lambda error: f"expected a list, found {_shown(error['input'])}",
    "mapping_type": lambda error: f"expected a mapping, found {_shown(error['input'])}",
    "model_type": lambda error: f"expected a mapping, found {_shown(error['input'])}",
    "literal_error": lambda error: f"expected {error['ctx']['expected']}, found {_shown(error['input'])}",
    "greater_than_equal": lambda error: f"must be at least {error['ctx']['ge']}, found {error['input']}",
    "less_than_equal": lambda error: f"must be at most {error['ctx']['le']}, found {error['input']}",
    "string_pattern_mismatch": lambda error: f"{_shown(error['input'])} does not match {error['ctx']['pattern']}",
    "too_short": lambda error: f"needs at least {error['ctx']['min_length']} of them",
    "too_long": lambda error: f"takes at most {error['ctx']['max_length']} of them",
    "string_too_long": lambda error: f"takes at most {error['ctx']['max_length']} characters",
    "string_too_short": lambda _: "must not be empty",
}


def findings(model: type[Model], error: ValidationError) -> Iterator[Finding]:
    """Every mistake that pydantic found in the data of `model`."""
    for detail in error.errors(include_url=False):
        path, kind = detail["loc"], detail["type"]
        if path and path[-1] == "[key]":
            yield Finding(path[:-1], f"as a name: {_wording(detail)}", at_key=True)
        elif kind == "extra_forbidden":
            key = str(path[-1])
            yield Finding(path, f"unknown key{suggestion(key, _keys(model, path[:-1]))}", unknown=True)
        else:
            yield Finding(path, _wording(detail))


def _wording(error: ErrorDetails) -> str:
    wording = WORDING.get(error["type"])
    return wording(error) if wording else error["msg"]


def _keys(model: type[Model], path: Iterable[str | int]) -> list[str]:
    """The keys that a model's mapping at `path` takes."""
    found: Any = model
    for step in path:
        if isinstance(found, type) and issubclass(found, BaseModel):
            found = _inner(found.model_fields[str(step)].annotation)
        else:
            found = _inner(get_args(found)[-1])
    return [field.alias or name for name, field in found.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """A type without `| None`, without metadata, and a list as its item's type."""
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    if type(None) in get_args(annotation):
        return _inner(arguments[0])
    return annotation if get_origin(annotation) is not None or isinstance(annotation, type) else arguments[0]
