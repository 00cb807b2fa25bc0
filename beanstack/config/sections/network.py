"""The network of an environment: a VPC that exists, and which addresses may reach it."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from beanstack.config.model import Boolean, Model, Shape, refuse
from beanstack.config.option import BALANCED, option
from beanstack.eb import addresses
from beanstack.eb.namespaces import VPC

VpcId = Annotated[str, Shape(f"^{addresses.VPC}$", "the ID of a VPC, such as vpc-0123456789abcdef0")]
Subnet = Annotated[str, Shape(f"^{addresses.SUBNET}$", "the ID of a subnet, such as subnet-0123456789abcdef0")]


def _client(value: str) -> str:
    return _address(value, addresses.PREFIX_LIST)


def _administrator(value: str) -> str:
    return _address(value, addresses.GROUP)


def _address(value: str, other: str) -> str:
    """Return a block of addresses, or an ID of another form; raise an error for anything else."""
    fault = addresses.block_fault(value)
    if fault and not re.fullmatch(other, value):
        raise refuse(fault)
    return value


def _once(value: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({item for item in value if value.count(item) > 1})
    if repeated:
        raise refuse(f"names {', '.join(repeated)} twice")
    return value


def _different(value: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse blocks that are one to EC2, which takes no rule twice.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    _once(tuple(map(addresses.canonical, value)))
    return value


def _mapping(value: Any) -> Any:
    if isinstance(value, str):
        raise refuse("expected the IDs of a VPC that exists, as in {id: vpc-0123456789abcdef0, subnets: [...]}")
    return value


Subnets = Annotated[tuple[Subnet, ...], Field(min_length=1), AfterValidator(_once)]
Client = Annotated[str, AfterValidator(_client)]
Clients = Annotated[tuple[Client, ...], Field(min_length=1), AfterValidator(_different)]
Administrator = Annotated[str, AfterValidator(_administrator)]


class Vpc(Model):
    """A VPC that exists, and its subnets for each part of an environment."""

    id: VpcId = option(VPC, "VPCId", default=..., description="The VPC.")
    subnets: Subnets = option(
        VPC,
        "Subnets",
        default=...,
        description="The instances' subnets, at least one in each Availability Zone of the load balancer. A private "
        "one needs a NAT gateway or VPC endpoints: instances call Elastic Beanstalk.",
    )
    load_balancer_subnets: Subnets | None = option(
        VPC,
        "ELBSubnets",
        only=BALANCED,
        default=None,
        description="The load balancer's subnets, public ones if it is public; by default the instances' own.",
    )
    database_subnets: Subnets | None = Field(
        None,
        description="The subnets of a coupled database, in at least two Availability Zones; by default the instances' "
        "own.",
    )
    public_ip: Boolean = option(
        VPC,
        "AssociatePublicIpAddress",
        only=BALANCED,
        default=False,
        description="Whether instances get public addresses, which public subnets need. One instance without a load "
        "balancer always has one.",
    )


NamedVpc = Annotated[Vpc, BeforeValidator(_mapping)]
