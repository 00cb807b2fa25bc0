"""What the modules that describe EB's own resources share."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, ENVIRONMENT, LOAD_BALANCER, SINGLE_INSTANCE, VPC
from beanstack.eb.stackresources import stack_resources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beanstack.localaws.environment import Environment
    from beanstack.localaws.ownstack.options import Options

Resource = dict[str, Any]
Resources = dict[str, Resource]

INSTANCES_GROUP: Final = "AWSEBSecurityGroup"
BALANCER_GROUP: Final = "AWSEBLoadBalancerSecurityGroup"
BALANCER: Final = "AWSEBV2LoadBalancer"
CLASSIC: Final = "AWSEBLoadBalancer"
ELASTIC_IP: Final = "AWSEBEIP"
LISTENER: Final = "AWSEBV2LoadBalancerListener"
QUEUE: Final = "AWSEBWorkerQueue"
DEAD_LETTERS: Final = "AWSEBWorkerDeadLetterQueue"
TARGETS: Final = "AWSEBV2LoadBalancerTargetGroup"


@dataclass(frozen=True)
class Asked:
    """What is asked of EB: an environment with the options that count, in an account with a default VPC."""

    environment: Environment
    options: Options
    default_vpc: str
    default_subnets: Sequence[str]
    shared_listeners: Mapping[str, str]  # by port, of the load balancer that it shares

    @property
    def is_single(self) -> bool:
        """Whether it has one instance and no load balancer."""
        return self.options.value(ENVIRONMENT, "EnvironmentType").lower() == SINGLE_INSTANCE.lower()

    @property
    def balancer(self) -> str:
        """The type of its load balancer in small letters; empty if it has none."""
        if self.is_single or not self.options.tier.serves_requests:
            return ""
        return self.options.value(ENVIRONMENT, "LoadBalancerType").lower()

    @property
    def is_shared(self) -> bool:
        """Whether its load balancer is one of several environments, which EB does not make."""
        return self.options.is_on(ENVIRONMENT, "LoadBalancerIsShared")

    @property
    def vpc(self) -> str:
        """The VPC of its resources."""
        return self.options.value(VPC, "VPCId") or self.default_vpc

    @property
    def balancer_subnets(self) -> list[str]:
        """The subnets of its load balancer."""
        own = self.options.values(VPC, "ELBSubnets") or self.options.values(VPC, "Subnets")
        return own or [*self.default_subnets]


def stack_name(environment: Environment) -> str:
    """Return the name of EB's own stack."""
    return f"awseb-{environment.id}-stack"


def group_name(environment: Environment, logical_id: str) -> str:
    """Return the name of a security group of EB's own, in the form that CloudFormation generates."""
    digest = hashlib.sha256(f"{environment.id} {logical_id}".encode()).hexdigest()
    return f"{stack_name(environment)}-{logical_id}-{digest[:12]}"


def has_own_group(asked: Asked) -> bool:
    """Return whether EB makes a security group for the load balancer, which instances admit."""
    return not asked.is_shared and not asked.options.value(_balancer_namespace(asked), "ManagedSecurityGroup")


def balancer_groups(asked: Asked) -> list[Any]:
    """Return the security groups of the load balancer: those that options name, otherwise EB's own."""
    groups: list[Any] = asked.options.values(_balancer_namespace(asked), "SecurityGroups")
    if not groups and has_own_group(asked):
        groups = [attribute(BALANCER_GROUP, "GroupId")]
    return groups


def _balancer_namespace(asked: Asked) -> str:
    return CLASSIC_LOAD_BALANCER if asked.balancer == "classic" else LOAD_BALANCER


def resource(logical_id: str, properties: Mapping[str, Any], **attributes: str) -> Resource:
    """Return a resource whose type the facts know, without the properties that have no value."""
    return of_type(stack_resources()[logical_id].type, properties, **attributes)


def of_type(kind: str, properties: Mapping[str, Any], **attributes: str) -> Resource:
    """Return a resource of a type, without the properties that have no value."""
    given = {name: value for name, value in properties.items() if value not in ("", None, [], {})}
    return {"Type": kind, "Properties": given, **attributes}


def plain(name: str) -> str:
    """Return a name as logical IDs take it: letters and digits."""
    return re.sub(r"[^A-Za-z0-9]", "", name)


def ref(logical_id: str) -> dict[str, str]:
    """Return a reference to another resource."""
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str) -> dict[str, list[str]]:
    """Return a reference to an attribute of another resource."""
    return {"Fn::GetAtt": [logical_id, name]}
