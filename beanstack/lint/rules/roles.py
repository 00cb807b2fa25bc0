"""The roles that a template makes for an environment: its instance profile's, and the service role.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.namespaces import ENVIRONMENT, HEALTH, LAUNCH, MANAGED_ACTIONS
from beanstack.eb.roles import instance_role_findings, service_role_findings
from beanstack.eb.rules import Kind
from beanstack.lint.rules.found import found, moved
from beanstack.lint.rules.worlds import Node

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.settings import Context
    from beanstack.lint.rules.environments import Given
    from beanstack.lint.rules.worlds import World

ROLE, PROFILE = "AWS::IAM::Role", "AWS::IAM::InstanceProfile"
NAMES = {ROLE: "RoleName", PROFILE: "InstanceProfileName"}
# Policies that stand by themselves, and the property that names their role or roles.
POLICIES = {"AWS::IAM::ManagedPolicy": "Roles", "AWS::IAM::Policy": "Roles", "AWS::IAM::RolePolicy": "RoleName"}


def role_findings(world: World, root: Node, given: Sequence[Given], context: Context) -> Iterator[Finding]:
    """What is wrong with roles of this template that the settings name; of those made elsewhere nothing is known."""
    profile = _value(world, given, LAUNCH, "IamInstanceProfile")
    yield from _confused(world, root, profile, ROLE, "a role, not an instance profile: make one with it, and name that")
    system = _text(world, given, HEALTH, "SystemType")
    enhanced = None if system is None else system.lower() == "enhanced"
    reports = enhanced and (_text(world, given, HEALTH, "EnhancedHealthAuthEnabled") or "true").lower() == "true"
    made = _made(world, root, profile, PROFILE)
    for item in world.items(world.child(made, "Roles")):
        if role := _made(world, root, item, ROLE):
            findings = instance_role_findings(
                world.plain(role),
                tier=context.tier,
                platform=context.platform,
                attached=_attached(world, root, role),
                enhanced_health=reports,
            )
            yield from _in_template(world, role, findings)
    updates = (_text(world, given, MANAGED_ACTIONS, "ManagedActionsEnabled") or "").lower() == "true"
    named = _value(world, given, ENVIRONMENT, "ServiceRole")
    yield from _confused(world, root, named, PROFILE, "an instance profile, not a role: name a role for the service")
    service = _made(world, root, named, ROLE)
    other = _value(world, given, MANAGED_ACTIONS, "ServiceRoleForManagedUpdates")
    updater = _made(world, root, other, ROLE)
    for role in {node.path: node for node in (service, updater) if node}.values():
        findings = service_role_findings(
            world.plain(role),
            managed_updates=updates and (other is None or (updater is not None and role.path == updater.path)),
            enhanced_health=enhanced if service and role.path == service.path else None,
            attached=_attached(world, root, role),
        )
        yield from _in_template(world, role, findings)


def _confused(world: World, root: Node, node: Node | None, kind: str, what: str) -> Iterator[Finding]:
    """A role where an instance profile belongs, or the other way round; of a name alone that cannot be said."""
    if node and world.referred(root, node, kind):
        yield found("warning", Kind.INSTANCE_PROFILE, f"this is {what}", node.path, node.path)


def _made(world: World, root: Node, node: Node | None, kind: str) -> Node | None:
    """The properties of the resource of this template that a value refers to, or whose name alone the value is."""
    if made := world.referred(root, node, kind):
        return made
    text = world.text(node)
    named = [
        properties
        for _, properties in _resources(world, root, (kind,))
        if text is not None and world.text(world.child(properties, NAMES[kind])) == text
    ]
    return named[0] if len(named) == 1 else None  # of several some condition chooses


def _resources(world: World, root: Node, kinds: Container[str]) -> Iterator[tuple[str, Node]]:
    """The types and properties of the resources of some types."""
    resources = root.child("Resources")
    for name, resource in resources.value.items() if resources else ():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        properties = world.child(Node(resource, ("Resources", name)), "Properties")
        if properties and isinstance(kind, str) and kind in kinds:
            yield kind, properties


def _value(world: World, given: Sequence[Given], namespace: str, option: str) -> Node | None:
    for setting in given:
        if (setting.namespace.lower(), setting.option.lower()) == (namespace, option.lower()):
            return world.child(setting.item, "Value")
    return None


def _text(world: World, given: Sequence[Given], namespace: str, option: str) -> str | None:
    return world.text(_value(world, given, namespace, option))


def _in_template(world: World, role: Node, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if finding.path:
            path = _path(world, role, finding.path)
            yield moved(finding, path, path)
        else:
            yield moved(finding, role.path[:2])


def _path(world: World, role: Node, keys: Sequence[str | int]) -> Path:
    """Where something stands that has other keys in plain data, in which there are no branches."""
    node = role
    for key in keys:
        inside = [*world.items(node)][key : key + 1] if isinstance(key, int) else [world.child(node, key)]
        if not inside or not inside[0]:
            break
        node = inside[0]
    return node.path


def _attached(world: World, root: Node, role: Node) -> list[Any] | None:
    """The documents of policies that name the role themselves, None where one may do so that cannot be read."""
    documents: list[Any] = []
    own_name = world.text(world.child(role, NAMES[ROLE]))
    for kind, properties in _resources(world, root, POLICIES):
        named = world.child(properties, POLICIES[kind])
        for item in world.items(named) if named and isinstance(named.value, list) else [named] if named else []:
            meant = _made(world, root, item, ROLE)
            if meant and meant.path == role.path:
                documents.append(world.plain(world.child(properties, "PolicyDocument")))
            elif not meant and world.text(item) in (None, own_name):
                return None
    return documents
