"""The VPC and the subnets that an environment names, as EC2 has them: without one, EB would fail minutes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.eb.namespaces import DATABASE, VPC
from beanstack.operate.comparison.missing import DENIED
from beanstack.operate.comparison.observed import Option
from beanstack.operate.comparison.settings import is_set
from beanstack.operate.patience import code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.comparison.missing import Missing
    from beanstack.operate.session import Clients

    Subnets = Mapping[str, Mapping[str, Any]]

ID = Option(VPC, "VPCId")
INSTANCES, BALANCER, DATABASES = (Option(VPC, name) for name in ("Subnets", "ELBSubnets", "DBSubnets"))
PARTS = (INSTANCES, BALANCER, DATABASES)
CORRECT = "Correct the ID in config/, or the Region"


def missing_subnets(clients: Clients, options: Mapping[Option, str]) -> Iterator[Missing | str]:
    """Yield what of the network does not exist, and the parts whose subnets are in too few Availability Zones.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    """
    vpc = options.get(ID, "")
    if not vpc.startswith("vpc-"):
        return
    named = {option: [item.strip() for item in options.get(option, "").split(",") if item.strip()] for option in PARTS}
    try:
        exists, found = described(clients, vpc, sorted({item for items in named.values() for item in items}))
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        yield f"VPC {vpc}: {error}"
        return
    if not exists:
        yield vpc, f"{clients.deployment.region} has no VPC {vpc}", CORRECT
        return
    for option, items in named.items():
        for item in items:
            if item not in found:
                yield item, f"{vpc} has no subnet {item}, which {option} names", CORRECT
    yield from few_zones(options, named, found)


def described(clients: Clients, vpc: str, subnets: list[str]) -> tuple[bool, Subnets]:
    """Return whether a VPC exists, and those of the subnets that are in it."""
    ec2 = clients.client("ec2")
    vpcs = ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"]
    within = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "subnet-id", "Values": subnets}]
    found = ec2.describe_subnets(Filters=within)["Subnets"] if subnets else []
    return bool(vpcs), {subnet["SubnetId"]: subnet for subnet in found}


def few_zones(options: Mapping[Option, str], named: Mapping[Option, list[str]], found: Subnets) -> Iterator[Missing]:
    """Yield the parts that need two Availability Zones and have one."""
    needing = []
    if is_set(options, "LoadBalancerType", "application") and is_set(options, "EnvironmentType", "LoadBalanced"):
        needing.append((BALANCER, "an Application Load Balancer"))
    if options.get(Option(DATABASE, "HasCoupledDatabase"), "").lower() == "true":
        needing.append((DATABASES, "a database"))
    for option, what in needing:
        subnets = [found[item] for item in named[option] if item in found]
        zones = {subnet["AvailabilityZone"] for subnet in subnets}
        if len(zones) == 1 and len(subnets) == len(named[option]):
            reason = f"all subnets of {option} are in {zones.pop()}, and {what} needs two Availability Zones"
            yield option.name, reason, "Name a subnet of another zone as well"
