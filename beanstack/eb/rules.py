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

# How a fact is known, the surest first.
EVIDENCE: Mapping[str, str] = {
    "answer": "recorded answers of the service",
    "probe": "recorded answers of the service",
    "api": "AWS's API reference",
    "elb": "AWS's API reference",
    "metadata": "published output of DescribeConfigurationOptions",
    "guide": "AWS's documentation",
    "source": "source code",
    "software": "documentation of the software",
    "usage": "published settings",
    "report": "a public report",
    "inferred": "inferred",
}
PAGES = {
    "/APIReference/": "api",
    "/api/": "api",
    "://docs.aws.amazon.com/": "guide",
    "/issues/": "report",
    "/pull/": "report",
    "://github.com/": "source",
}


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
    LOGICAL_ID = 9542
    ORDER = 9543
    APPLICATION = 9544
    DATABASE_VERSION = 9551
    DATABASE_CLASS = 9552
    DATABASE_USER = 9553
    INSTANCE_TYPE = 9554


TITLES = {
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
    Kind.MANAGED_POLICY: "Check that managed policies of AWS exist",
    Kind.INSTANCE_PROFILE: "Check that instance profiles and roles are not confused",
    Kind.BUNDLE_KEY: "Check that the bundle's key changes with its content",
    Kind.TIER_NAME: "Validate the name and type of the tier",
    Kind.ENVIRONMENT_NAME: "Validate the names of applications and environments",
    Kind.LOGICAL_ID: "Check that logical IDs are not used as names",
    Kind.ORDER: "Check that named resources are created before those that use them",
    Kind.APPLICATION: "Check that versions and configuration templates belong to the environment's application",
    Kind.DATABASE_VERSION: "Check that RDS has the engine's version",
    Kind.DATABASE_CLASS: "Check that RDS has the instance class",
    Kind.DATABASE_USER: "Validate the names of databases' master users",
    Kind.INSTANCE_TYPE: "Check that EC2 has the instance types",
}


@dataclass(frozen=True, order=True, slots=True)
class Rule:
    """A kind of finding at one severity, which the first letter of its id gives.

    `page` documents the fact behind it, and `evidence` says how it is known, in words of EVIDENCE. `example` shows what
    it finds: for rules on templates, properties of an environment or whole resources in YAML; for rules on bundles a
    few words.
    """

    id: str
    name: str
    description: str
    page: str
    example: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def known_from(self) -> str:
        """How the fact behind the rule is known; without further evidence from its page alone."""
        return ", ".join(EVIDENCE[word] for word in self.evidence or (_kind_of_page(self.page),))

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.id[0]]

    @property
    def kind(self) -> Kind:
        """The kind that the rules on options, platforms and roles have."""
        return Kind(int(self.id[1:]))


# All mistakes in a configuration file share one rule: there is no reason to switch a single one of them off.
CONFIG = Rule("E9700", "configuration", "A setting of a configuration file is not valid.", OPTIONS)
CONFIG_WARNING = Rule(
    "W9700", "configuration", "A setting of a configuration file is valid, but probably not intended.", OPTIONS
)


@cache
def rule_of(severity: Severity, kind: Kind) -> Rule:
    """Return the rule for findings of a kind at a severity, such as E9504, wherever the settings are written."""
    id_ = f"{severity[0].upper()}{kind.value}"
    return template_rules().get(id_) or Rule(id_, _name(kind), f"{TITLES[kind]}.", OPTIONS)


@cache
def template_rules() -> Mapping[str, Rule]:
    """Return the rules on templates by id, in the order of their numbers."""
    rules = {}
    for given in json.loads((FACTS / "template_rules.json").read_text("utf-8")):
        name = _name(Kind(int(given["id"][1:])))
        example, evidence = "\n".join(given["example"]), tuple(given["evidence"])
        rules[given["id"]] = Rule(**{**given, "name": name, "example": example, "evidence": evidence})
    return rules


@cache
def bundle_rules() -> Mapping[str, Rule]:
    """Return the rules on source bundles by name, in the order of their ids."""
    listed = json.loads((FACTS / "bundle_rules.json").read_text("utf-8"))
    return {given["name"]: Rule(**given) for given in listed}


def _kind_of_page(page: str) -> str:
    """Return what a page is evidence of: AWS's own, a report, source code, or the documentation of other software."""
    for part, word in PAGES.items():
        if part in page:
            return word
    return "software"


def _name(kind: Kind) -> str:
    return f"option-{kind.name.lower().replace('_', '-')}"
