"""What an IAM role lacks that Elastic Beanstalk needs, as an instance profile's role or as a service role.

Properties of an AWS::IAM::Role come as plain data in which None is unknown; where that matters, nothing is reported.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import listed, nearest, report, shown, suggestion
from beanstack.eb.partitions import PARTITIONS
from beanstack.eb.policies import (
    ARN,
    allowed,
    known_policy,
    managed_policies,
    matches,
    resembled_policy,
    statements,
    strings,
)
from beanstack.eb.rules import Kind
from beanstack.eb.settings import fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.policies import ManagedPolicy
    from beanstack.eb.rules import Severity

EC2, ELASTIC_BEANSTALK = "ec2", "elasticbeanstalk"
EXTERNAL_ID = "elasticbeanstalk"
SUFFIXES = tuple(
    f".{partition.domains[0]}" for partition in PARTITIONS.values()
)  # of a service's name in a trust policy
EQUALS = ("stringequals", "stringequalsignorecase", "stringlike", "stringequalsifexists", "foranyvalue:stringequals")
ECS_PLATFORMS = ("ecs-*", "multicontainer-docker-al1")
TRUST = "AssumeRolePolicyDocument"


def instance_role_findings(
    role: Mapping[str, Any],
    *,
    tier: str | None,
    platform: str | None,
    attached: Sequence[Any] | None,
    enhanced_health: bool | None = None,
) -> Iterator[Finding]:
    """Yield the problems with a role in an instance profile.

    `tier` is web or worker, `platform` an ID such as ecs-al2023. `attached` are the documents of policies that other
    resources attach to the role, or None if they are unknown. `enhanced_health` says whether instances need permission
    to report it (SystemType is enhanced and EnhancedHealthAuthEnabled is not false).
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html
    """
    yield from _trust(role, EC2)
    yield from _managed_policies(role)
    if tier in (None, "web", "worker"):
        uses = ["always"]
        if tier == "worker":
            uses.append("worker")
        if platform is not None and fits(platform, ECS_PLATFORMS):
            uses.append("ecs")
        if enhanced_health:
            uses.append("enhanced_health")
        yield from _needs(role, "instance", uses, attached)


def service_role_findings(
    role: Mapping[str, Any], *, managed_updates: bool, enhanced_health: bool | None, attached: Sequence[Any] | None
) -> Iterator[Finding]:
    """Yield the problems with a service role.

    `managed_updates` says whether managed updates are on and use it, `enhanced_health` whether an environment with this
    role has it; `attached` is as for an instance's role.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html
    """
    yield from _trust(role, ELASTIC_BEANSTALK)
    yield from _managed_policies(role)
    uses = []
    if enhanced_health:
        uses.append("enhanced_health")
    if managed_updates:
        uses.append("managed_updates")
    yield from _needs(role, "service", uses, attached)
    if enhanced_health is None and not managed_updates and _granted(role, attached) == []:
        message = "the role has no permissions; enhanced health, for one, needs AWSElasticBeanstalkEnhancedHealth"
        yield report("warning", Kind.ROLE_POLICIES, message)


def _trust(role: Mapping[str, Any], service: str) -> Iterator[Finding]:
    """Check that the service may assume the role, if the whole trust policy is known."""
    if not isinstance(role, Mapping) or not isinstance(role.get(TRUST), Mapping):
        return
    others: list[str] = []
    wrong: list[Path] = []
    conditions: list[Finding] = []
    for path, statement in statements(role[TRUST]):
        if statement is None or statement.get("Effect") not in ("Allow", "Deny"):
            return
        if statement["Effect"] == "Deny":
            continue
        services, actions = _services(statement), strings(statement.get("Action"))
        if services is None or actions is None or "NotAction" in statement:
            return
        if not matches("sts:AssumeRole", actions):
            wrong.append((*path, "Action"))
        elif not any(_is(service, name) for name in services):
            others += services
            principal = (*path, "Principal")
            wrong.append((*principal, "Service") if services else principal)
        else:
            finding = _external_id(statement, (TRUST, *path)) if service == ELASTIC_BEANSTALK else None
            if not finding:
                return  # one statement that lets the service in is enough
            conditions.append(finding)
    if conditions:
        yield from conditions
        return
    message = f"the trust policy does not let {service}.amazonaws.com assume the role"
    if others:
        message += f", only {listed(dict.fromkeys(others))[:200]}"
    path = wrong[0] if len(wrong) == 1 else ()
    yield report("error", Kind.ROLE_TRUST, message, (TRUST, *path))


def _services(statement: Mapping[str, Any]) -> list[str] | None:
    """Return the services that a statement names, or None if they are not known or may be all."""
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping) or "NotPrincipal" in statement:
        return None
    accounts = strings(principal.get("AWS", []))
    if accounts is None or "*" in accounts:
        return None
    return strings(principal.get("Service", []))


def _is(service: str, name: str) -> bool:
    """Return whether a principal is the service, in any partition or region."""
    name = name.lower()
    if name.startswith(f"{service}.") and name.endswith(SUFFIXES):
        return True
    # A name in a trust policy may be a pattern, such as ec2.*.
    return matches(f"{service}.amazonaws.com", [name]) or matches(f"{service}.amazonaws.com.cn", [name])


def _external_id(statement: Mapping[str, Any], path: Path) -> Finding | None:
    """Check that no condition requires an external ID that Elastic Beanstalk does not send."""
    condition = statement.get("Condition")
    if not isinstance(condition, Mapping):
        return None
    for operator, keys in condition.items():
        if not isinstance(keys, Mapping) or str(operator).lower() not in EQUALS:
            continue
        for key, value in keys.items():
            required = strings(value)
            if str(key).lower() == "sts:externalid" and required and not matches(EXTERNAL_ID, required):
                message = f"the trust policy requires the external ID {shown(required[0])}; it is '{EXTERNAL_ID}'"
                return report("warning", Kind.ROLE_TRUST, message, (*path, "Condition", operator, key))
    return None


def _managed_policies(role: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the managed policies of AWS that cannot be attached."""
    arns = role.get("ManagedPolicyArns") if isinstance(role, Mapping) else None
    if not isinstance(arns, list):
        return
    for index, arn in enumerate(arns):
        match = ARN.fullmatch(arn) if isinstance(arn, str) else None
        if match and (found := _managed_policy(match[1], match[2], match[3])):
            severity, message = found
            yield report(severity, Kind.MANAGED_POLICY, message, ("ManagedPolicyArns", index))


