"""Evaluation of a template's conditions when some parameters are known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cfnlint.helpers import is_function

from beanstack.eb.truth import contrary, every, some
from beanstack.lint.rules.references import VARIABLE, references
from beanstack.lint.rules.worlds import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beanstack.lint.rules.worlds import World


def truth(world: World, conditions: Any, name: str, above: tuple[str, ...] = ()) -> bool | None:
    """Return whether a condition is true, or None if that depends on what is unknown; `above` finds circles."""
    if name in above or not isinstance(conditions, dict):
        return None
    return _holds(world, conditions, conditions.get(name), (*above, name))


def _holds(world: World, conditions: Any, condition: Any, above: tuple[str, ...]) -> bool | None:
    if not isinstance(condition, dict) or len(condition) != 1:
        return None
    match condition:
        case {"Condition": str() as name}:
            return truth(world, conditions, name, above)
        case {"Fn::Equals": [left, right]}:
            return _equal(_pattern(world, left), _pattern(world, right))
        case {"Fn::And": [*branches]}:
            return every(_holds(world, conditions, branch, above) for branch in branches)
        case {"Fn::Or": [*branches]}:
            return some(_holds(world, conditions, branch, above) for branch in branches)
        case {"Fn::Not": [branch]}:
            return contrary(_holds(world, conditions, branch, above))
    return None


def _equal(left: Sequence[str], right: Sequence[str]) -> bool | None:
    """Return whether two values are equal, each given as its known parts between the unknown ones."""
    if len(left) == len(right) == 1:
        return left == right
    if len(left) > 1 and len(right) > 1:
        return None
    known, parts = sorted((left, right), key=len)
    pattern = ".*".join(map(re.escape, parts))
    if re.fullmatch(pattern, known[0], re.DOTALL):
        return None
    return False


def _pattern(world: World, value: Any) -> Sequence[str]:
    """Return the known parts of a value; `["", ""]` if all of it is unknown."""
    # cfn-lint makes up a region and an account, so a value that depends on them is unknown here.
    made_up = [name for name in references(value) if name.startswith("AWS::") and name not in world.known]
    if not made_up:
        text = world.text(Node(value, ()))
        if text is not None:
            return [text]
    match is_function(value):
        case "Fn::Sub", str() as text if "${!" not in text:
            return _substituted(world, text)
        case "Fn::Join", [separator, [*items]]:
            return _joined(world, str(separator), items)
    return ["", ""]


def _substituted(world: World, text: str) -> list[str]:
    parts = [""]
    for index, piece in enumerate(VARIABLE.split(text)):
        is_variable = index % 2 == 1  # re.split returns text and group in turns
        if not is_variable:
            parts[-1] += piece
        elif piece.strip() in world.known:
            parts[-1] += world.known[piece.strip()]
        else:
            parts.append("")
    return parts


def _joined(world: World, separator: str, items: Sequence[Any]) -> list[str]:
    parts = [""]
    for index, item in enumerate(items):
        first, *rest = _pattern(world, item)
        if index:
            parts[-1] += separator
        parts[-1] += first
        parts += rest
    return parts
