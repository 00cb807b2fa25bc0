"""The `Resources` of a bundle's `.ebextensions`, merged into what EB itself puts into the stack of an environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from beanstack.eb.namespaces import CUSTOM
from beanstack.eb.stackresources import PREFIX, stack_resources

Resources = dict[str, dict[str, Any]]
Value = Callable[[str, str], str | None]
"""A function that returns the value of an option, by namespace and name; None if it has none."""

GET_OPTION: Final = "Fn::GetOptionSetting"
FUNCTIONS: Final = ("Ref", "Fn::GetAtt", "Fn::Join", GET_OPTION)
# EB names the listeners of other ports after the port; bundles that add one do so too.
LISTENER: Final = re.compile(r"AWSEBV2LoadBalancerListener[0-9]+")
LISTENER_TYPE: Final = "AWS::ElasticLoadBalancingV2::Listener"


class MergeError(Exception):
    """Resources that EB or CloudFormation refuses; the message says where and why."""


def merged(own: Mapping[str, Any], sections: Iterable[tuple[str, Any]], value: Value) -> Resources:
    """Return EB's own resources with those of a bundle, given as the path and the `Resources` of each file, in order.

    The functions that EB itself resolves are resolved. Raise MergeError for what is refused.
    """
    found: Resources = deepcopy(dict(own))
    for path, resources in sections:
        place = f"{path}: Resources"
        for name, resource in _mapping(place, resources).items():
            resolved = _resolved(_mapping(f"{place}: {name}", resource), value, f"{place}: {name}")
            found[name] = _with(found.get(name), name, resolved)
    return found


def _with(before: Mapping[str, Any] | None, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource with what a bundle says of it: attributes and single properties replace those before."""
    base = before or {}
    kind = given.get("Type", base.get("Type"))
    _check(base.get("Type", ""), name, kind)
    properties = {**base.get("Properties", {}), **_mapping(f"{name}: Properties", given.get("Properties"))}
    return {**base, **given, "Type": kind, "Properties": properties}


def _check(expected: str, name: str, kind: Any) -> None:
    """Refuse a resource without a type, one of EB's with another type, and a name like EB's that EB does not know."""
    if not expected and LISTENER.fullmatch(name):
        expected = LISTENER_TYPE
    if not expected and name in stack_resources():
        expected = stack_resources()[name].type
    if name.startswith(PREFIX) and not expected:
        raise MergeError(f"The environment has no resource named {name}, and EB has no resource of that name.")
    if not isinstance(kind, str):
        message = f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
        raise MergeError(f"Service:AmazonCloudFormation, Message:{message}")
    if expected and kind != expected:
        raise MergeError(f"The type of {name} is {expected}, which cannot become {kind}.")


def _resolved(given: Any, value: Value, place: str) -> Any:
    """Return data with the options that it names; CloudFormation resolves the other functions."""
    if isinstance(given, list):
        return [_resolved(item, value, place) for item in given]
    if not isinstance(given, dict):
        return given
    for name in given:
        if str(name).startswith("Fn::") and name not in FUNCTIONS:
            supported = ", ".join(FUNCTIONS)
            raise MergeError(f"{place}: {name} is not supported here. The functions are {supported}.")
    if GET_OPTION in given:
        return _option(_mapping(f"{place}: {GET_OPTION}", given[GET_OPTION]), value, place)
    return {name: _resolved(item, value, place) for name, item in given.items()}


def _option(asked: Mapping[str, Any], value: Value, place: str) -> Any:
    """Return the value of an option or, if it has none, the default that the function names."""
    namespace, name = str(asked.get("Namespace", CUSTOM)), str(asked.get("OptionName", ""))
    if not name:
        raise MergeError(f"{place}: {GET_OPTION} needs an OptionName.")
    found = value(namespace, name)
    if found:
        return found
    if "DefaultValue" not in asked:
        raise MergeError(f"{place}: option {name} of {namespace} has no value, and {GET_OPTION} no DefaultValue.")
    return asked["DefaultValue"]


def _mapping(place: str, given: Any) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise MergeError(f"{place}: expected a mapping")
    return given