def _managed_policy(partition: str, path: str, name: str) -> tuple[Severity, str] | None:
    policies = managed_policies()
    policy = known_policy(name)
    if not policy or policy.name != name:
        return _unknown_policy(partition, name)
    if not policy.attachable:
        return "error", f"{name} is for a service-linked role alone; no other role can have it"
    if path != policy.path:
        meant = policies.by_name.get(policy.replaced_by, policy)
        return "error", f"unknown managed policy {shown(path + name)}{_meant(partition, meant)}"
    if policy.retired:
        return "warning", f"{name} can no longer be attached since {policy.retired}; use {policy.replaced_by}"
    return None


def _unknown_policy(partition: str, name: str) -> tuple[Severity, str] | None:
    """Check an unknown name: all policies of Elastic Beanstalk are known, but those of others may be newer."""
    policies = managed_policies()
    meant = known_policy(name) or resembled_policy(name)
    if name.lower().startswith("awselasticbeanstalk"):
        meant = meant or policies.by_name.get(nearest(name, policies.by_name) or "")
    elif not meant:
        return None
    return "warning", f"unknown managed policy {shown(name)}{_meant(partition, meant)}"


def _meant(partition: str, policy: ManagedPolicy | None) -> str:
    if not policy:
        return ""
    return suggestion(f"arn:{partition}:iam::aws:policy/{policy.path}{policy.name}")


def _needs(
    role: Mapping[str, Any], kind: str, uses: Sequence[str], attached: Sequence[Any] | None
) -> Iterator[Finding]:
    """Yield the permissions that a role lacks, if all of its policies are known."""
    granted = _granted(role, attached)
    if granted is None:
        return
    for need in managed_policies().needs:
        if need.role != kind or need.when not in uses:
            continue
        missing = [action for action in need.actions if not matches(action, granted)]
        if missing:
            message = f"the role lacks {listed(missing)} {need.why}, as in {need.policy}"
            yield report("warning", Kind.ROLE_POLICIES, message)


def _granted(role: Mapping[str, Any], attached: Sequence[Any] | None) -> list[str] | None:
    """Return patterns of the actions that a role allows, or None if they are not known."""
    if not isinstance(role, Mapping) or "PermissionsBoundary" in role or not isinstance(attached, (list, tuple)):
        return None
    arns, inline = role.get("ManagedPolicyArns", []), role.get("Policies", [])
    if not isinstance(arns, list) or not isinstance(inline, list):
        return None
    granted: list[str] = []
    for arn in arns:
        match = ARN.fullmatch(arn) if isinstance(arn, str) else None
        policy = known_policy(match[3]) if match else None
        if policy is None:
            return None
        granted += policy.allows
    documents = list(attached)
    for inline_policy in inline:
        documents.append(inline_policy.get("PolicyDocument") if isinstance(inline_policy, Mapping) else None)
    for document in documents:
        actions = allowed(document)
        if actions is None:
            return None
        granted += actions
    return granted
