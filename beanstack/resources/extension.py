"""Resources in the stack that EB makes for an environment, which none of our templates can reach.

They become `Resources` in the bundle's `.ebextensions/resources.config`. A resource with the logical ID of one of EB's
own changes the properties that it names; any other is added:
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import encode_to_dict

from beanstack.resources import database, redirection, scaling, waf

if TYPE_CHECKING:
    from collections.abc import Callable

    from troposphere import AWSObject

    from beanstack.config import Environment

CONTRIBUTIONS: tuple[Callable[[Environment], list[AWSObject]], ...] = (
    database.protected,
    redirection.listener,
    scaling.group,
    waf.association,
)


def resources(environment: Environment) -> dict[str, Any]:
    """Return the resources of an environment by their logical IDs, as JSON.

    One that changes a resource of EB's own has neither what the type requires nor troposphere's validation of it.
    """
    made: dict[str, Any] = {}
    for contribution in CONTRIBUTIONS:
        for resource in contribution(environment):
            encoded = encode_to_dict(resource)
            made[str(resource.title)] = {"Type": encoded["Type"], **encoded}  # first what it is, for readers
    return dict(sorted(made.items()))
