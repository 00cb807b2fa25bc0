"""Whether a condition of a template is true where some parameters are known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.lint.rules.references import references
from beanstack.lint.rules.worlds import Node
from beanstack.lint.truth import contrary, every, some

if TYPE_CHECKING:
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
        left, right = (_text(world, value) for value in given)
        return None if left is None or right is None else left == right
    inner = (_holds(world, conditions, branch, above) for branch in given)
    match function:
        case "Fn::And":
            return every(inner)
        case "Fn::Or":
            return some(inner)
        case "Fn::Not":
            return contrary(every(inner))
    return None


def _text(world: World, value: Any) -> str | None:
    """What a value comes to; of region and account, which cfn-lint makes up, only what this world says."""
    if any(name.startswith("AWS::") and name not in world.known for name in references(value)):
        return None
    return world.text(Node(value, ()))
