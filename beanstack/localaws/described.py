"""The settings of a running environment as DescribeConfigurationSettings answers: set, filled in and computed.

What EB fills in is in `beanstack/eb/options/filled.py`; this module adds what depends on the environment's identity.
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationSettings.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, INSTANCES, LAUNCH, LOAD_BALANCER, PARAMETERS, PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.filled import resource_name
from beanstack.eb.options.keys import Key
from beanstack.localaws.ownstack.options import Options
from beanstack.localaws.ownstack.parts import BALANCER_GROUP, INSTANCES_GROUP, group_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.api import Record
    from beanstack.localaws.environment import Environment

HIDDEN = "********"
GROUPS = "SecurityGroups"
BALANCERS = (CLASSIC_LOAD_BALANCER, LOAD_BALANCER)


def described(environment: Environment, bundle: bytes | None) -> list[Record]:
    """Return all settings of an environment that runs a bundle as ConfigurationOptionSettings, in a stable order."""
    table = Options(environment, bundle).table
    table |= computed(environment, table) | parameters(table)
    return [_record(name, value) for name, value in sorted(table.items())]


def computed(environment: Environment, table: Mapping[Key, str | None]) -> dict[Key, str]:
    """Return what EB makes for this environment: its security groups, and its platform's image."""
    found = {}
    image, groups = Key(LAUNCH, "ImageId"), Key(LAUNCH, GROUPS)
    if not table.get(image):
        found[image] = environment.platform.image
    if table.get(Key(LAUNCH, "DisableDefaultEC2SecurityGroup")) != "true":
        # EB's own group stays beside those that are set: https://github.com/hashicorp/terraform/pull/4691
        own = group_name(environment, INSTANCES_GROUP)
        found[groups] = ",".join(filter(None, (own, table.get(groups))))
    own_group = environment.resources.get(BALANCER_GROUP)
    for namespace in BALANCERS:
        name = Key(namespace, GROUPS)
        if own_group and name in table and not table[name]:
            found[name] = own_group["PhysicalId"]
    return found


def parameters(table: Mapping[Key, str | None]) -> dict[Key, str | None]:
    """Return the parameters of EB's own stack, which repeat every property in plain text."""
    assets = "https://elasticbeanstalk-platform-assets.s3.amazonaws.com/stalks/local"
    properties = {name.option: value or "" for name, value in table.items() if name.namespace == PROPERTIES}
    family = (table[Key(INSTANCES, "InstanceTypes")] or "").partition(".")[0]
    values = {
        "AppSource": f"{assets}/sampleapp/EBSampleApp-ECS.zip",
        "EnvironmentVariables": ",".join(f"{name}={value}" for name, value in sorted(properties.items())) or None,
        "HooksPkgUrl": f"{assets}/lib/hooks.tar.gz",
        "InstancePort": "80",
        "InstanceTypeFamily": family,
    }
    return {Key(PARAMETERS, name): value for name, value in values.items()}


def _record(name: Key, value: str | None) -> Record:
    record = {"Namespace": name.namespace, "OptionName": name.option}
    resource = name.resource or resource_name(name.namespace, name.option)
    if resource:
        record["ResourceName"] = resource
    known = facts().find_option(name.namespace, name.option)
    if value is not None:
        record["Value"] = HIDDEN if known and known.sensitive else value
    return record
