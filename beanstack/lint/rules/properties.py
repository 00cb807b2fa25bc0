"""Single properties of environments and versions: name, tier, and the key of the bundle.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticbeanstalk-environment-tier.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import report, shown
from beanstack.eb.rules import Kind
from beanstack.eb.settings import known
from beanstack.eb.tiers import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.lint.rules.scenario import Node, Scenario

# https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
TYPES = {tier.name: tier.type for tier in TIERS}
# A version, a date, a build number and a hash have digits; so have names of services and regions, which do not change.
CHANGING = re.compile(r"[0-9]|\$\{|\{\{resolve:")
CONSTANT = re.compile(r"\$\{AWS::[A-Za-z]+\}|\b(s3|ec2|[a-z]{2}(-[a-z]+)+-[0-9])\b")


def name_findings(scenario: Scenario, properties: Node | None) -> Iterator[Finding]:
    """Check the characters of EnvironmentName, of which cfn-lint checks only the length."""
    node = scenario.child(properties, "EnvironmentName")
    for text, source in scenario.values(node):
        name = known(text)
        if node and name and not NAME.fullmatch(name):
            message = f"the name {shown(name)} is not of letters, digits and hyphens, without a hyphen at an end"
            yield report("error", Kind.ENVIRONMENT_NAME, message, node.path, also=(source,))


def tier_findings(scenario: Scenario, properties: Node | None) -> Iterator[Finding]:
    """Check that name and type are those of one tier."""
    tier = scenario.child(properties, "Tier")
    name = scenario.text(scenario.child(tier, "Name"))
    types = [TYPES[name]] if name in TYPES else [*TYPES.values()]
    yield from _not_allowed(scenario, tier, "Name", [*TYPES])
    yield from _not_allowed(scenario, tier, "Type", types)


def _not_allowed(scenario: Scenario, tier: Node | None, key: str, allowed: Sequence[str]) -> Iterator[Finding]:
    node = scenario.child(tier, key)
    for text, source in scenario.values(node):
        value = known(text)
        if node and value is not None and value not in allowed:
            message = f"the {key} of this tier is {' or '.join(allowed)}, not {shown(value)}"
            yield report("error", Kind.TIER_NAME, message, node.path, also=(source,))


def version_findings(scenario: Scenario, resource: Node) -> Iterator[Finding]:
    """Check that the key of the bundle changes with the bundle; otherwise CloudFormation sees no change.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-applicationversion.html
    """
    bundle = scenario.child(scenario.child(resource, "Properties"), "SourceBundle")
    key = scenario.child(bundle, "S3Key")
    if key is None:
        return
    text = key.value if isinstance(key.value, str) else scenario.sketch(key)
    if text and not CHANGING.search(CONSTANT.sub("", text)):
        message = (
            f"the key {shown(text)} stays the same when the bundle changes, so an update deploys nothing;"
            " include a release or a hash of the content"
        )
        yield report("warning", Kind.BUNDLE_KEY, message, key.path, also=(key.path,))
