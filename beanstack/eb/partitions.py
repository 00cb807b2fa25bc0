"""The partitions of AWS: groups of Regions that have ARNs and domain names of their own.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html, and `partitions.json` of botocore.
"""

from __future__ import annotations

import re
from typing import NamedTuple

REGION = re.compile(r"[a-z]{2,6}(-[a-z]+)+-[0-9]{1,2}")


class Partition(NamedTuple):
    """A partition: its ID, as ARNs have it, how the names of its Regions begin, and its domains.

    Services are reached, and named in trust policies, under the first domain; the others are dual-stack registries.
    """

    id: str
    regions: str
    domains: tuple[str, ...]


PARTITIONS = (
    Partition("aws-cn", "cn-", ("amazonaws.com.cn", "on.amazonwebservices.com.cn")),
    Partition("aws-us-gov", "us-gov-", ("amazonaws.com", "on.aws")),
    Partition("aws-eusc", "eusc-", ("amazonaws.eu",)),
    Partition("aws-iso", "us-iso-", ("c2s.ic.gov",)),
    Partition("aws-iso-b", "us-isob-", ("sc2s.sgov.gov",)),
    Partition("aws-iso-e", "eu-isoe-", ("cloud.adc-e.uk",)),
    Partition("aws-iso-f", "us-isof-", ("csp.hci.ic.gov",)),
    Partition("aws", "", ("amazonaws.com", "on.aws")),  # the last, because all other Regions belong to it
)


def partition_of(region: str) -> Partition:
    """Return the partition of a Region."""
    return next(partition for partition in PARTITIONS if region.startswith(partition.regions))
