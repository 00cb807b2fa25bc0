"""What a check tells, and the ids of all that it can tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

Severity = Literal["error", "warning", "informational"]
Part = Literal["namespace", "option", "value", "resource", "setting"]


class Kind(IntEnum):
    """The kinds of findings, by the number in their ids; the letter before it is the severity's first, E, W or I."""

    NAMESPACE = 9501
    OPTION = 9502
    TYPE = 9503
    RANGE = 9504
    ENUM = 9505
    PATTERN = 9506
    LIST = 9507
    LENGTH = 9508
    RESOURCE_MISSING = 9509
    RESOURCE_NEEDLESS = 9510
    DUPLICATE = 9511
    LOAD_BALANCER_TYPE = 9512
    ENVIRONMENT_TYPE = 9513
    TIER = 9514
    PLATFORM = 9515
    CASE = 9516
    SECRET = 9517
    OBSOLETE = 9518
    INTERNAL = 9519
    LIMIT = 9520
    MISSING = 9521
    NEEDS = 9522
    EXCLUDED = 9523
    REFERENCE = 9524
    SIZE = 9525
    UNIQUE = 9526
    FILE = 9527
    PLATFORM_NAME = 9531
    PLATFORM_RETIRED = 9532
    IN_PLACE = 9533
    TWO_PLATFORMS = 9534
    ROLE_TRUST = 9535
    ROLE_POLICIES = 9536
    MANAGED_POLICY = 9537
    INSTANCE_PROFILE = 9538
    BUNDLE_KEY = 9539
    TIER_NAME = 9540
    ENVIRONMENT_NAME = 9541


MEANINGS = {
    Kind.NAMESPACE: "Check that namespaces exist",
    Kind.OPTION: "Check that options exist in their namespace",
    Kind.TYPE: "Validate the types of values",
    Kind.RANGE: "Validate the ranges of numbers and durations",
    Kind.ENUM: "Validate the allowed values of options",
    Kind.PATTERN: "Validate the patterns of values and names",
    Kind.LIST: "Validate the items of lists",
    Kind.LENGTH: "Validate the lengths of values",
    Kind.RESOURCE_MISSING: "Require ResourceName in namespaces with named resources",
    Kind.RESOURCE_NEEDLESS: "Check that ResourceName is used only in namespaces with named resources",
    Kind.DUPLICATE: "Check that options are set only once",
    Kind.LOAD_BALANCER_TYPE: "Check that options apply to the type of load balancer",
    Kind.ENVIRONMENT_TYPE: "Check that options apply to the type of environment",
    Kind.TIER: "Check that options apply to the tier",
    Kind.PLATFORM: "Check that options apply to the platform",
    Kind.CASE: "Check that names and values have Elastic Beanstalk's capitalization",
    Kind.SECRET: "Check that secrets are not in plain text",
    Kind.OBSOLETE: "Check that options are not obsolete",
    Kind.INTERNAL: "Check that options are documented",
    Kind.LIMIT: "Validate values against the values of other options",
    Kind.MISSING: "Require the options that others need",
    Kind.NEEDS: "Require the values of options that others need",
    Kind.EXCLUDED: "Check that options are not combined with options that exclude them",
    Kind.REFERENCE: "Check that referenced processes and rules have settings",
    Kind.SIZE: "Validate the total size of settings",
    Kind.UNIQUE: "Check that values are unique where they must be",
    Kind.FILE: "Check that the source bundle contains what options need",
    Kind.PLATFORM_NAME: "Validate the names of platforms",
    Kind.PLATFORM_RETIRED: "Check that platforms are not retired",
    Kind.IN_PLACE: "Prefer PlatformArn, which changes in place, to SolutionStackName",
    Kind.TWO_PLATFORMS: "Check that only one property names the platform",
    Kind.ROLE_TRUST: "Check that the services that use roles may assume them",
    Kind.ROLE_POLICIES: "Check that roles have the permissions that Elastic Beanstalk needs",
    Kind.MANAGED_POLICY: "Check that managed policies of Elastic Beanstalk exist",
    Kind.INSTANCE_PROFILE: "Check that instance profiles and roles are not confused",
    Kind.BUNDLE_KEY: "Check that the bundle's key changes with its content",
    Kind.TIER_NAME: "Validate the name and type of the tier",
    Kind.ENVIRONMENT_NAME: "Validate the names of environments",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with some settings.

    `setting` is the index of the guilty one, None where one is missed that nothing stands for; `also` are others that
    take part, and `part` is what of the guilty one is wrong. `value`: the text of that part, empty where it is a secret
    or not known; `allowed`: the range or the nearest name, where one can be said. `constraint`: the id of the rule
    between options, if one.
    """

    id: str
    severity: Severity
    message: str
    setting: int | None
    also: tuple[int, ...] = ()
    part: Part = "value"
    constraint: str = ""
    allowed: str = ""
    value: str = ""

    @property
    def kind(self) -> Kind:
        return Kind(int(self.id[1:]))

    def as_warning(self) -> Finding:
        """The same, at most as a warning."""
        if self.severity != "error":
            return self
        return replace(self, id=finding_id("warning", self.kind), severity="warning")


def finding_id(severity: Severity, kind: Kind) -> str:
    """Such as E9504."""
    return f"{severity[0].upper()}{kind.value}"


def shown(value: str) -> str:
    """A value as a message quotes it, not at length."""
    return repr(value if len(value) <= 80 else f"{value[:77]}...")


def listed(values: tuple[str, ...]) -> str:
    return ", ".join(values)


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that a misspelt one resembles most, if any does; case does not count."""
    from difflib import get_close_matches

    spelt = {name.lower(): name for name in reversed(known)}
    near = get_close_matches(word.lower()[:200], spelt, n=1, cutoff=0.6)
    return spelt[near[0]] if near else None


def suggestion(near: str | None) -> str:
    return f"; did you mean '{near}'?" if near else ""
