"""The platform of an environment: SolutionStackName or PlatformArn.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.branches import platforms
from beanstack.eb.findings import report
from beanstack.eb.platforms import platform_arn, solution_stack
from beanstack.eb.rules import Kind
from beanstack.eb.settings import known
from beanstack.lint.rules.scenario import moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.platforms import Platform
    from beanstack.lint.rules.scenario import Node, Scenario

READERS = {"SolutionStackName": solution_stack, "PlatformArn": platform_arn}
VERSIONED = re.compile(r"(?P<system>.+) v(?P<version>[0-9.]+) running (?P<runtime>.+)")


def platform_id(scenario: Scenario, properties: Node | None) -> str | None:
    """Return the platform's ID in the facts if only one is possible."""
    found = [platform.id for platform, _, _ in _platforms(scenario, properties)]
    if len(found) == 1:
        return found[0]
    return None


def platform_findings(scenario: Scenario, properties: Node | None) -> Iterator[Finding]:
    """Yield what is wrong with the platforms that are named."""
    for platform, path, source in _platforms(scenario, properties):
        for finding in platform.findings:
            yield moved(finding, path, source)
    arn, stack = (scenario.child(properties, name) for name in ("PlatformArn", "SolutionStackName"))
    if stack and scenario.text(arn) and scenario.text(stack):  # one of two parameters may be empty
        message = "PlatformArn and SolutionStackName both name the platform; give one of them"
        yield report("warning", Kind.TWO_PLATFORMS, message, stack.path, also=(stack.path,))


def in_place_findings(scenario: Scenario, properties: Node | None) -> Iterator[Finding]:
    """Report SolutionStackName: CloudFormation replaces an environment to change it."""
    stack = scenario.child(properties, "SolutionStackName")
    if stack is None or scenario.child(properties, "PlatformArn"):
        return
    arn = _as_arn(scenario.text(stack) or "")
    advice = f"PlatformArn updates it in place{arn}"
    for name in ("EnvironmentName", "CNAMEPrefix"):
        if scenario.child(properties, name):
            message = f"a new SolutionStackName replaces the environment, which fails because {name} is taken; {advice}"
            yield report("warning", Kind.IN_PLACE, message, stack.path, also=(stack.path,))
            return
    message = f"a new SolutionStackName replaces the environment; {advice}"
    yield report("informational", Kind.IN_PLACE, message, stack.path, also=(stack.path,))


def _platforms(scenario: Scenario, properties: Node | None) -> Iterator[tuple[Platform, Path, Path]]:
    """Yield each platform that is named, the path of the property, and that of the value."""
    for name, read in READERS.items():
        node = scenario.child(properties, name)
        for text, source in scenario.values(node):
            value = known(text)
            if node and value:
                yield read(value), node.path, source


def _as_arn(stack: str) -> str:
    match = VERSIONED.fullmatch(stack)
    if match is None:
        return ""
    branch = platforms().of_stack(match["system"], match["runtime"])
    if branch is None or branch.old:
        return ""
    return f": arn:aws:elasticbeanstalk:REGION::platform/{branch.name}/{match['version']}"
