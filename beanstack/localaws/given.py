"""What an account already has when a deployment begins: `POST /_localaws/given` makes it, with the IDs that it gives.

Templates and options name VPCs, certificates and zones of a real account, which a local one lacks; what is not given is
refused as on AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from beanstack.localaws import certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beanstack.localaws.modules import Modules

_CIDR: Final = "10.{}.0.0/16"
_SUBNET_CIDR: Final = "10.{}.{}.0/24"


def give(modules: Modules, given: Mapping[str, Any]) -> None:
    """Make what is given in an account and Region, unless it is there.

    `vpcs` are the subnets of each VPC by its ID, in different Availability Zones; `security_groups` the groups of each;
    `instance_profiles` their names, of which each gets a role of its own; `certificates` the names of each by its ARN;
    `zones` the domain of each hosted zone by its ID.
    Raise ValueError for an unknown kind.
    """
    account, region = given.get("account", "000000000000"), given.get("region", "us-east-1")
    modules.responses.set_request_account_id(account)
    modules.responses.set_request_region(region)
    modules.ec2._ensure_defaults_initialized()
    for kind, things in given.items():
        if kind in ("account", "region"):
            continue
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; the kinds are {', '.join(KINDS)}")
        KINDS[kind](modules, things)


def _vpcs(modules: Modules, given: Mapping[str, list[str]]) -> None:
    ec2, responses = modules.ec2, modules.responses
    for vpc, subnets in given.items():
        number = len(ec2._vpcs)
        account = {"OwnerId": responses.get_account_id(), "State": "available"}
        ec2._vpcs.setdefault(vpc, {**_like(ec2._vpcs), **account, "VpcId": vpc, "CidrBlock": _CIDR.format(number)})
        for index, subnet in enumerate(subnets):
            own = {
                "SubnetId": subnet,
                "VpcId": vpc,
                "CidrBlock": _SUBNET_CIDR.format(number, index),
                "AvailabilityZone": f"{responses.get_region()}{'abc'[index % 3]}",
            }
            ec2._subnets.setdefault(subnet, {**_like(ec2._subnets), **account, **own, "DefaultForAz": False})


def _security_groups(modules: Modules, given: Mapping[str, list[str]]) -> None:
    groups = modules.ec2._security_groups
    for vpc, names in given.items():
        for name in names:
            own = {"GroupId": name, "GroupName": name, "Description": name, "VpcId": vpc}
            groups.setdefault(name, {**_like(groups), **own, "IpPermissions": [], "IpPermissionsEgress": []})


def _instance_profiles(modules: Modules, given: list[str]) -> None:
    for name in given:
        if name not in modules.iam._instance_profiles:
            modules.iam._create_instance_profile({"InstanceProfileName": name})
            modules.iam._instance_profiles[name]["Roles"] = [name]


def _zones(modules: Modules, given: Mapping[str, str]) -> None:
    """Make zones; one that was given before gets another domain, as when an environment has further names."""
    route53 = modules.route53
    for zone, domain in given.items():
        name = route53._normalise_name(domain)
        known = route53._zones.get(zone)
        if known is None:
            own = {"id": zone, "name": name, "caller_reference": zone}
            route53._zones[zone] = {**own, "comment": "", "private": False, "vpcs": []}
            route53._records[zone] = route53._default_records(name)
        elif known["caller_reference"] == zone:
            route53._zones[zone] = {**known, "name": name}


def _like(store: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the members that all things of a store have, from one of the default VPC."""
    return {**next(iter(store.values())), "IsDefault": False} if store else {}


KINDS: Final[Mapping[str, Callable[[Modules, Any], None]]] = {
    "certificates": certificates.give,
    "instance_profiles": _instance_profiles,
    "security_groups": _security_groups,
    "vpcs": _vpcs,
    "zones": _zones,
}
