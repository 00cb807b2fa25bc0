"""VPCs, subnets and security groups: whether those exist that resources and options name, as EC2 refuses others.

The engine has a default VPC with three subnets; others have to be made first, as on AWS.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, LAUNCH, LOAD_BALANCER, VPC
from beanstack.localaws.api import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.localaws.modules import Modules
    from beanstack.localaws.optionsettings import Settings


class Kind(NamedTuple):
    """A kind of ID: the engine's store, EC2's error code and its message.

    Where names are accepted beside IDs, `beginning` is how every ID begins.
    """

    store: str
    code: str
    message: str
    beginning: str = ""


SUBNET: Final = Kind("_subnets", "InvalidSubnetID.NotFound", "The subnet ID '{}' does not exist")
NETWORK: Final = Kind("_vpcs", "InvalidVpcID.NotFound", "The vpc ID '{}' does not exist")
GROUP: Final = Kind("_security_groups", "InvalidGroup.NotFound", "The security group '{}' does not exist", "sg-")

SERVICES: Final = (
    "AWS::AutoScaling::",
    "AWS::EC2::",
    "AWS::EFS::",
    "AWS::ElasticLoadBalancing::",
    "AWS::ElasticLoadBalancingV2::",
    "AWS::RDS::",
)
PROPERTIES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("SubnetId", "SubnetIds", "Subnets", "VPCZoneIdentifier"), SUBNET),
    "VpcId": NETWORK,
    **dict.fromkeys(("GroupId", "SecurityGroupIds", "SecurityGroups", "SourceSecurityGroupId"), GROUP),
    **dict.fromkeys(("DestinationSecurityGroupId", "VPCSecurityGroups"), GROUP),
}
OPTIONS: Final[Mapping[tuple[str, str], Kind]] = {
    (VPC, "VPCId"): NETWORK,
    (VPC, "DBSubnets"): SUBNET,
    (VPC, "ELBSubnets"): SUBNET,
    (VPC, "Subnets"): SUBNET,
    (LAUNCH, "SecurityGroups"): GROUP,
    (LOAD_BALANCER, "SecurityGroups"): GROUP,
    (CLASSIC_LOAD_BALANCER, "SecurityGroups"): GROUP,
    (LOAD_BALANCER, "ManagedSecurityGroup"): GROUP,
}
BALANCER: Final = "AWS::ElasticLoadBalancingV2::LoadBalancer"


class Networks:
    """The VPCs of an account and region, with their subnets and security groups."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    @property
    def default_vpc(self) -> str:
        """The ID of the default VPC; empty if it was deleted."""
        return next((ident for ident, vpc in self._store("_vpcs").items() if vpc.get("IsDefault")), "")

    @property
    def default_subnets(self) -> list[str]:
        """The IDs of the subnets of the default VPC, one in each zone."""
        return [ident for ident, subnet in self._store("_subnets").items() if subnet.get("DefaultForAz")]

    def check_options(self, settings: Settings) -> None:
        """Raise ServiceError for an option that names what does not exist.

        The form of the message is EB's own: https://github.com/meteor-up/mup-aws-beanstalk/issues/27
        """
        for (namespace, option, _), value in settings.items():
            kind = OPTIONS.get((namespace, option))
            if kind is None:
                continue
            for item in _items(value):
                if self._is_missing(kind, item):
                    about = f"(Namespace: '{namespace}', OptionName: '{option}')"
                    message = f"Invalid option value: '{item}' {about}: {kind.message.format(item)}"
                    code = "ConfigurationValidationException"
                    raise ServiceError(code, f"Configuration validation exception: {message}")

    def check_resource(self, resource_type: str, properties: Mapping[str, Any]) -> None:
        """Raise ValueError for a resource that names what does not exist."""
        if not resource_type.startswith(SERVICES):
            return
        for kind, item in _named(properties):
            if self._is_missing(kind, item):
                raise ValueError(_refused("AmazonEC2", kind.code, kind.message.format(item)))
        subnets = properties.get("Subnets")
        if resource_type == BALANCER and subnets and properties.get("Type", "application") == "application":
            zones = {self._store("_subnets")[subnet]["AvailabilityZone"] for subnet in _items(subnets)}
            if len(zones) < 2:
                message = "At least two subnets in two different Availability Zones must be specified"
                raise ValueError(_refused("ElasticLoadBalancingV2", "ValidationError", message))

    def _is_missing(self, kind: Kind, item: str) -> bool:
        return item.startswith(kind.beginning) and item not in self._store(kind.store)

    def _store(self, name: str) -> Mapping[str, Any]:
        ec2 = self._modules.ec2
        ec2._ensure_defaults_initialized()
        store: Mapping[str, Any] = getattr(ec2, name)
        return store


def close_gaps(modules: Modules) -> None:
    """Check what resources of templates name, before the engine makes or changes them."""
    stacks, networks = modules.stacks, Networks(modules)
    provision, update = stacks._provision_resource, stacks._update_resource

    @functools.wraps(provision)
    def provisioned(resource_type: str, logical_id: str, properties: Any, *rest: Any) -> Any:
        networks.check_resource(resource_type, properties)
        return provision(resource_type, logical_id, properties, *rest)

    @functools.wraps(update)
    def updated(resource_type: str, ident: str, old: Any, new: Any, *rest: Any) -> Any:
        if old != new:
            networks.check_resource(resource_type, new)
        return update(resource_type, ident, old, new, *rest)

    stacks._provision_resource, stacks._update_resource = provisioned, updated


def _named(value: Any) -> Iterator[tuple[Kind, str]]:
    """Yield the IDs that properties name, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in PROPERTIES and not isinstance(item, dict):
                for one in _items(item):
                    yield PROPERTIES[name], one
            else:
                yield from _named(item)


def _items(value: Any) -> Sequence[str]:
    """Return the items of a list, or of a text that names several."""
    items = value.split(",") if isinstance(value, str) else value or ()
    return [item.strip() for item in items if isinstance(item, str) and item.strip()]


def _refused(service: str, code: str, message: str) -> str:
    """Return an error of a service as a resource's events show it."""
    about = f"(Service: {service}; Status Code: 400; Error Code: {code}; Request ID: {uuid4()})"
    return f'Resource handler returned message: "{message} {about}" (HandlerErrorCode: NotFound)'
