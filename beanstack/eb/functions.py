"""CloudFormation's functions in place of a value: the patterns of their short forms, and the resources they name.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGICAL_ID = r"[A-Za-z0-9]{1,255}"
# `${Name}` and `${Name.Attribute}`; `${!Name}` is left as it is.
VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
FORMS = {
    "Ref": (rf"(AWS::[A-Za-z]+|{LOGICAL_ID})", "!Ref Name"),
    "GetAtt": (rf"{LOGICAL_ID}\.[A-Za-z0-9.]+", "!GetAtt Name.Attribute"),
    "ImportValue": (r"[A-Za-z0-9:-]+", "!ImportValue export-name"),
    "Sub": (r"[^\x00-\x1f\x7f]+", '!Sub "text with ${Name}"'),
}
PSEUDO_PARAMETERS = (
    *("AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition"),
    *("AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"),
)


class Function(NamedTuple):
    """A function of CloudFormation with one text as its argument, as in `!Ref Name`."""

    name: str
    argument: str

    def __str__(self) -> str:
        return f"!{self.name} {self.argument}"

    @property
    def fault(self) -> str:
        """The problem with the function itself, not with the resources that it names; empty if there is none."""
        if self.name not in FORMS:
            return f"expected {', '.join(f'!{name}' for name in FORMS)} or a value, found !{self.name}"
        pattern, example = FORMS[self.name]
        return "" if re.fullmatch(pattern, self.argument) else f"expected {example}, found {self}"

    @property
    def names(self) -> list[str]:
        """The resources and pseudo parameters that the function names, without attributes."""
        return list(named({"Ref" if self.name == "Ref" else f"Fn::{self.name}": self.argument}))


def named(value: Any) -> Iterator[str]:
    """Yield the resources and pseudo parameters that the functions in a value of a template name."""
    if isinstance(value, dict):
        for key, argument in value.items():
            if key == "Ref" and isinstance(argument, str):
                yield argument
            elif key == "Fn::GetAtt" and argument:
                yield argument.partition(".")[0] if isinstance(argument, str) else str(argument[0])
            elif key == "Fn::Sub":
                yield from _substituted(argument)
            else:
                yield from named(argument)
    elif isinstance(value, list):
        for item in value:
            yield from named(item)


def _substituted(argument: Any) -> Iterator[str]:
    """Yield what a text of Fn::Sub names, except for the names that it brings along."""
    text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    for found in VARIABLE.findall(text):
        if found not in own:
            yield found.partition(".")[0]
    yield from named(own)
