"""The names that a template's values refer to: parameters, conditions, resources.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfnlint.template import Template

# What an environment is made with is judged with it.
FOLLOWED = ("AWS::ElasticBeanstalk::ConfigurationTemplate", "AWS::IAM::InstanceProfile", "AWS::IAM::Role")
VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")


def names(template: Template, resource: Any) -> list[str]:
    """The names that a resource refers to, also by way of what it is made with, in their order."""
    return [*_collected(template, "Resources", resource, {})]


def condition_names(template: Template, used: list[str]) -> list[str]:
    """Which of some names are conditions, with those that they refer to themselves."""
    found: dict[str, None] = {}
    for name in used:
        _collected(template, "Conditions", {"Condition": name}, found)
    return [name for name in found if name in template.context.conditions.conditions]


def _collected(template: Template, section: str, value: Any, found: dict[str, None]) -> dict[str, None]:
    for name in references(value):
        if name in found:
            continue
        found[name] = None
        inside = template.template.get(section)
        further = inside.get(name) if isinstance(inside, dict) else None
        if section == "Conditions" or (isinstance(further, dict) and further.get("Type") in FOLLOWED):
            _collected(template, section, further, found)
    return found


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
