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
    Kind.NAMESPACE: "a namespace that Elastic Beanstalk does not know",
    Kind.OPTION: "an option that its namespace does not have",
    Kind.TYPE: "a value of the wrong type",
    Kind.RANGE: "a number or a duration out of its range",
    Kind.ENUM: "a value that is none of the allowed ones",
    Kind.PATTERN: "a value or a free name of the wrong form",
    Kind.LIST: "a list with wrong, too many, too few or repeated items",
    Kind.LENGTH: "a value that is too long",
    Kind.RESOURCE_MISSING: "a setting without the ResourceName that its namespace needs",
    Kind.RESOURCE_NEEDLESS: "a ResourceName where the namespace has no use for it",
    Kind.DUPLICATE: "an option that is set twice",
    Kind.LOAD_BALANCER_TYPE: "an option that the type of load balancer does not have",
    Kind.ENVIRONMENT_TYPE: "an option that the type of environment does not have",
    Kind.TIER: "an option that the tier does not have",
    Kind.PLATFORM: "an option that the platform does not have",
    Kind.CASE: "a name or value in another case than Elastic Beanstalk's own",
    Kind.SECRET: "a secret in plain text",
    Kind.OBSOLETE: "an option that is out of use",
    Kind.INTERNAL: "an option that no documentation describes",
    Kind.LIMIT: "a value that another option's value rules out",
    Kind.MISSING: "an option without another one that it needs",
    Kind.NEEDS: "an option without the value of another one that it needs",
    Kind.EXCLUDED: "options that do not go together",
    Kind.REFERENCE: "a name for which there are no settings",
    Kind.SIZE: "settings that are too large together",
    Kind.UNIQUE: "a value that only one may have",
    Kind.FILE: "an option without what it needs in a file of the source bundle",
    Kind.PLATFORM_NAME: "a platform whose name has the wrong form, or that Elastic Beanstalk does not have",
    Kind.PLATFORM_RETIRED: "a platform that is retired or about to be",
    Kind.IN_PLACE: "SolutionStackName, where PlatformArn lets a new platform come without a new environment",
    Kind.TWO_PLATFORMS: "an environment whose platform is named twice",
    Kind.ROLE_TRUST: "a role that its service may not assume",
    Kind.ROLE_POLICIES: "a role without permissions that Elastic Beanstalk needs of it",
    Kind.MANAGED_POLICY: "a managed policy of Elastic Beanstalk's that does not exist at that path",
    Kind.INSTANCE_PROFILE: "a role where an instance profile belongs, or an instance profile where a role does",
    Kind.BUNDLE_KEY: "a version whose key says nothing of its content",
    Kind.TIER_NAME: "a tier that Elastic Beanstalk does not have",
    Kind.ENVIRONMENT_NAME: "an environment's name of the wrong form",
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
