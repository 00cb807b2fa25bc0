"""Single properties: the platform, name and tier of an environment, and the key of a version's bundle.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from beanstack.eb.branches import platforms
from beanstack.eb.environmentnames import LABEL, NAME
from beanstack.eb.findings import report, shown
from beanstack.eb.options.misplaced import CUSTOM
from beanstack.eb.platforms import platform_arn, solution_stack
from beanstack.eb.rules import Kind
from beanstack.eb.settings import known
from beanstack.eb.tiers import TIERS
from beanstack.lint.rules.scenario import moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.platforms import Platform
    from beanstack.lint.rules.scenario import Node

PLATFORMS = {"SolutionStackName": cache(solution_stack), "PlatformArn": cache(platform_arn)}
VERSIONED = re.compile(r"(?P<system>.+) v(?P<version>[0-9.]+) running (?P<runtime>.+)")
TIER_TYPES = {tier.name: tier.type for tier in TIERS}
# A version, a date, a build number and a hash have digits; so have names of services and regions, which do not change.
CHANGING = re.compile(r"[0-9]|\$\{|\{\{resolve:")
CONSTANT = re.compile(r"\$\{AWS::[A-Za-z]+\}|\b(s3|ec2|[a-z]{2}(-[a-z]+)+-[0-9])\b")


def platform_id(properties: Node) -> str | None:
    """Return the platform's ID in the facts if only one is possible; CUSTOM for one of somebody's own."""
    found = [platform for platform, _, _ in _platforms(properties)]
    if len(found) != 1:
        return None
    is_custom = found[0].id is None and not found[0].findings
    return CUSTOM if is_custom else found[0].id


def platform_findings(properties: Node) -> Iterator[Finding]:
    """Yield the problems with the platforms that are named."""
    for platform, path, source in _platforms(properties):
        for finding in platform.findings:
            yield moved(finding, path, source)
    if properties.text("PlatformArn") and properties.text("SolutionStackName"):  # one of two parameters may be empty
        path = (*properties.path, "SolutionStackName")
        message = "PlatformArn and SolutionStackName both name the platform; give one of them"
        yield report("warning", Kind.TWO_PLATFORMS, message, path, also=(path,))


def in_place_findings(properties: Node) -> Iterator[Finding]:
    """Report SolutionStackName: CloudFormation replaces an environment to change it."""
    stack = properties.child("SolutionStackName")
    if stack is None or properties.child("PlatformArn"):
        return
    advice = f"PlatformArn updates it in place{_as_arn(stack.text() or '')}"
    for name in ("EnvironmentName", "CNAMEPrefix"):
        if properties.child(name):
            message = f"a new SolutionStackName replaces the environment, which fails because {name} is taken; {advice}"
            yield report("warning", Kind.IN_PLACE, message, stack.path, also=(stack.path,))
            return
    message = f"a new SolutionStackName replaces the environment; {advice}"
    yield report("informational", Kind.IN_PLACE, message, stack.path, also=(stack.path,))


def name_findings(properties: Node) -> Iterator[Finding]:
    """Check the characters of names, of which cfn-lint checks only the length."""
    for key, words in (("EnvironmentName", "the name"), ("CNAMEPrefix", "the CNAMEPrefix")):
        for name, path, source in _known_values(properties, key):
            if not NAME.fullmatch(name):
                message = f"{words} {shown(name)} {LABEL}"
                yield report("error", Kind.ENVIRONMENT_NAME, message, path, also=(source,))


def tier_findings(properties: Node) -> Iterator[Finding]:
    """Check that the tier's name and type belong together.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticbeanstalk-environment-tier.html
    """
    name = properties.text("Tier", "Name")
    types = [TIER_TYPES[name]] if name in TIER_TYPES else [*TIER_TYPES.values()]
    yield from _tier_part_findings(properties, "Name", [*TIER_TYPES])
    yield from _tier_part_findings(properties, "Type", types)


def _tier_part_findings(properties: Node, key: str, allowed: Sequence[str]) -> Iterator[Finding]:
    for value, path, source in _known_values(properties, "Tier", key):
        if value not in allowed:
            message = f"the {key} of this tier is {' or '.join(allowed)}, not {shown(value)}"
            yield report("error", Kind.TIER_NAME, message, path, also=(source,))


def version_findings(resource: Node) -> Iterator[Finding]:
    """Check that the key of the bundle changes with the bundle; otherwise CloudFormation sees no change.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-applicationversion.html
    """
    key = resource.child("Properties", "SourceBundle", "S3Key")
    if key is None:
        return
    text = key.value if isinstance(key.value, str) else key.sketch()
    if text and not CHANGING.search(CONSTANT.sub("", text)):
        message = (
            f"the key {shown(text)} stays the same when the bundle changes, so an update deploys nothing;"
            " include a release or a hash of the content"
        )
        yield report("warning", Kind.BUNDLE_KEY, message, key.path, also=(key.path,))


def _platforms(properties: Node) -> Iterator[tuple[Platform, Path, Path]]:
    """Yield each platform that is named, the path of the property, and that of the value."""
    for name, read in PLATFORMS.items():
        for text, path, source in _known_values(properties, name):
            yield read(text), path, source


def _known_values(properties: Node, *keys: str) -> Iterator[tuple[str, Path, Path]]:
    """Yield each known value of a property, the path of the property, and that of the value."""
    node = properties.child(*keys)
    if node:
        for text, source in node.values():
            value = known(text)
            if value:
                yield value, node.path, source


def _as_arn(stack: str) -> str:
    match = VERSIONED.fullmatch(stack)
    if match is None:
        return ""
    branch = platforms().of_stack(match["system"], match["runtime"])
    if branch is None or branch.old:
        return ""
    return f": arn:aws:elasticbeanstalk:REGION::platform/{branch.name}/{match['version']}"
