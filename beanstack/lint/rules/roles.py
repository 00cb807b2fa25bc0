"""The roles that a template creates for an environment: the one of its instance profile, and the service role.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import report
from beanstack.eb.namespaces import ENVIRONMENT, HEALTH, LAUNCH, MANAGED_ACTIONS
from beanstack.eb.roles import instance_role_findings, service_role_findings
from beanstack.eb.rules import Kind
from beanstack.lint.rules.scenario import moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.settings import Context
    from beanstack.lint.rules.options import Settings
    from beanstack.lint.rules.scenario import Node, Scenario

ROLE, PROFILE = "AWS::IAM::Role", "AWS::IAM::InstanceProfile"
NAMES = {ROLE: "RoleName", PROFILE: "InstanceProfileName"}
# Resources that attach a policy, and the property that names their role or roles.
POLICIES = {"AWS::IAM::ManagedPolicy": "Roles", "AWS::IAM::Policy": "Roles", "AWS::IAM::RolePolicy": "RoleName"}


def role_findings(scenario: Scenario, settings: Settings, context: Context) -> Iterator[Finding]:
    """Yield what is wrong with the roles of this template that the settings name."""
    system = scenario.text(settings.find(HEALTH, "SystemType"))
    enhanced = system.lower() == "enhanced" if system else None
    yield from _instance_role_findings(scenario, settings, context, enhanced=enhanced)
    yield from _service_role_findings(scenario, settings, enhanced=enhanced)


def _instance_role_findings(
    scenario: Scenario, settings: Settings, context: Context, *, enhanced: bool | None
) -> Iterator[Finding]:
    named = settings.find(LAUNCH, "IamInstanceProfile")
    if named and scenario.resource(named, ROLE):
        message = "this is a role, not an instance profile: create one with this role and name it"
        yield report("warning", Kind.INSTANCE_PROFILE, message, named.path, also=(named.path,))
    authorized = scenario.text(settings.find(HEALTH, "EnhancedHealthAuthEnabled")) or "true"
    profile = _created(scenario, named, PROFILE)
    for item in scenario.items(scenario.child(profile, "Roles")):
        role = _created(scenario, item, ROLE)
        if role:
            found = instance_role_findings(
                scenario.plain(role),
                tier=context.tier,
                platform=context.platform,
                attached=_attached(scenario, role),
                enhanced_health=enhanced and authorized.lower() == "true",
            )
            yield from _in_template(scenario, role, found)


def _service_role_findings(scenario: Scenario, settings: Settings, *, enhanced: bool | None) -> Iterator[Finding]:
    named = settings.find(ENVIRONMENT, "ServiceRole")
    if named and scenario.resource(named, PROFILE):
        message = "this is an instance profile, not a role: name a role for the service"
        yield report("warning", Kind.INSTANCE_PROFILE, message, named.path, also=(named.path,))
    updates = (scenario.text(settings.find(MANAGED_ACTIONS, "ManagedActionsEnabled")) or "").lower() == "true"
    updater_named = settings.find(MANAGED_ACTIONS, "ServiceRoleForManagedUpdates")
    service, updater = _created(scenario, named, ROLE), _created(scenario, updater_named, ROLE)
    if service:
        updates_itself = updater_named is None or service == updater
        yield from _service_role(scenario, service, updates=updates and updates_itself, enhanced=enhanced)
    if updater and updater != service:
        yield from _service_role(scenario, updater, updates=updates, enhanced=None)


def _service_role(scenario: Scenario, role: Node, *, updates: bool, enhanced: bool | None) -> Iterator[Finding]:
    attached = _attached(scenario, role)
    found = service_role_findings(
        scenario.plain(role), managed_updates=updates, enhanced_health=enhanced, attached=attached
    )
    return _in_template(scenario, role, found)


def _created(scenario: Scenario, node: Node | None, type_: str) -> Node | None:
    """Return the properties of the resource that a value refers to or whose name it is."""
    created = scenario.resource(node, type_)
    text = scenario.text(node)
    if created or text is None:
        return created
    named = []
    for _, properties in scenario.resources(type_):
        if scenario.text(scenario.child(properties, NAMES[type_])) == text:
            named.append(properties)
    if len(named) == 1:
        return named[0]
    return None  # several of one name are for different conditions


def _in_template(scenario: Scenario, role: Node, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if finding.path:
            path = _nearest(scenario, role, finding.path).path
            yield moved(finding, path, path)
        else:
            yield moved(finding, role.path[:2])


def _nearest(scenario: Scenario, node: Node, path: Sequence[str | int]) -> Node:
    """Return the value at a path through plain data, in which the branches are chosen, or the nearest one above it."""
    for key in path:
        if isinstance(key, int):
            inside = dict(enumerate(scenario.items(node))).get(key)
        else:
            inside = scenario.child(node, key)
        if inside is None:
            break
        node = inside
    return node


def _attached(scenario: Scenario, role: Node) -> list[Any] | None:
    """Return the documents of the policies that name the role, or None if it is unknown whether one does."""
    documents: list[Any] = []
    own_name = scenario.text(scenario.child(role, NAMES[ROLE]))
    for type_, properties in scenario.resources(*POLICIES):
        for item in _one_or_many(scenario, scenario.child(properties, POLICIES[type_])):
            named = _created(scenario, item, ROLE)
            if named == role:
                documents.append(scenario.plain(scenario.child(properties, "PolicyDocument")))
            elif named is None and scenario.text(item) in (None, own_name):
                return None
    return documents


def _one_or_many(scenario: Scenario, node: Node | None) -> Iterator[Node]:
    if node and isinstance(node.value, list):
        yield from scenario.items(node)
    elif node:
        yield node
