"""Security groups of the environment's own: the load balancer's, and the instances', which admits nothing else.

The groups name each other. The load balancer's has the rule on instances within, and what the instances admit from the
load balancer is a resource of its own, so that neither waits for the other.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule

from beanstack.eb.addresses import ANYONE, source
from beanstack.eb.namespaces import LAUNCH, VPC
from beanstack.resources import options
from beanstack.resources.functions import in_template
from beanstack.resources.listeners import instance_ports, known, listeners
from beanstack.resources.options.network import (
    GROUPED,
    INSTANCE_GROUP,
    LOAD_BALANCER_GROUP,
    SSH_PORT,
    group_id,
)
from beanstack.resources.tagging import tags
from beanstack.resources.unchecked import without_check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troposphere import AWSObject

    from beanstack.config import Application, Environment
    from beanstack.config.option import Table

FROM_LOAD_BALANCER = "FromLoadBalancerToPort"
OPEN_HTTP = "CKV_AWS_260"
PUBLIC = "Requests may come from everybody here; `load_balancer.sources` can name who else."


def resources(application: Application, environment: Environment) -> list[AWSObject]:
    """Return the groups, and the rules that link them; nothing where EB makes its own groups.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.instances.sg.html
    """
    if not environment.has_own_groups:
        return []
    table = options.table(application, environment)
    found: list[AWSObject] = [instance_group(environment, table)]
    if environment.balancer in GROUPED:
        found.append(load_balancer_group(environment, table))
        found += map(from_load_balancer, instance_ports(known(table), environment.balancer))
    return found


def rules_of(resources: Iterable[AWSObject]) -> list[AWSObject]:
    """Return the rules that are resources of their own.

    EB refuses an environment whose instances admit nothing from its load balancer, so the environment needs them.
    """
    return [resource for resource in resources if isinstance(resource, SecurityGroupIngress)]


def from_load_balancer(port: int) -> SecurityGroupIngress:
    """Return what instances admit from the load balancer."""
    return SecurityGroupIngress(
        f"{FROM_LOAD_BALANCER}{port}",
        GroupId=group_id(INSTANCE_GROUP),
        SourceSecurityGroupId=group_id(LOAD_BALANCER_GROUP),
        **_port(port, "Requests from the load balancer"),
    )


def load_balancer_group(environment: Environment, table: Table) -> SecurityGroup:
    """Return the load balancer's group: its listeners' ports for the sources, and instances' ports, nothing else."""
    ports = [listener.port for listener in listeners(known(table), environment.balancer)]
    outwards = [
        SecurityGroupRule(
            DestinationSecurityGroupId=group_id(INSTANCE_GROUP), **_port(port, "Requests to the instances")
        )
        for port in instance_ports(known(table), environment.balancer)
    ]
    return SecurityGroup(
        LOAD_BALANCER_GROUP,
        GroupDescription=f"Load balancer of {environment.name}",
        SecurityGroupIngress=_requests(environment, ports),
        **_common(environment, table, outwards),
        **_unchecked(environment),
    )


def instance_group(environment: Environment, table: Table) -> SecurityGroup:
    """Return the instances' group. Without a load balancer that has a group, it admits the clients themselves.

    Everything may leave: which services containers call is not known here, and EB, ECS and registries have no list of
    addresses.
    A Network Load Balancer of EB has no group, and instances see the addresses of clients:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html#target-security-groups
    """
    inwards = []
    unchecked = {}
    if environment.balancer not in GROUPED:
        inwards = _requests(environment, instance_ports(known(table), environment.balancer))
        unchecked = _unchecked(environment)
    key_pair = table.get((LAUNCH, "EC2KeyName", ""))
    if environment.ssh_source and key_pair and key_pair.value:
        inwards.append(SecurityGroupRule(**source(environment.ssh_source), **_port(SSH_PORT, "SSH")))
    outwards = [
        SecurityGroupRule(IpProtocol="-1", Description="What instances and containers call", **source(anyone))
        for anyone in ANYONE
    ]
    return SecurityGroup(
        INSTANCE_GROUP,
        GroupDescription=f"Instances of {environment.name}",
        **({"SecurityGroupIngress": inwards} if inwards else {}),
        **_common(environment, table, outwards),
        **unchecked,
    )


def sources(environment: Environment) -> tuple[str, ...]:
    """Return whom requests are admitted from: by default everybody, by IPv6 where the load balancer speaks it."""
    given = environment.load_balancer.sources
    if given:
        return given
    return ANYONE if environment.load_balancer.ip_address_type == "dualstack" else ANYONE[:1]


def _requests(environment: Environment, ports: list[int]) -> list[SecurityGroupRule]:
    return [
        SecurityGroupRule(**source(client), **_port(port, "Requests"))
        for port in ports
        for client in sources(environment)
    ]


def _unchecked(environment: Environment) -> dict[str, Any]:
    """Return the metadata of a group that admits everybody."""
    return without_check(OPEN_HTTP, PUBLIC) if set(ANYONE).intersection(sources(environment)) else {}


def _port(port: int, description: str) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": description}


def _common(environment: Environment, table: Table, outwards: list[SecurityGroupRule]) -> dict[str, Any]:
    """Return the VPC with what may leave the group, and the tags.

    A default VPC is not named, and without its name CloudFormation takes no rules on what leaves: everything does.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    """
    vpc = table.get((VPC, "VPCId", ""))
    named = {"VpcId": in_template(vpc.value), "SecurityGroupEgress": outwards} if vpc else {}
    return {**named, **tags(environment)}
