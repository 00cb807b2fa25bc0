"""Whether a condition of a template is true where some parameters are known.

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
    """Whether the condition of a name is true, None where that hangs on what is not known."""
    if name in above or not isinstance(conditions, dict):
        return None
    return _holds(world, conditions, conditions.get(name), (*above, name))


def _holds(world: World, conditions: Any, condition: Any, above: tuple[str, ...]) -> bool | None:
    if not isinstance(condition, dict) or len(condition) != 1:
        return None
    [(function, given)] = condition.items()
    if function == "Condition" and isinstance(given, str):
        return truth(world, conditions, given, above)
    if not isinstance(given, list):
        return None
    if function == "Fn::Equals" and len(given) == 2:
        return _equal(*(_pattern(world, value) for value in given))
    inner = (_holds(world, conditions, branch, above) for branch in given)
    match function:
        case "Fn::And":
            return every(inner)
        case "Fn::Or":
            return some(inner)
        case "Fn::Not":
            return contrary(every(inner))
    return None


def _equal(left: Sequence[str], right: Sequence[str]) -> bool | None:
    """Whether two values are the same, each as the texts that it has, in their order, between what is not known."""
    if len(left) == len(right) == 1:
        return left == right
    if len(left) > 1 and len(right) > 1:
        return None
    known, parts = sorted((left, right), key=len)
    pattern = ".*".join(map(re.escape, parts))
    return None if re.fullmatch(pattern, known[0], re.DOTALL) else False


def _pattern(world: World, value: Any) -> Sequence[str]:
    """The texts of a value between what is not known; region and account, which cfn-lint makes up, are not."""
    unknown = [name for name in references(value) if name.startswith("AWS::") and name not in world.known]
    text = None if unknown else world.text(Node(value, ()))
    if text is not None:
        return [text]
    function, given = is_function(value)
    if function == "Fn::Sub" and isinstance(given, str) and "${!" not in given:
        found = [""]
        for index, part in enumerate(VARIABLE.split(given)):
            if index % 2 and part.strip() not in world.known:
                found.append("")
            else:
                found[-1] += world.known[part.strip()] if index % 2 else part
        return found
    if function != "Fn::Join" or not isinstance(given, list) or len(given) != 2 or not isinstance(given[1], list):
        return ["", ""]
    between, found = str(given[0]), [""]
    for index, part in enumerate(given[1]):
        first, *rest = _pattern(world, part)
        found[-1] += (between if index else "") + first
        found += rest
    return found
