"""What a mapping may give to a parameter of which only its user knows.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cfnlint.template import Template

    from beanstack.lint.rules.worlds import Node, Path

LIMITS = ("AllowedValues", "AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue")


def values(template: Template, function: Node) -> Iterator[tuple[Any, Path]]:
    """Each value that Fn::FindInMap may find below keys that are parameters without any limit, and its path.

    Nothing where a condition chooses the value or its resource, because it may be there to keep some of them out.
    """
    given = function.value.get("Fn::FindInMap")
    if not isinstance(given, list) or len(given) != 3 or _is_chosen(template.template, function.path):
        return
    name, *keys = given
    mapping = _inside(template.template, ("Mappings", name)) if isinstance(name, str) else None
    for first, row in mapping.items() if isinstance(mapping, dict) else ():
        for second, value in row.items() if isinstance(row, dict) else ():
            if _may_be(template.template, keys[0], first) and _may_be(template.template, keys[1], second):
                yield value, ("Mappings", name, first, second)


def _may_be(template: Mapping[str, Any], key: Any, one: str) -> bool:
    if isinstance(key, str):
        return key == one
    name = key.get("Ref") if isinstance(key, dict) and len(key) == 1 else None
    parameter = _inside(template, ("Parameters", name)) if isinstance(name, str) else None
    return isinstance(parameter, dict) and parameter.get("Type") == "String" and not any(map(parameter.get, LIMITS))


def _is_chosen(template: Mapping[str, Any], path: Path) -> bool:
    return "Fn::If" in path or _inside(template, (*path[:2], "Condition")) is not None


def _inside(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
