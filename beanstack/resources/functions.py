"""Functions of CloudFormation, as config has them and as troposphere has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, ImportValue, Ref, Sub

from beanstack.eb.functions import Function

if TYPE_CHECKING:
    from troposphere import AWSHelperFn


def in_template(value: Any) -> Any:
    """Return a value as troposphere has it: functions of config as its own, other values unchanged."""
    return _helper(value) if isinstance(value, Function) else value


def _helper(function: Function) -> AWSHelperFn:
    """Return a function as troposphere has it."""
    match function.name:
        case "Ref":
            return Ref(function.argument)
        case "GetAtt":
            return GetAtt(*function.argument.split(".", 1))
        case "ImportValue":
            return ImportValue(function.argument)
        case _:
            return Sub(function.argument)
