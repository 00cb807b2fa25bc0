"""All that is found in a template: each environment, configuration template and version, in each of its worlds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from beanstack.eb.settings import Context
from beanstack.lint.rules import environments, names, platforms, roles, tiers, versions
from beanstack.lint.rules.scenario import WORLDS, Scenarios
from beanstack.lint.rules.worlds import Node, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cfnlint.template import Template

    from beanstack.eb.findings import Finding, Path

# What brings settings that are not in the template: a saved configuration, another environment, a macro.
ELSEWHERE = ("SourceConfiguration", "EnvironmentId", "Fn::Transform")
TEMPLATE_WORLDS, FEW_WORLDS = 1000, 10  # of all resources together, and of each, however many they are
CONFIGURATION_TEMPLATE = "AWS::ElasticBeanstalk::ConfigurationTemplate"


def template_findings(template: Template) -> list[Finding]:
    """The findings by resource; what several worlds share is told once."""
    resources = template.template.get("Resources")
    judged = {
        str(name): resource
        for name, resource in (resources.items() if isinstance(resources, dict) else ())
        if isinstance(resource, dict) and isinstance(resource.get("Type"), str) and resource["Type"] in JUDGES
    }
    scenarios = Scenarios(template)
    most = max(FEW_WORLDS, min(WORLDS, TEMPLATE_WORLDS // max(1, len(judged))))
    return [found for name, resource in judged.items() for found in _resource_findings(scenarios, name, resource, most)]


def _resource_findings(scenarios: Scenarios, name: str, resource: Mapping[str, Any], most: int) -> Iterator[Finding]:
    root = Node(scenarios.template.template, ())
    reported: set[tuple[str, tuple[Path, ...]]] = set()
    for world in scenarios.worlds(resource, most):
        new = dict.fromkeys(JUDGES[resource["Type"]](world, root, Node(resource, ("Resources", name))))
        errors = {(found.kind, found.also) for found in new if found.severity == "error"}
        for found in new:
            milder = found.severity != "error" and (found.kind, found.also) in errors
            if not milder and (found.id, found.also) not in reported:
                yield replace(found, path=found.path or ("Resources", name))
        reported |= {(found.id, found.also) for found in new}


def _environment(world: World, root: Node, resource: Node) -> Iterator[Finding]:
    properties = world.child(resource, "Properties")
    own = environments.options(world, properties)
    template = world.child(properties, "TemplateName")
    base = world.referred(root, template, CONFIGURATION_TEMPLATE) if template else None
    if base:
        own = environments.overlaid(environments.options(world, base), own)
    complete = own.complete and (base is not None or template is None) and not _macro(root)
    complete = complete and not any(
        node and node.child(key) for node in (resource, properties, base) for key in ELSEWHERE
    )
    platform = platforms.platform_id(world, properties) or (base and platforms.platform_id(world, base))
    context = environments.environment_context(world, properties, platform, complete=complete)
    yield from environments.option_findings(own, context)
    yield from platforms.platform_findings(world, properties)
    yield from platforms.in_place_findings(world, properties)
    yield from tiers.tier_findings(world, properties)
    yield from names.name_findings(world, properties)
    yield from roles.role_findings(world, root, own.given, context)


def _macro(root: Node) -> bool:
    """Whether a macro other than AWS's own makes something of the whole template."""
    named = root.child("Transform")
    transforms = named.value if named and isinstance(named.value, list) else [named.value] if named else []
    return not all(isinstance(name, str) and name.startswith("AWS::") for name in transforms)


def _configuration_template(world: World, root: Node, resource: Node) -> Iterator[Finding]:
    properties = world.child(resource, "Properties")
    options = environments.options(world, properties)
    context = Context(platform=platforms.platform_id(world, properties), complete=False)
    yield from environments.option_findings(options, context)
    yield from platforms.platform_findings(world, properties)
    yield from roles.role_findings(world, root, options.given, context)


JUDGES = {
    "AWS::ElasticBeanstalk::ApplicationVersion": versions.version_findings,
    "AWS::ElasticBeanstalk::Environment": _environment,
    CONFIGURATION_TEMPLATE: _configuration_template,
}
