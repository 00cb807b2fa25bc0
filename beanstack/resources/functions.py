"""Functions of CloudFormation, as config has them and as troposphere has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import GetAtt, ImportValue, Ref, Sub

if TYPE_CHECKING:
    from troposphere import AWSHelperFn

    from beanstack.eb.functions import Function


def helper(function: Function) -> AWSHelperFn:
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
