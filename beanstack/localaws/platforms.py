"""The platform versions that the local Elastic Beanstalk knows: those of the ECS branch in `eb/facts/platforms.json`.

The local Elastic Beanstalk refuses a newer version than the last one there until it is added.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.branches import PLACEHOLDER, platforms
from beanstack.eb.tiers import TIERS
from beanstack.localaws.api import Record, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ECS: Final = platforms().ecs
BRANCH: Final = ECS.name
VERSIONS: Final = ECS.versions
SUPPORTED_TIERS: Final = [f"{tier.name}/{tier.type}" for tier in TIERS]

_ARN = re.compile(r"arn:aws:elasticbeanstalk:(?P<region>[^:]+)::platform/(?P<branch>[^/]+)/(?P<version>[^/]+)")
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, operand: value == operand,
    "!=": lambda value, operand: value != operand,
    "contains": lambda value, operand: operand in value,
    "begins_with": lambda value, operand: value.startswith(operand),
    "ends_with": lambda value, operand: value.endswith(operand),
}


@dataclass(frozen=True)
class PlatformVersion:
    """A version of the branch in one region."""

    region: str
    version: str

    @property
    def arn(self) -> str:
        return f"arn:aws:elasticbeanstalk:{self.region}::platform/{BRANCH}/{self.version}"

    @property
    def solution_stack(self) -> str:
        return ECS.stack.replace(PLACEHOLDER, f"v{self.version}")

    @property
    def summary(self) -> Record:
        """The API's PlatformSummary."""
        newest = self.version == VERSIONS[-1]
        return {
            "PlatformArn": self.arn,
            "PlatformOwner": "AWSElasticBeanstalk",
            "PlatformStatus": "Ready",
            "PlatformCategory": "ECS",
            "PlatformVersion": self.version,
            "PlatformBranchName": BRANCH,
            "PlatformBranchLifecycleState": "Supported",
            "PlatformLifecycleState": "Recommended" if newest else "",
            "OperatingSystemName": "Amazon Linux",
            "OperatingSystemVersion": "2023",
            "SupportedTierList": SUPPORTED_TIERS,
            "SupportedAddonList": ["Log/S3", "Monitoring/Healthd", "WorkerDaemon/SQSD"],
        }

    @property
    def description(self) -> Record:
        """The API's PlatformDescription."""
        own = {"PlatformName": BRANCH, "SolutionStackName": self.solution_stack}
        return {**self.summary, **own, "CustomAmiList": [{"VirtualizationType": "hvm", "ImageId": self.image}]}

    @property
    def image(self) -> str:
        """The ID of the image that instances start from, made up from the platform's name."""
        return f"ami-0{hashlib.sha256(self.arn.encode()).hexdigest()[:16]}"


def versions(region: str) -> list[PlatformVersion]:
    """Return all known versions, the newest first."""
    return [PlatformVersion(region, version) for version in reversed(VERSIONS)]


def by_arn(region: str, arn: str) -> PlatformVersion:
    """Return the version that an ARN of this region names; raise ServiceError if there is none."""
    match = _ARN.fullmatch(arn)
    if not match or match["region"] != region or match["branch"] != BRANCH or match["version"] not in VERSIONS:
        raise ServiceError("InvalidParameterValue", f"No Platform named '{arn}' found.")
    return PlatformVersion(region, match["version"])


def by_solution_stack(region: str, name: str) -> PlatformVersion:
    """Return the version of a solution stack; raise ServiceError if there is none."""
    for version in versions(region):
        if version.solution_stack == name:
            return version
    raise ServiceError("InvalidParameterValue", f"No Solution Stack named '{name}' found.")


def filtered(records: Sequence[Record], filters: Sequence[Record], attribute_key: str) -> list[Record]:
    """Return the records that match every filter of ListPlatformVersions or ListPlatformBranches."""
    return [record for record in records if all(_matches(record, f, attribute_key) for f in filters)]


def branch() -> Record:
    """Return the API's PlatformBranchSummary."""
    return {
        "PlatformName": "ECS",
        "BranchName": BRANCH,
        "LifecycleState": "Supported",
        "BranchOrder": 1,
        "SupportedTierList": SUPPORTED_TIERS,
    }


def _matches(record: Record, condition: Record, attribute_key: str) -> bool:
    name, operator = condition.get(attribute_key, ""), condition.get("Operator", "=")
    # Filters name list members in the singular: SupportedTier for SupportedTierList.
    value: Any = record.get(name, record.get(f"{name}List"))
    if value is None or operator not in _OPERATORS:
        raise ServiceError("InvalidParameterValue", f"Filter {name} {operator} is not supported.")
    values = value if isinstance(value, list) else [str(value)]
    operands = condition.get("Values") or []
    return any(_OPERATORS[operator](value, operand) for value in values for operand in operands)
