"""EB's own resources as DescribeEnvironmentResources lists them.

https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentResourceDescription.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.stackresources import PREFIX
from beanstack.localaws.ownstack.parts import BALANCER, CLASSIC, DEAD_LETTERS, ELASTIC_IP, QUEUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.api import Record
    from beanstack.localaws.environment import Environment

# What has the address of an environment: a load balancer by its name, an Elastic IP address or a queue by its ID.
BALANCERS: Final = (BALANCER, CLASSIC)
ADDRESSES: Final = (ELASTIC_IP, QUEUE)
# The member that lists a type, and the member of its items that holds the physical ID.
MEMBERS: Final = {
    "AWS::AutoScaling::AutoScalingGroup": ("AutoScalingGroups", "Name"),
    "AWS::AutoScaling::LaunchConfiguration": ("LaunchConfigurations", "Name"),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplates", "Id"),
    "AWS::ElasticLoadBalancing::LoadBalancer": ("LoadBalancers", "Name"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("LoadBalancers", "Name"),
    "AWS::CloudWatch::Alarm": ("Triggers", "Name"),
    "AWS::SQS::Queue": ("Queues", "URL"),
}
# The names that EB gives a worker's queues.
QUEUES: Final = {QUEUE: "WorkerQueue", DEAD_LETTERS: "WorkerDeadLetterQueue"}


def described_resources(resources: Mapping[str, Record]) -> Record:
    """Return the resources of an environment by the members of the API; those that a bundle adds are not listed."""
    found: Record = {member: [] for member, _ in MEMBERS.values()}
    for logical, resource in sorted(resources.items()):
        if resource["Type"] in MEMBERS and logical.startswith(PREFIX):
            member, ident = MEMBERS[resource["Type"]]
            name = {"Name": QUEUES[logical]} if logical in QUEUES else {}
            found[member].append({ident: resource["PhysicalId"], **name})
    return found


def endpoint_url(environment: Environment, region: str) -> str:
    """Return the name of the load balancer, for a single instance its address, for a worker its queue."""
    resources = environment.resources
    for name in BALANCERS:
        if name in resources:
            return str(resources[name]["Attributes"]["DNSName"])
    for name in ADDRESSES:
        if name in resources:
            return str(resources[name]["PhysicalId"])
    # A load balancer or a queue that is not EB's own.
    return f"awseb-{environment.id}.{region}.elb.amazonaws.com"
