"""Values that our stack knows, for the resources in EB's own stack."""

from __future__ import annotations

from troposphere import GenericHelperFn

from beanstack.eb.namespaces import CUSTOM


def custom_option(name: str) -> GenericHelperFn:
    """Return the value of an option of `aws:elasticbeanstalk:customoption`, which our template sets.

    So a value that our stack knows, such as an ARN, reaches EB's stack, and the bundle stays free of it:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html
    """
    return GenericHelperFn({"Fn::GetOptionSetting": {"Namespace": CUSTOM, "OptionName": name}})
