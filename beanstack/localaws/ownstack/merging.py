"""The `Resources` of a bundle's `.ebextensions`, merged into what EB itself puts into the stack of an environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.options.keys import key
from beanstack.eb.stackresources import PREFIX, stack_resources
from beanstack.extensions import ExtensionsError, files_of, section
from beanstack.localaws.api import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.ownstack.options import Options
    from beanstack.localaws.ownstack.parts import Resource, Resources

GET_OPTION: Final = "Fn::GetOptionSetting"
FUNCTIONS: Final = ("Ref", "Fn::GetAtt", "Fn::Join", GET_OPTION)
CUSTOM: Final = "aws:elasticbeanstalk:customoption"
# EB names the listeners of other ports after the port; bundles that add one do so too.
LISTENER: Final = re.compile(r"AWSEBV2LoadBalancerListener[0-9]+")
LISTENER_TYPE: Final = "AWS::ElasticLoadBalancingV2::Listener"


def merged(own: Resources, options: Options, bundle: bytes | None) -> Resources:
    """Return EB's own resources with those of a bundle, its functions that EB resolves resolved.

    Raise OperationError for what EB or CloudFormation would refuse.
    """
    found = deepcopy(own)
    try:
        files = files_of(bundle or b"")
    except ExtensionsError:
        return found  # a bundle that a test made up
    try:
        sections = list(section(files, "Resources"))
    except ExtensionsError as error:
        raise OperationError(f"The configuration file {error}. Update the configuration file.") from None
    for path, resources in sections:
        for name, resource in _mapping(path, "Resources", resources).items():
            if not isinstance(resource, dict):
                raise OperationError(f"{path}: Resources: {name}: expected a mapping")
            resolved = _resolved(resource, options, f"{path}: Resources: {name}")
            found[name] = _with(found.get(name), name, resolved)
    return found


def _with(before: Resource | None, name: str, given: Mapping[str, Any]) -> Resource:
    """Return a resource with what a bundle says of it: attributes and single properties replace those before."""
    kind = given.get("Type", before["Type"] if before else None)
    _check(before, name, kind)
    base = before or {}
    properties = {**base.get("Properties", {}), **_mapping(name, "Properties", given.get("Properties"))}
    return {**base, **given, "Type": kind, "Properties": properties}


def _check(before: Resource | None, name: str, kind: Any) -> None:
    """Refuse a resource without a type, one of EB's with another type, and a name like EB's that EB does not know."""
    expected = before["Type"] if before else ""
    if not expected and name in stack_resources():
        expected = stack_resources()[name].type
    if LISTENER.fullmatch(name):
        expected = LISTENER_TYPE
    if name.startswith(PREFIX) and not expected:
        raise OperationError(f"The environment has no resource named {name}, and EB has no resource of that name.")
    if not isinstance(kind, str):
        message = f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
        raise OperationError(_of_formation(message))
    if expected and kind != expected:
        raise OperationError(f"The type of {name} is {expected}, which cannot become {kind}.")


def _resolved(value: Any, options: Options, place: str) -> Any:
    """Return a value with the options that it names; CloudFormation resolves the other functions.

    Raise OperationError for a function that EB does not support.
    """
    if isinstance(value, list):
        return [_resolved(item, options, place) for item in value]
    if not isinstance(value, dict):
        return value
    for name in value:
        if str(name).startswith("Fn::") and name not in FUNCTIONS:
            supported = ", ".join(FUNCTIONS)
            raise OperationError(f"{place}: {name} is not supported here. The functions are {supported}.")
    if GET_OPTION in value:
        return _option(_mapping(place, GET_OPTION, value[GET_OPTION]), options, place)
    return {name: _resolved(item, options, place) for name, item in value.items()}


def _option(asked: Mapping[str, Any], options: Options, place: str) -> Any:
    """Return the value of an option or, if it has none, the default that the function names."""
    namespace, name = str(asked.get("Namespace", CUSTOM)), str(asked.get("OptionName", ""))
    if not name:
        raise OperationError(f"{place}: {GET_OPTION} needs an OptionName.")
    found = options.table.get(key(namespace, name))
    if found:
        return found
    if "DefaultValue" not in asked:
        raise OperationError(f"{place}: option {name} of {namespace} has no value, and {GET_OPTION} no DefaultValue.")
    return asked["DefaultValue"]


def _mapping(place: str, name: str, given: Any) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise OperationError(f"{place}: {name}: expected a mapping")
    return given


def _of_formation(message: str) -> str:
    """Return a message of CloudFormation in the way in which EB's events show it."""
    return f"Service:AmazonCloudFormation, Message:{message}"
