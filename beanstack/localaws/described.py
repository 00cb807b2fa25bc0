"""The settings of a running environment as DescribeConfigurationSettings answers: set, filled in and computed.

What EB fills in is in `beanstack/eb/options/filled.py`; this module adds what depends on the environment's identity.
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationSettings.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, INSTANCES, LAUNCH, LOAD_BALANCER, PARAMETERS, PROPERTIES
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.filled import filled, resource_name
from beanstack.eb.options.keys import Key, key
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.extensions import ExtensionsError, option_settings
from beanstack.localaws.platforms import ECS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.api import Record
    from beanstack.localaws.environment import Environment

HIDDEN = "********"
GROUPS = "SecurityGroups"
BALANCERS = (CLASSIC_LOAD_BALANCER, LOAD_BALANCER)


def described(environment: Environment, bundle: bytes | None) -> list[Record]:
    """Return all settings of an environment that runs a bundle as ConfigurationOptionSettings, in a stable order."""
    given = {**_of_extensions(bundle), **{Key(*name): value for name, value in environment.settings.items()}}
    # An empty value means the default, except in a property, which may be empty.
    set_here = {name: value for name, value in given.items() if value or name.namespace == PROPERTIES}
    plain = {(name.namespace, name.option): value for name, value in set_here.items() if not name.resource}
    tier = BY_NAME.get(environment.tier["Name"], WEB)
    everything = filled(plain, tier.id, str(ECS.id))
    table: dict[Key, str | None] = {Key(*pair): value for pair, value in everything.items()}
    table |= {name: value for name, value in set_here.items() if name.resource}
    table |= computed(environment, table) | parameters(table)
    return [_record(name, value) for name, value in sorted(table.items())]


def _of_extensions(bundle: bytes | None) -> dict[Key, str]:
    """Return the options that a bundle sets; none of a bundle that a test made up."""
    try:
        settings = option_settings(bundle or b"")
    except ExtensionsError:
        return {}
    return {key(one.namespace, one.option, one.resource): one.value for one in settings if one.value is not None}


def computed(environment: Environment, table: Mapping[Key, str | None]) -> dict[Key, str]:
    """Return what EB makes for this environment: its security groups, and its platform's image."""
    found = {}
    image, groups = Key(LAUNCH, "ImageId"), Key(LAUNCH, GROUPS)
    if not table.get(image):
        found[image] = environment.platform.image
    if table.get(Key(LAUNCH, "DisableDefaultEC2SecurityGroup")) != "true":
        # EB's own group stays beside those that are set: https://github.com/hashicorp/terraform/pull/4691
        own = f"awseb-{environment.id}-stack-AWSEBSecurityGroup-{_digest(environment.id)[:12]}"
        found[groups] = ",".join(filter(None, (own, table.get(groups))))
    for namespace in BALANCERS:
        name = Key(namespace, GROUPS)
        if name in table and not table[name]:
            found[name] = own_resources(environment)["AWSEBLoadBalancerSecurityGroup"][1]
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


def own_resources(environment: Environment) -> dict[str, tuple[str, str]]:
    """Return the type and the physical ID of the resources in EB's own stack that settings name, by logical ID."""
    group = "AWS::EC2::SecurityGroup"
    logical = {
        "AWSEBAutoScalingGroup": ("AWS::AutoScaling::AutoScalingGroup", f"awseb-{environment.id}-stack-group"),
        "AWSEBSecurityGroup": (group, f"sg-0{_digest(environment.id)[:16]}"),
    }
    if BY_NAME.get(environment.tier["Name"], WEB).serves_requests:
        logical["AWSEBLoadBalancerSecurityGroup"] = (group, f"sg-0{_digest(environment.id + ' balancer')[:16]}")
    if environment.database:
        logical["AWSEBRDSDatabase"] = ("AWS::RDS::DBInstance", environment.database)
    return logical


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _record(name: Key, value: str | None) -> Record:
    record = {"Namespace": name.namespace, "OptionName": name.option}
    resource = name.resource or resource_name(name.namespace, name.option)
    if resource:
        record["ResourceName"] = resource
    known = facts().find_option(name.namespace, name.option)
    if value is not None:
        record["Value"] = HIDDEN if known and known.sensitive else value
    return record
