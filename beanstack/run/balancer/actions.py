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
    from collections.abc import Iterable, Mapping

    from beanstack.run.balancer.routing import Action
    from beanstack.run.healthcheck import Options

LISTENER = re.compile(r"AWSEBV2LoadBalancerListener(\d*)")  # EB's own names; without a number it is that of port 80
CUSTOM = "aws:elasticbeanstalk:customoption"  # where Fn::GetOptionSetting looks by default
OPTION = "Fn::GetOptionSetting"


def default_actions(resources: Mapping[str, Any], options: Options) -> dict[int, list[Any]]:
    """Return the DefaultActions of each listener that some resources change, by port, without functions.

    Raise RunError if an action is invalid.
    """
    found = {}
    for name, resource in resources.items():
        listener = LISTENER.fullmatch(name)
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if not listener or not isinstance(properties, dict) or "DefaultActions" not in properties:
            continue
        try:
            given = _resolved(properties["DefaultActions"], options)
            action(given)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise RunError(f".ebextensions: the DefaultActions of {name} cannot be read") from None
        found[int(listener[1] or 80)] = given
    return found


def unread(resources: Iterable[str]) -> list[str]:
    """Return the resources of which nothing is read here."""
    return [name for name in resources if not LISTENER.fullmatch(name)]


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


def _resolved(given: Any, options: Options) -> Any:
    """Return a value with the options that it reads; KeyError if one is not set and has no default."""
    if isinstance(given, list):
        return [_resolved(item, options) for item in given]
    if not isinstance(given, dict):
        return given
    if given.keys() == {OPTION}:
        return _option(given[OPTION], options)
    return {name: _resolved(value, options) for name, value in given.items()}


def _option(asked: Any, options: Options) -> str:
    """Return the value of an option, or the default that is given with it.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html
    """
    if isinstance(asked, str):
        return options[CUSTOM, asked]
    value = options.get((asked.get("Namespace", CUSTOM), asked["OptionName"]))
    return str(asked["DefaultValue"] if value is None else value)
