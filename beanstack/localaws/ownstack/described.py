"""EB's own resources as DescribeEnvironmentResources lists them.

https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentResourceDescription.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.stackresources import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.api import Record

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
QUEUES: Final = {"AWSEBWorkerQueue": "WorkerQueue", "AWSEBWorkerDeadLetterQueue": "WorkerDeadLetterQueue"}


def described_resources(resources: Mapping[str, Record]) -> Record:
    """Return the resources of an environment by the members of the API; those that a bundle adds are not listed."""
    found: Record = {member: [] for member, _ in MEMBERS.values()}
    for logical, resource in sorted(resources.items()):
        if resource["Type"] in MEMBERS and logical.startswith(PREFIX):
            member, ident = MEMBERS[resource["Type"]]
            name = {"Name": QUEUES[logical]} if logical in QUEUES else {}
            found[member].append({ident: resource["PhysicalId"], **name})
    return found
