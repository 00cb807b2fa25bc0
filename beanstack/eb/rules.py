"""The rules behind all findings: on option settings, templates and source bundles, and on configuration files.

docs/reference/rules.md and docs/reference/bundle-rules.md describe them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Literal

from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["error", "warning", "informational"]
SEVERITIES: Mapping[str, Severity] = {"E": "error", "W": "warning", "I": "informational"}  # the gravest first
OPTIONS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html"


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


@dataclass(frozen=True, order=True, slots=True)
class Rule:
    """A kind of finding at one severity, which the first letter of its id gives.

    `page` documents the fact behind it. `example` shows what it finds: for rules on templates, properties of an
    environment or whole resources in YAML; for rules on bundles a few words.
    """

    id: str
    name: str
    description: str
    page: str
    example: str = ""

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.id[0]]

    @property
    def kind(self) -> Kind:
        """The kind that the rules on options, platforms and roles have."""
        return Kind(int(self.id[1:]))


# All mistakes in a configuration file share one rule: nobody needs to switch a single one of them off.
CONFIG = Rule("E9700", "configuration", "A setting of a configuration file is not valid.", OPTIONS)
CONFIG_WARNING = Rule("W9700", "configuration", "A setting of a configuration file has no effect.", OPTIONS)


def meaning(kind: Kind) -> str:
    """Return what a kind of finding is, as a title."""
    return MEANINGS[kind][0].upper() + MEANINGS[kind][1:]


@cache
def rule_of(severity: Severity, kind: Kind) -> Rule:
    """Return the rule for findings of a kind at a severity, such as E9504, wherever the settings are written."""
    id_ = f"{severity[0].upper()}{kind.value}"
    return template_rules().get(id_) or Rule(id_, _name(kind), f"{meaning(kind)}.", OPTIONS)


@cache
def template_rules() -> Mapping[str, Rule]:
    """Return the rules on templates by id, in the order of their numbers."""
    rules = {}
    for given in json.loads((FACTS / "template_rules.json").read_text("utf-8")):
        name = _name(Kind(int(given["id"][1:])))
        rules[given["id"]] = Rule(**{**given, "name": name, "example": "\n".join(given["example"])})
    return rules


@cache
def bundle_rules() -> Mapping[str, Rule]:
    """Return the rules on source bundles by name, in the order of their ids."""
    listed = json.loads((FACTS / "bundle_rules.json").read_text("utf-8"))
    return {given["name"]: Rule(**given) for given in listed}


def _name(kind: Kind) -> str:
    return f"option-{kind.name.lower().replace('_', '-')}"
