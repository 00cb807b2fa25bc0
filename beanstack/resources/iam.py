"""The roles: EB's own, one an application, and the instances', one an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import sts
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import GetAtt, Ref, Sub
from troposphere.iam import InstanceProfile, Role

from beanstack.config.sections.roles import AWS, MINIMAL
from beanstack.eb.policies import known_policy
from beanstack.eb.rolearns import without_account
from beanstack.resources.instancepolicies import policies
from beanstack.resources.statements import document
from beanstack.resources.tagging import shared_tags, tags
from beanstack.resources.unchecked import without_check

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Application, Environment
    from beanstack.config.sections.roles import InstanceRole

SERVICE_ROLE = "ServiceRole"
INSTANCE_ROLE = "InstanceRole"
INSTANCE_PROFILE = "InstanceProfile"
ECS_POLICY = "AWSElasticBeanstalkMulticontainerDocker"
# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
SESSION_MANAGER = "AmazonSSMManagedInstanceCore"
UNLIMITED = "CKV_AWS_111"  # write access without constraints
UNLIMITED_BY_IAM = "the agent of Systems Manager has actions that no resource and no condition limits"


def makes_service_role(application: Application) -> bool:
    """Return whether an environment needs the application's own service role, because it names no other."""
    return not all(environment.service_role for environment in application.environments.values())


def shared_resources(application: Application) -> list[AWSObject]:
    """Return the service role, unless every environment names one that exists."""
    return [service_role(application)] if makes_service_role(application) else []


def lifecycle_role(application: Application) -> GetAtt | Sub:
    """Return the ARN of the role with which EB deletes versions: in each account the one of the first environment.

    A name instead of an ARN is answered with "Access denied".
    """
    if makes_service_role(application):
        return GetAtt(SERVICE_ROLE, "Arn")
    first = next(iter(application.environments.values()))
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{without_account(first.service_role or '')}")


def service_role(application: Application) -> Role:
    """Return the role with which EB monitors health and updates platforms, for all environments of the application.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html
    """
    return Role(
        SERVICE_ROLE,
        AssumeRolePolicyDocument=_trust(
            "elasticbeanstalk.amazonaws.com",
            Condition=Condition(StringEquals({"sts:ExternalId": "elasticbeanstalk"})),
        ),
        ManagedPolicyArns=[
            _managed_policy("service-role/AWSElasticBeanstalkEnhancedHealth"),
            _managed_policy("AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"),
        ],
        **_limits(_common(application)),
        **shared_tags(application),
    )


def instance_resources(application: Application, environment: Environment) -> list[AWSObject]:
    """Return the instances' role, and the profile that passes it to them; nothing where config names a profile."""
    if environment.instance_profile:
        return []
    path = environment.instance_role.path
    return [
        instance_role(application, environment),
        InstanceProfile(INSTANCE_PROFILE, **({"Path": path} if path else {}), Roles=[Ref(INSTANCE_ROLE)]),
    ]


def instance_role(application: Application, environment: Environment) -> Role:
    """Return the role of instances: they run EB's tier and the ECS agent, read bundles and pull the containers' images.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html
    """
    managed = managed_policies(environment)
    return Role(
        INSTANCE_ROLE,
        AssumeRolePolicyDocument=_trust("ec2.amazonaws.com"),
        **({"ManagedPolicyArns": managed} if managed else {}),
        Policies=policies(application, environment),
        **_limits(environment.instance_role),
        **tags(environment),
        **(without_check(UNLIMITED, UNLIMITED_BY_IAM) if has_own_shell_rights(environment) else {}),
    )


def has_own_shell_rights(environment: Environment) -> bool:
    """Return whether the role's own policies, and none of AWS's, let Systems Manager open shells."""
    return environment.session_manager and MINIMAL in environment.instance_role.managed_policies


def managed_policies(environment: Environment) -> list[str | Sub]:
    """Return the managed policies of the instances' role, by ARN."""
    found: dict[str, str | Sub] = {}
    for name in environment.instance_role.managed_policies:
        if name == AWS:
            for of_aws in (environment.tier_facts.policy, ECS_POLICY):
                found[of_aws] = _managed_policy(of_aws)
        elif name.startswith("arn:"):
            found[name] = name
        elif name != MINIMAL:
            found[name] = _managed_policy(name)
    if environment.session_manager and not has_own_shell_rights(environment):
        found[SESSION_MANAGER] = _managed_policy(SESSION_MANAGER)
    return list(found.values())


def _trust(service: str, **conditions: Condition) -> PolicyDocument:
    """Return a policy that lets a service assume the role."""
    principal = Principal("Service", [service])
    return document(Statement(Effect=Allow, Principal=principal, Action=[sts.AssumeRole], **conditions))


def _managed_policy(name: str) -> Sub:
    """Return the ARN of a managed policy of AWS, whose path need not be given."""
    known = known_policy(name)
    path = known.path if known and "/" not in name else ""
    return Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{path}{name}")


def _common(application: Application) -> InstanceRole | None:
    """Return the limits of roles that all environments have alike, None where they differ."""
    first, *others = (environment.instance_role for environment in application.environments.values())
    alike = all((one.permissions_boundary, one.path) == (first.permissions_boundary, first.path) for one in others)
    return first if alike else None


def _limits(settings: InstanceRole | None) -> dict[str, Any]:
    """Return path and permissions boundary of a role, as far as there are any."""
    if not settings:
        return {}
    found: dict[str, Any] = {}
    if settings.path:
        found["Path"] = settings.path
    boundary = settings.permissions_boundary
    if boundary and not boundary.startswith("arn:"):
        boundary = Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{boundary}")
    if boundary:
        found["PermissionsBoundary"] = boundary
    return found
