"""ARNs of resources that an environment uses and that must be where it is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from beanstack.eb.findings import shown
from beanstack.eb.partitions import foreign_arn_fault


def foreign_fault(arn: str, region: str, account: str | None) -> str:
    """Return that an ARN is of another partition, Region or account than the environment, if it is.

    What the ARN or the environment does not name is not judged.
    """
    parts = arn.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:
        return ""
    _, _, _, own_region, own_account, _ = parts
    fault = foreign_arn_fault(arn, region)
    if fault:
        return fault
    if own_region and own_region != region:
        return f"{shown(arn)} is in {own_region}, the environment in {region}"
    if own_account and account and own_account != account:
        return f"{shown(arn)} belongs to the account {own_account}, the environment to {account}"
    return ""
