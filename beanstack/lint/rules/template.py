"""Everything that is found in a template: each resource of Elastic Beanstalk, in each of its scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from beanstack.eb.settings import Context
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.lint.rules import platforms
from beanstack.lint.rules.options import option_findings, overlaid, read_settings
from beanstack.lint.rules.properties import name_findings, tier_findings, version_findings
from beanstack.lint.rules.references import section
from beanstack.lint.rules.roles import role_findings
from beanstack.lint.rules.scenario import Node
from beanstack.lint.rules.scenarios import Scenarios

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cfnlint.template import Template

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.rules.scenario import Scenario

CONFIGURATION_TEMPLATE = "AWS::ElasticBeanstalk::ConfigurationTemplate"
# What brings settings that are not in the template: a saved configuration, another environment, a macro.
ELSEWHERE = ("SourceConfiguration", "EnvironmentId", "Fn::Transform")
SCENARIOS = 100  # of a resource


def template_findings(template: Template) -> list[Finding]:
    """Return the findings by resource, each once."""
    scenarios = Scenarios(template)
    found: list[Finding] = []
    for name, resource in section(template.template, "Resources").items():
        if isinstance(resource, dict) and isinstance(resource.get("Type"), str) and resource["Type"] in CHECKS:
            found += _resource_findings(scenarios, str(name), resource)
    return found


def _resource_findings(scenarios: Scenarios, name: str, resource: Mapping[str, Any]) -> Iterator[Finding]:
    reported: set[tuple[str, tuple[Path, ...]]] = set()
    for scenario in scenarios.of(resource, SCENARIOS):
        new = dict.fromkeys(CHECKS[resource["Type"]](scenario, Node(resource, ("Resources", name))))
        errors = {(finding.kind, finding.also) for finding in new if finding.severity == "error"}
        for finding in new:
            is_error_as_well = finding.severity != "error" and (finding.kind, finding.also) in errors
            if not is_error_as_well and (finding.id, finding.also) not in reported:
                yield replace(finding, path=finding.path or ("Resources", name))
        reported |= {(finding.id, finding.also) for finding in new}


def _environment(scenario: Scenario, resource: Node) -> Iterator[Finding]:
    properties = scenario.child(resource, "Properties")
    template = scenario.child(properties, "TemplateName")
    base = scenario.resource(template, CONFIGURATION_TEMPLATE)
    settings = read_settings(scenario, properties)
    platform = platforms.platform_id(scenario, properties)
    if base:
        settings = overlaid(read_settings(scenario, base), settings)
        platform = platform or platforms.platform_id(scenario, base)
    context = Context(
        _tier(scenario, properties),
        platform,
        complete=settings.complete
        and (base is not None or template is None)
        and not _has_more_settings(scenario, resource, properties, base),
    )
    yield from option_findings(settings, context)
    yield from platforms.platform_findings(scenario, properties)
    yield from platforms.in_place_findings(scenario, properties)
    yield from tier_findings(scenario, properties)
    yield from name_findings(scenario, properties)
    yield from role_findings(scenario, settings, context)


def _configuration_template(scenario: Scenario, resource: Node) -> Iterator[Finding]:
    properties = scenario.child(resource, "Properties")
    settings = read_settings(scenario, properties)
    context = Context(platform=platforms.platform_id(scenario, properties), complete=False)
    yield from option_findings(settings, context)
    yield from platforms.platform_findings(scenario, properties)
    yield from role_findings(scenario, settings, context)


def _tier(scenario: Scenario, properties: Node | None) -> str | None:
    tier = scenario.child(properties, "Tier")
    if tier is None:
        return WEB.id
    known = BY_NAME.get(scenario.text(scenario.child(tier, "Name")) or "")
    return known.id if known else None


def _has_more_settings(scenario: Scenario, resource: Node, properties: Node | None, base: Node | None) -> bool:
    """Return whether settings may come from elsewhere, such as from the .ebextensions of a version."""
    if scenario.child(properties, "VersionLabel") or _has_macro(scenario.template):
        return True
    return any(node.child(key) for node in (resource, properties, base) if node for key in ELSEWHERE)


def _has_macro(root: Node) -> bool:
    """Return whether a macro other than AWS's own changes the whole template."""
    transforms = root.value.get("Transform", [])
    if not isinstance(transforms, list):
        transforms = [transforms]
    return not all(isinstance(name, str) and name.startswith("AWS::") for name in transforms)


CHECKS = {
    "AWS::ElasticBeanstalk::ApplicationVersion": version_findings,
    "AWS::ElasticBeanstalk::Environment": _environment,
    CONFIGURATION_TEMPLATE: _configuration_template,
}
