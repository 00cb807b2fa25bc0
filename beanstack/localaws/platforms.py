"""The platform versions that the local Elastic Beanstalk knows: those of the ECS branch in `eb/facts/platforms.json`.

A newer version than the last one there is refused as unknown until it is added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.branches import PLACEHOLDER, platforms
from beanstack.localaws.context import Record, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ECS: Final = platforms().ecs
BRANCH: Final = ECS.name
VERSIONS: Final = ECS.versions
TIERS: Final = ["WebServer/Standard", "Worker/SQS/HTTP"]

_ARN = re.compile(r"arn:aws:elasticbeanstalk:(?P<region>[^:]+)::platform/(?P<branch>[^/]+)/(?P<version>[^/]+)")
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    "contains": lambda value, wanted: wanted in value,
    "begins_with": lambda value, wanted: value.startswith(wanted),
    "ends_with": lambda value, wanted: value.endswith(wanted),
}


@dataclass(frozen=True)
class PlatformVersion:
    """One version of the branch, in one region."""

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
        """PlatformSummary of the API."""
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
            "SupportedTierList": TIERS,
            "SupportedAddonList": ["Log/S3", "Monitoring/Healthd", "WorkerDaemon/SQSD"],
        }

    @property
    def description(self) -> Record:
        """PlatformDescription of the API."""
        return {**self.summary, "PlatformName": BRANCH, "SolutionStackName": self.solution_stack}


def versions(region: str) -> list[PlatformVersion]:
    """All known versions, the newest first."""
    return [PlatformVersion(region, version) for version in reversed(VERSIONS)]


def by_arn(region: str, arn: str) -> PlatformVersion:
    """The version that an ARN of this region names; a ServiceError where there is none."""
    match = _ARN.fullmatch(arn)
    if not match or match["region"] != region or match["branch"] != BRANCH or match["version"] not in VERSIONS:
        raise ServiceError("InvalidParameterValue", f"No Platform named '{arn}' found.")
    return PlatformVersion(region, match["version"])


def by_solution_stack(region: str, name: str) -> PlatformVersion:
    """The version of a solution stack; a ServiceError where there is none."""
    for version in versions(region):
        if version.solution_stack == name:
            return version
    raise ServiceError("InvalidParameterValue", f"No Solution Stack named '{name}' found.")


def filtered(records: Sequence[Record], filters: Sequence[Record], attribute_key: str) -> list[Record]:
    """The records that pass every filter of ListPlatformVersions or ListPlatformBranches."""
    return [r for r in records if all(_passes(r, f, attribute_key) for f in filters)]


def branch() -> Record:
    """PlatformBranchSummary of the API."""
    return {
        "PlatformName": "ECS",
        "BranchName": BRANCH,
        "LifecycleState": "Supported",
        "BranchOrder": 1,
        "SupportedTierList": TIERS,
    }


def _passes(record: Record, condition: Record, attribute_key: str) -> bool:
    name, operator = condition.get(attribute_key, ""), condition.get("Operator", "=")
    # Filters name a list in the singular: SupportedTier for SupportedTierList.
    value: Any = record.get(name, record.get(f"{name}List"))
    if value is None or operator not in _OPERATORS:
        raise ServiceError("InvalidParameterValue", f"Filter {name} {operator} is not supported.")
    values = value if isinstance(value, list) else [str(value)]
    wanted = condition.get("Values") or []
    return any(_OPERATORS[operator](v, w) for v in values for w in wanted)
