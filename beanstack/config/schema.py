"""What a model says of settings: pydantic's findings in plain words, and keys that the model does not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from beanstack.config.keys import needless_nulls, unknown_keys
from beanstack.config.merge import plain
from beanstack.config.model import Model
from beanstack.eb.findings import Finding, shown, suggestion
from beanstack.eb.options.meant import word_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from beanstack.eb.findings import Path
    from beanstack.text.document import Node

WORD = re.compile(r"'([^']*)'")
Made = TypeVar("Made", bound=Model)


def _not_allowed(expected: str, value: object) -> str:
    """Return what a value may be, with the word that is probably meant."""
    near = word_meant(value, WORD.findall(expected)) if isinstance(value, str) else None
    return f"expected {expected}, found {shown(value)}{suggestion(near)}"


def _text(error: ErrorDetails) -> str:
    value = shown(error["input"])
    hint = f'; write "{value}" in quotes' if isinstance(error["input"], int | float) else ""
    return f"expected a string, found {value}{hint}"


def _entries(error: ErrorDetails) -> str:
    least, found = error["ctx"]["min_length"], error["ctx"]["actual_length"]
    return f"needs at least {least} {'entry' if least == 1 else 'entries'}, has {found or 'none'}"


WORDING: Mapping[str, Callable[[ErrorDetails], str]] = {
    "beanstack": lambda error: error["msg"],
    "missing": lambda _: "is missing",
    "string_type": _text,
    "int_type": lambda error: f"expected a whole number, found {shown(error['input'])}",
    "bool_type": lambda error: f"expected true or false, found {shown(error['input'])}",
    "dict_type": lambda error: f"expected a mapping, found {shown(error['input'])}",
    "tuple_type": lambda error: f"expected a list, found {shown(error['input'])}",
    "model_type": lambda error: f"expected a mapping, found {shown(error['input'])}",
    "literal_error": lambda error: _not_allowed(error["ctx"]["expected"], error["input"]),
    "greater_than_equal": lambda error: f"must be at least {error['ctx']['ge']}, found {error['input']}",
    "less_than_equal": lambda error: f"must be at most {error['ctx']['le']}, found {error['input']}",
    "too_short": _entries,
    "too_long": lambda error: f"takes at most {error['ctx']['max_length']} entries",
    "string_too_long": lambda error: f"takes at most {error['ctx']['max_length']} characters",
    "string_too_short": lambda _: "must not be empty",
}


def checked(model: type[Made], node: Node, defaults: Node | None = None) -> tuple[Made | None, list[Finding]]:
    """Return the settings that a model makes of a tree, None if it finds mistakes, and these.

    `defaults` is what the tree's nulls may remove entries of.
    """
    unknown = list(unknown_keys(model, node))
    findings = [key.finding for key in unknown] + list(needless_nulls(model, node, defaults))
    # What is missing because its key is misspelt is reported once.
    misspelt = {(*key.path[:-1], key.meant) for key in unknown}
    made: Made | None = None
    try:
        # The unknown keys are known already, and must not hide what is wrong with the others of their section.
        made = model.model_validate(plain(node), extra="ignore")
    except ValidationError as error:
        for finding in _explained(error.errors(include_url=False)):
            is_there = not node.nearest(finding.path)[1]
            if is_there or finding.path not in misspelt:
                findings.append(finding)
    if findings:
        return None, findings
    return made, []


def _explained(details: Sequence[ErrorDetails]) -> Iterator[Finding]:
    for detail in details:
        path = detail["loc"]
        if path and path[-1] == "[key]":
            yield Finding(path[:-1], f"invalid key: {_wording(detail)}", at_key=True)
        elif detail["type"] != "too_short" or not any(_is_below(path, other["loc"]) for other in details):
            culprits = [(*path, key) for key in detail.get("ctx", {}).get("keys", ())] or [path]
            yield Finding(culprits[0], _wording(detail), also=tuple(culprits[1:]))


def _is_below(path: Path, other: Path) -> bool:
    """Return whether `other` is an entry of the list at `path`; pydantic counts the valid ones only."""
    return len(other) > len(path) and other[: len(path)] == path


def _wording(error: ErrorDetails) -> str:
    wording = WORDING.get(error["type"])
    return wording(error) if wording else error["msg"]
