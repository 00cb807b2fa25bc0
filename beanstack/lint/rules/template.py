"""Everything that is found in a template: each resource of Elastic Beanstalk, in each of its scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.eb.rules import Kind
from beanstack.eb.settings import Context
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.lint.rules.names import own_name_findings
from beanstack.lint.rules.options import option_findings, overlaid, read_settings
from beanstack.lint.rules.parameters import parameter_findings
from beanstack.lint.rules.properties import (
    in_place_findings,
    name_findings,
    platform_findings,
    platform_id,
    tier_findings,
    version_findings,
)
from beanstack.lint.rules.references import section
from beanstack.lint.rules.roles import role_findings
from beanstack.lint.rules.scenarios import Scenarios

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cfnlint.template import Template

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.rules.scenario import Node, Scenario

CONFIGURATION_TEMPLATE = "AWS::ElasticBeanstalk::ConfigurationTemplate"
# What brings settings that are not in the template: .ebextensions of a version, a saved configuration, another
# environment, a macro.
ELSEWHERE = ("VersionLabel", "SourceConfiguration", "EnvironmentId", "Fn::Transform")
SCENARIOS = 100  # of a resource
FORMS = (Kind.TYPE, Kind.PATTERN, Kind.LIST)


def template_findings(template: Template) -> list[Finding]:
    """Return the findings by resource, each once."""
    scenarios = Scenarios(template)
    found: list[Finding] = []
    for name, resource in section(template.template, "Resources").items():
        if isinstance(resource, dict) and isinstance(resource.get("Type"), str) and resource["Type"] in CHECKS:
            found += _resource_findings(scenarios.of(resource, SCENARIOS), name)
    own = list(dict.fromkeys(own_name_findings(template.template)))
    # A logical ID does not have the form of an ARN or ID either.
    instead = {finding.path for finding in own if finding.kind == Kind.LOGICAL_ID}
    return [*(finding for finding in found if finding.kind not in FORMS or finding.path not in instead), *own]


def _resource_findings(scenarios: Iterable[Scenario], name: str) -> Iterator[Finding]:
    reported: set[tuple[str, tuple[Path, ...]]] = set()
    for scenario in scenarios:
        resource = scenario.resource(name)
        new = dict.fromkeys(CHECKS[resource.value["Type"]](resource))
        errors = [(finding.kind, finding.also) for finding in new if finding.severity == "error"]
        for finding in new:
            if finding.severity != "error" and (finding.kind, finding.also) in errors:
                continue
            if (finding.id, finding.also) not in reported:
                yield replace(finding, path=finding.path or resource.path)
        reported.update((finding.id, finding.also) for finding in new)


def _environment(resource: Node) -> Iterator[Finding]:
    properties = resource.child("Properties")
    if properties is None:
        return
    settings, platform = read_settings(properties), platform_id(properties)
    complete = settings.complete and not _has_more_settings(resource, properties)
    template = properties.child("TemplateName")
    if template:
        base = template.resource(CONFIGURATION_TEMPLATE)
        if base:
            settings = overlaid(read_settings(base), settings)
            platform = platform or platform_id(base)
            complete = complete and settings.complete and not _has_more_settings(base)
        else:
            complete = False
    context = Context(_tier(properties), platform, complete)
    yield from option_findings(settings, context)
    yield from parameter_findings(settings)
    yield from platform_findings(properties)
    yield from in_place_findings(properties)
    yield from tier_findings(properties)
    yield from name_findings(properties)
    yield from role_findings(settings, context)


def _configuration_template(resource: Node) -> Iterator[Finding]:
    properties = resource.child("Properties")
    if properties is None:
        return
    settings = read_settings(properties)
    context = Context(platform=platform_id(properties), complete=False)
    yield from option_findings(settings, context)
    yield from parameter_findings(settings)
    yield from platform_findings(properties)
    yield from role_findings(settings, context)


def _tier(properties: Node) -> str | None:
    if properties.child("Tier") is None:
        return WEB.id
    tier = BY_NAME.get(properties.text("Tier", "Name") or "")
    return tier.id if tier else None


def _has_more_settings(*nodes: Node) -> bool:
    """Return whether a resource or its properties may get settings from elsewhere."""
    for node in nodes:
        if any(node.child(key) for key in ELSEWHERE):
            return True
    transforms = nodes[0].scenario.template.get("Transform", [])
    if not isinstance(transforms, list):
        transforms = [transforms]
    # Another macro than AWS's own may change the whole template.
    return not all(isinstance(name, str) and name.startswith("AWS::") for name in transforms)


CHECKS = {
    "AWS::ElasticBeanstalk::ApplicationVersion": version_findings,
    "AWS::ElasticBeanstalk::Environment": _environment,
    CONFIGURATION_TEMPLATE: _configuration_template,
}
