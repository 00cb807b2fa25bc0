"""The platform of an environment: named rightly, not retired, named once, and so that it can change in place.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.branches import platforms
from beanstack.eb.platforms import platform_arn, solution_stack
from beanstack.eb.rules import Kind
from beanstack.eb.settings import known
from beanstack.lint.rules.found import found, moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.eb.platforms import Platform
    from beanstack.eb.rules import Severity
    from beanstack.lint.rules.worlds import Node, Text, World

READERS = {"SolutionStackName": solution_stack, "PlatformArn": platform_arn}
VERSIONED = re.compile(r"(?P<system>.+) v(?P<version>[0-9.]+) running (?P<runtime>.+)")


def platform_id(world: World, properties: Node | None) -> str | None:
    """The platform's id, as the facts on options know it, if only one is possible."""
    found = [platform.id for _, _, platform in _platforms(world, properties)]
    return found[0] if len(found) == 1 else None


def platform_findings(world: World, properties: Node | None) -> Iterator[Finding]:
    """What is wrong with SolutionStackName or PlatformArn."""
    for node, text, platform in _platforms(world, properties):
        for finding in platform.findings:
            yield moved(finding, node.path, text.path)
    arn, stack = world.child(properties, "PlatformArn"), world.child(properties, "SolutionStackName")
    if arn and stack and world.text(arn) and world.text(stack):  # of parameters one may well stay empty
        message = "PlatformArn and SolutionStackName both name the platform; AWS says to give one of them"
        yield found("warning", Kind.TWO_PLATFORMS, message, stack.path, stack.path)


def in_place_findings(world: World, properties: Node | None) -> Iterator[Finding]:
    """SolutionStackName of an environment, which CloudFormation replaces with it."""
    stack = world.child(properties, "SolutionStackName")
    if not stack or world.child(properties, "PlatformArn"):
        return
    names = [name for name in ("EnvironmentName", "CNAMEPrefix") if world.child(properties, name)]
    severity: Severity = "warning" if names else "informational"
    fails = f", which fails because {names[0]} is taken" if names else ""
    message = f"a new SolutionStackName replaces the environment{fails}; PlatformArn updates it in place"
    yield found(severity, Kind.IN_PLACE, message + _as_arn(world.text(stack)), stack.path, stack.path)


def _platforms(world: World, properties: Node | None) -> Iterator[tuple[Node, Text, Platform]]:
    for name, read in READERS.items():
        node = world.child(properties, name)
        for text in world.texts(node) if node else ():
            value = known(text.text)
            if node and value:
                yield node, text, read(value)


def _as_arn(stack: str | None) -> str:
    match = VERSIONED.fullmatch(stack or "")
    branch = platforms().of_stack(match["system"], match["runtime"]) if match else None
    if not match or not branch or branch.old:
        return ""
    return f": arn:aws:elasticbeanstalk:REGION::platform/{branch.name}/{match['version']}"
