"""Default actions that a bundle's `Resources` give to the listeners of EB's load balancer, such as a redirect.

EB has no option for them, so `.ebextensions` change the listeners in EB's own stack.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/configuring-https-httpredirect.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.run.balancer.routing import Fixed, Redirect
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.run.balancer.routing import Action

LISTENER = re.compile(r"AWSEBV2LoadBalancerListener(\d*)")  # EB's own names; without a number it is that of port 80


def default_actions(resources: Mapping[str, Mapping[str, Any]]) -> dict[int, list[Any]]:
    """Return the DefaultActions of each listener among some resources, by port; raise RunError if one is invalid."""
    found = {}
    for name, resource in resources.items():
        listener = LISTENER.fullmatch(name)
        properties = resource.get("Properties", {})
        if not listener or "DefaultActions" not in properties:
            continue
        given = properties["DefaultActions"]
        try:
            action(given)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise RunError(f".ebextensions: the DefaultActions of {name} cannot be read") from None
        found[int(listener[1] or 80)] = given
    return found


def action(given: list[Any]) -> Action | None:
    """Return the action that answers a request; None if that is to forward it, of which options say where to."""
    [*_, last] = given
    if last["Type"] == "redirect":
        config = last["RedirectConfig"]
        words = {"Protocol": "protocol", "Host": "host", "Port": "port", "Path": "path", "Query": "query"}
        parts = {words[name]: str(value) for name, value in config.items() if name in words}
        return Redirect(int(config["StatusCode"].removeprefix("HTTP_")), **parts)
    if last["Type"] == "fixed-response":
        config = last["FixedResponseConfig"]
        kind, text = config.get("ContentType", "text/plain"), config.get("MessageBody", "")
        return Fixed(int(config["StatusCode"]), str(kind), str(text))
    return None
