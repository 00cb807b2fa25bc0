"""Pydantic's findings in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from beanstack.config.errors import Finding, shown, unknown_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from beanstack.config.model import Model


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


def findings(model: type[Model], values: object) -> Iterator[Finding]:
    """Every mistake that pydantic finds in the data of `model`."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        yield from _explained(model, error)


def _explained(model: type[Model], error: ValidationError) -> Iterator[Finding]:
    for detail in error.errors(include_url=False):
        path, kind = detail["loc"], detail["type"]
        if path and path[-1] == "[key]":
            yield Finding(path[:-1], f"as a name: {_wording(detail)}", at_key=True)
        elif kind == "extra_forbidden":
            yield unknown_key(path, _keys(model, path[:-1]))
        else:
            guilty = [(*path, key) for key in detail.get("ctx", {}).get("keys", ())] or [path]
            yield Finding(guilty[0], _wording(detail), also=tuple(guilty[1:]))


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
            found = _inner(next(item for item in reversed(get_args(found)) if item is not ...))
    by_name = found.model_config.get("validate_by_name")
    return [name if by_name else field.alias or name for name, field in found.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """A type without `| None`, without metadata, and a list as its item's type."""
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    if type(None) in get_args(annotation):
        return _inner(arguments[0])
    return annotation if get_origin(annotation) is not None or isinstance(annotation, type) else arguments[0]
