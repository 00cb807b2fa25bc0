"""The names that a template's values refer to: parameters, conditions, resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cfnlint.template import Template

# Resources whose properties matter to the checks of the environment that refers to them.
FOLLOWED = ("AWS::ElasticBeanstalk::ConfigurationTemplate", "AWS::IAM::InstanceProfile", "AWS::IAM::Role")
VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")


def made_with(template: Template, resource: Any) -> list[Any]:
    """Return a resource and those that it refers to and that are checked with it, in their order."""
    found: dict[str, Any] = {}
    _collect(template.template.get("Resources"), resource, found)
    return [resource, *(further for further in found.values() if further is not None)]


def condition_names(template: Template, used: Iterable[str]) -> list[str]:
    """Return those of some names that are conditions, with the conditions that they refer to."""
    found: dict[str, Any] = {}
    for name in used:
        _collect(template.template.get("Conditions"), {"Condition": name}, found)
    return [name for name in found if name in template.context.conditions.conditions]


def _collect(section: Any, value: Any, found: dict[str, Any]) -> None:
    """Collect by name what a value refers to, None if it is not followed."""
    for name in references(value):
        if name in found:
            continue
        further = section.get(name) if isinstance(section, dict) else None
        kind = further.get("Type") if isinstance(further, dict) else None
        found[name] = further if kind is None or kind in FOLLOWED else None
        _collect(section, found[name], found)


def references(value: Any) -> Iterator[str]:
    """Yield the names that a value refers to itself."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            match key, item:
                case "Ref" | "Condition", str() as name:
                    yield name
                case "Fn::GetAtt", (str() as name) | [str() as name, *_]:
                    yield name.partition(".")[0]
                case "Fn::Sub", (str() as text) | [str() as text, *_]:
                    yield from map(str.strip, VARIABLE.findall(text))
                case "Fn::If", [str() as name, *_]:
                    yield name
            yield from references(item)
