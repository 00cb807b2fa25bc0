"""Resources in the stack that EB makes for an environment, which none of our templates can reach.

They become `Resources` in the bundle's `.ebextensions/resources.config`. A resource with the logical ID of one of EB's
own changes the properties that it names; any other is added:
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GenericHelperFn, encode_to_dict

from beanstack.eb.namespaces import CUSTOM
from beanstack.resources import database, listener, scaling

if TYPE_CHECKING:
    from collections.abc import Callable

    from troposphere import AWSObject

    from beanstack.config import Environment

CONTRIBUTIONS: tuple[Callable[[Environment], list[AWSObject]], ...] = (
    database.protected,
    listener.redirect,
    scaling.group,
)


def custom_option(name: str) -> GenericHelperFn:
    """Return the value of an option of `aws:elasticbeanstalk:customoption`, which our template sets.

    So a value that our stack knows, such as an ARN, reaches EB's stack, and the bundle stays free of it:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html
    """
    return GenericHelperFn({"Fn::GetOptionSetting": {"Namespace": CUSTOM, "OptionName": name}})


def resources(environment: Environment) -> dict[str, Any]:
    """Return the resources of an environment by their logical IDs, as JSON.

    One that changes a resource of EB's own has neither what the type requires nor troposphere's validation of it.
    """
    found = [resource for contribution in CONTRIBUTIONS for resource in contribution(environment)]
    return {resource.title: encode_to_dict(resource) for resource in sorted(found, key=lambda each: str(each.title))}
