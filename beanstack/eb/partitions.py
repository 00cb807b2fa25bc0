"""The partitions of AWS: groups of Regions that have ARNs and domain names of their own.

Credentials of one partition mean nothing in another. Partitions and Regions come from `facts/kept/regions.json`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from beanstack.eb.findings import nearest, shown, suggestion
from beanstack.eb.kept import kept

REGION = re.compile(r"[a-z]{2,6}(-[a-z]+)+-[0-9]{1,2}")
AWS = "aws"  # the partition of Regions that no pattern knows yet
# Of registries of Amazon ECR, which botocore does not have: https://docs.aws.amazon.com/general/latest/gr/ecr.html
DUAL_STACK = {"aws": "on.aws", "aws-us-gov": "on.aws", "aws-cn": "on.amazonwebservices.com.cn"}


class Partition(NamedTuple):
    """A partition: its ID, as ARNs have it, how its Regions are named, those that are known, and its domains.

    Services are reached, and named in trust policies, under the first domain; the other is that of dual-stack
    registries.
    """

    id: str
    pattern: str
    regions: tuple[str, ...]
    domains: tuple[str, ...]


def _partitions() -> dict[str, Partition]:
    found = {}
    for name, fact in kept("regions")["partitions"].items():
        domains = [fact["domain"]]
        if name in DUAL_STACK:
            domains.append(DUAL_STACK[name])
        found[name] = Partition(name, fact["pattern"], tuple(fact["regions"]), tuple(domains))
    return found


PARTITIONS = _partitions()


def partition_of(region: str) -> Partition:
    """Return the partition of a Region."""
    for partition in PARTITIONS.values():
        if re.fullmatch(partition.pattern, region):
            return partition
    return PARTITIONS[AWS]


def region_fault(region: str) -> str:
    """Return that a Region is unknown, if it is. It may be newer than the facts."""
    known = [name for partition in PARTITIONS.values() for name in partition.regions]
    return "" if region in known else f"unknown Region {shown(region)}{suggestion(nearest(region, known))}"


def foreign_arn_fault(arn: str, region: str) -> str:
    """Return that an ARN is of another partition than a Region, if it is."""
    own = partition_of(region).id
    _, _, rest = arn.partition("arn:")
    partition = rest.partition(":")[0]
    if not arn.startswith("arn:") or partition not in PARTITIONS or partition == own:
        return ""
    return f"{shown(arn)} is of the partition {partition}, {region} of {own}; neither knows the other's credentials"
