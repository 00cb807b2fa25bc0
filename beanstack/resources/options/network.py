"""The network: subnets of a VPC, security groups of the environment's own, and who may connect by SSH."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import GetAtt

from beanstack.config.option import written
from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, LAUNCH, LOAD_BALANCER, VPC

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path

INSTANCE_GROUP = "InstanceGroup"
LOAD_BALANCER_GROUP = "LoadBalancerGroup"
# The types of load balancers that take security groups from EB, and the namespace of the option.
GROUPED = {"application": LOAD_BALANCER, "classic": CLASSIC_LOAD_BALANCER}
SSH_PORT = 22

SOURCES: Path = ("load_balancer", "sources")
SUBNETS: Path = ("vpc", "subnets")


def network(environment: Environment) -> Table:
    """Return the options of the VPC, of its security groups and of SSH.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.vpc.html
    """
    return {**_subnets(environment), **_groups(environment), **_ssh(environment)}


def group_id(name: str) -> GetAtt:
    """Return the ID of a security group; `Ref` returns a name in a default VPC."""
    return GetAtt(name, "GroupId")


def _subnets(environment: Environment) -> Table:
    if not environment.vpc:
        return {}
    usual = ",".join(environment.vpc.subnets)
    found: Table = {}
    if environment.load_balanced and not environment.shares_balancer:
        found |= written(VPC, {"ELBSubnets": usual}, SUBNETS)
        found |= written(VPC, {"ELBScheme": "public"}, ("load_balancer", "scheme"))
    if environment.has_database:
        own = environment.vpc.database_subnets
        subnets, key = (",".join(own), ("vpc", "database_subnets")) if own else (usual, SUBNETS)
        found |= written(VPC, {"DBSubnets": subnets}, key)
    return found


def _groups(environment: Environment) -> Table:
    """Return the security groups. Without ManagedSecurityGroup EB makes another one, which admits the world.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.instances.sg.html
    https://repost.aws/knowledge-center/security-group-elastic-beanstalk
    """
    if not environment.has_own_groups:
        return {}
    keys: tuple[Path, ...] = (("vpc",),) if environment.vpc else (SOURCES,)
    disabled = "false" if _keeps_default_group(environment) else "true"
    instances = {"DisableDefaultEC2SecurityGroup": disabled, "SecurityGroups": group_id(INSTANCE_GROUP)}
    found = written(LAUNCH, instances, *keys)
    namespace = GROUPED.get(environment.balancer)
    if namespace:
        group = group_id(LOAD_BALANCER_GROUP)
        found |= written(namespace, {"ManagedSecurityGroup": group, "SecurityGroups": group}, *keys)
    return found


def _keeps_default_group(environment: Environment) -> bool:
    """Return whether instances have EB's own group beside theirs.

    A coupled database admits that one. With a Network Load Balancer, of which AWS does not say whether EB accepts it
    without, it admits no more than theirs does as long as everybody may send requests.
    """
    is_open = environment.balancer == "network" and environment.load_balancer.sources is None
    return environment.has_database or is_open


def _ssh(environment: Environment) -> Table:
    """Return who may connect to instances that have EB's own group, which alone reads this option."""
    if not environment.ssh_source:
        return {}
    restriction = f"tcp, {SSH_PORT}, {SSH_PORT}, {environment.ssh_source}"
    return written(LAUNCH, {"SSHSourceRestriction": restriction}, ("ssh_source",))
