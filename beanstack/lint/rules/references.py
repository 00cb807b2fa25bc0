"""The names that a template's values refer to: parameters, conditions, resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cfnlint.template import Template

# What an environment is made with is judged with it.
FOLLOWED = ("AWS::ElasticBeanstalk::ConfigurationTemplate", "AWS::IAM::InstanceProfile", "AWS::IAM::Role")
VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")


def made_with(template: Template, resource: Any) -> list[Any]:
    """A resource, and those that it is made with, in their order."""
    found: dict[str, Any] = {}
    _collect(template.template.get("Resources"), resource, found)
    return [resource, *(further for further in found.values() if further is not None)]


def condition_names(template: Template, used: Iterable[str]) -> list[str]:
    """Which of some names are conditions, with those that they refer to themselves."""
    found: dict[str, Any] = {}
    for name in used:
        _collect(template.template.get("Conditions"), {"Condition": name}, found)
    return [name for name in found if name in template.context.conditions.conditions]


def _collect(section: Any, value: Any, found: dict[str, Any]) -> None:
    """Collects by name what a value refers to, None where it is not followed."""
    for name in references(value):
        if name in found:
            continue
        further = section.get(name) if isinstance(section, dict) else None
        kind = further.get("Type") if isinstance(further, dict) else None
        found[name] = further if kind is None or kind in FOLLOWED else None
        _collect(section, found[name], found)


def references(value: Any) -> Iterator[str]:
    """The names that a value refers to by itself."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("Ref", "Condition") and isinstance(item, str):
                yield item
            elif key == "Fn::GetAtt":
                name = item[0] if isinstance(item, list) and item else item
                yield from [name.partition(".")[0]] if isinstance(name, str) else []
            elif key == "Fn::Sub":
                text = item[0] if isinstance(item, list) and item else item
                yield from (name.strip() for name in VARIABLE.findall(text if isinstance(text, str) else ""))
            elif key == "Fn::If" and isinstance(item, list) and item and isinstance(item[0], str):
                yield item[0]
            yield from references(item)
