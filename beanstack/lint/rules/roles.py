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
    from beanstack.lint.rules.scenario import Node

ROLE, PROFILE = "AWS::IAM::Role", "AWS::IAM::InstanceProfile"
NAMES = {ROLE: "RoleName", PROFILE: "InstanceProfileName"}
POLICIES = ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy")


def role_findings(settings: Settings, context: Context) -> Iterator[Finding]:
    """Yield the problems with the roles of this template that the settings name."""
    system = settings.text(HEALTH, "SystemType")
    enhanced = system.lower() == "enhanced" if system else None
    yield from _instance_role_findings(settings, context, enhanced=enhanced)
    yield from _service_role_findings(settings, enhanced=enhanced)


def _instance_role_findings(settings: Settings, context: Context, *, enhanced: bool | None) -> Iterator[Finding]:
    named = settings.find(LAUNCH, "IamInstanceProfile")
    if named is None:
        return
    if named.resource(ROLE):
        message = "this is a role, not an instance profile: create one with this role and name it"
        yield report("warning", Kind.INSTANCE_PROFILE, message, named.path, also=(named.path,))
    authorized = settings.text(HEALTH, "EnhancedHealthAuthEnabled") or "true"
    profile = _created(named, PROFILE)
    if profile is None:
        return
    for item in profile.items("Roles"):
        role = _created(item, ROLE)
        if role:
            found = instance_role_findings(
                role.scenario.once(role, _plain),
                tier=context.tier,
                platform=context.platform,
                attached=_attached(role),
                enhanced_health=enhanced and authorized.lower() == "true",
            )
            yield from _in_template(role, found)


def _service_role_findings(settings: Settings, *, enhanced: bool | None) -> Iterator[Finding]:
    named = settings.find(ENVIRONMENT, "ServiceRole")
    if named and named.resource(PROFILE):
        message = "this is an instance profile, not a role: name a role for the service"
        yield report("warning", Kind.INSTANCE_PROFILE, message, named.path, also=(named.path,))
    updates = (settings.text(MANAGED_ACTIONS, "ManagedActionsEnabled") or "").lower() == "true"
    updater_named = settings.find(MANAGED_ACTIONS, "ServiceRoleForManagedUpdates")
    service, updater = _created(named, ROLE), _created(updater_named, ROLE)
    if service:
        updates_itself = updater_named is None or service == updater
        yield from _of_service(service, updates=updates and updates_itself, enhanced=enhanced)
    if updater and updater != service:
        yield from _of_service(updater, updates=updates, enhanced=None)


def _of_service(role: Node, *, updates: bool, enhanced: bool | None) -> Iterator[Finding]:
    found = service_role_findings(
        role.scenario.once(role, _plain), managed_updates=updates, enhanced_health=enhanced, attached=_attached(role)
    )
    return _in_template(role, found)


def _plain(role: Node) -> Any:
    return role.plain()


def _created(node: Node | None, type_: str) -> Node | None:
    """Return the properties of the resource that a value refers to or whose name it is."""
    if node is None:
        return None
    created, text = node.resource(type_), node.text()
    if created or text is None:
        return created
    named = [
        resource for resource in node.scenario.resources(type_) if resource.text("Properties", NAMES[type_]) == text
    ]
    if len(named) == 1:
        return named[0].child("Properties")
    return None  # several of one name are for different conditions


def _in_template(role: Node, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if finding.path:
            path = _nearest(role, finding.path).path
            yield moved(finding, path, path)
        else:
            yield moved(finding, role.path[:2])


def _nearest(node: Node, path: Sequence[str | int]) -> Node:
    """Return the value at a path through plain data, in which the branches are chosen, or the nearest one above it."""
    for key in path:
        if isinstance(key, str):
            inside = node.child(key)
        else:
            inside = dict(enumerate(node.items())).get(key)
        if inside is None:
            break
        node = inside
    return node


def _attached(role: Node) -> list[Any] | None:
    """Return the documents of the policies that name the role, or None if it is unknown whether one does."""
    documents: list[Any] = []
    for policy in role.scenario.resources(*POLICIES):
        for item in _attached_to(policy):
            named = _created(item, ROLE)
            if named == role:
                document = policy.child("Properties", "PolicyDocument")
                documents.append(document and document.plain())
            elif named is None and item.text() in (None, role.text("RoleName")):
                return None
    return documents


def _attached_to(policy: Node) -> Iterator[Node]:
    """Yield what names the role or roles of a policy."""
    yield from policy.items("Properties", "Roles")
    name = policy.child("Properties", "RoleName")
    if name:
        yield name
