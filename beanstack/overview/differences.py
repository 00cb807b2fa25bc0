"""The keys whose values differ between an application's environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from beanstack.overview.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.config import Environment

UNSET = "not set"


def rows(environments: Mapping[str, Environment]) -> Iterator[list[str]]:
    """Yield a row for each key that differs, with its value in each environment."""
    found = [{**dict(_leaves(environment, "")), **_functions(environment)} for environment in environments.values()]
    for key in dict.fromkeys(key for leaves in found for key in leaves):
        values = [leaves.get(key, UNSET) for leaves in found]
        if key != "name" and len({*values}) > 1:
            yield [code(key), *values]


def _functions(environment: Environment) -> dict[str, str]:
    """Return the properties and options that CloudFormation resolves, by their paths."""
    return {".".join(map(str, path)): code(str(function)) for path, function in environment.functions.items()}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the values below a key, by their paths."""
    entries: Mapping[str, Any] | None = None
    if isinstance(value, BaseModel):
        entries = {key: getattr(value, key) for key, field in type(value).model_fields.items() if not field.exclude}
    elif hasattr(value, "items"):
        entries = value
    if entries is None:
        yield path, _shown(value)
        return
    for key, item in entries.items():
        yield from _leaves(item, f"{path}.{key}" if path else key)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return UNSET
    return str(value).lower() if isinstance(value, bool) else code(_text(value))


def _text(value: Any) -> str:
    """Return a value as a configuration has it on one line; of a section, the keys that are set."""
    if isinstance(value, BaseModel):
        given = [key for key in type(value).model_fields if key in value.model_fields_set]
        return f"{{{', '.join(f'{key}: {_text(getattr(value, key))}' for key in given)}}}"
    if type(value) is tuple:
        return f"[{', '.join(map(_text, value))}]"
    return str(value)
