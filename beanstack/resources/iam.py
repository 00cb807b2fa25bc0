"""The roles: EB's own, one an application, and the instances', one an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import ecr, iam, s3, secretsmanager, ssm, sts
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import GetAtt, ImportValue, Ref, Sub
from troposphere.iam import InstanceProfile, Policy, Role

from beanstack.config.option import resolved
from beanstack.config.sections.roles import AWS, MINIMAL
from beanstack.eb.images import ecr_repository
from beanstack.eb.namespaces import SECRETS
from beanstack.eb.policies import known_policy
from beanstack.eb.rolearns import without_account
from beanstack.resources import exports, minimal, registry
from beanstack.resources.statements import document, policy, rendered
from beanstack.resources.tagging import shared_tags, tags
from beanstack.resources.unchecked import without_check

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Application, Environment
    from beanstack.config.sections.roles import InstanceRole
    from beanstack.eb.findings import Path

SERVICE_ROLE = "ServiceRole"
INSTANCE_ROLE = "InstanceRole"
INSTANCE_PROFILE = "InstanceProfile"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type
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


def policies(application: Application, environment: Environment) -> list[Policy]:
    """Return the policies of the instances' role itself, from what config names."""
    found = [
        bundle_policy(application),
        image_policy(environment),
        execution_role_policy(environment),
        secret_policy(environment),
    ]
    if MINIMAL in environment.instance_role.managed_policies:
        found += minimal.policies(application, environment)
    statements = environment.instance_role.statements
    if statements:
        found.append(policy("Own", *map(rendered, statements)))
    return [one for one in found if one]


def bundle_policy(application: Application) -> Policy:
    """Return the right to read all bundles of the application, which managed policies give for EB's own buckets alone.

    Instances fetch the bundle themselves; one that starts during a deployment runs the version before.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles-instance.html
    """
    bucket = ImportValue(exports.name(application, exports.BUNDLE_BUCKET))
    bundles = Sub("arn:${AWS::Partition}:s3:::${Bucket}/*", Bucket=bucket)
    return policy("ReadBundles", Statement(Effect=Allow, Action=[s3.GetObject], Resource=[bundles]))


def image_policy(environment: Environment) -> Policy | None:
    """Return the right to pull from exactly the ECR repositories of the containers' images, or None without any.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    """
    images = [ecr_repository(environment.image_of(name)) for name in environment.containers]
    repositories = sorted({image for image in images if image})
    if not repositories:
        return None
    return policy(
        "PullImages",
        # The token is the registry's, not a repository's: there is no ARN to name.
        Statement(Effect=Allow, Action=[ecr.GetAuthorizationToken], Resource=["*"]),
        Statement(
            Effect=Allow,
            Action=list(registry.PULL),
            Resource=[
                Sub(f"arn:${{AWS::Partition}}:ecr:{image.region}:{image.account}:repository/{image.name}")
                for image in repositories
            ],
        ),
    )


def execution_role_policy(environment: Environment) -> Policy | None:
    """Return the right to pass to ECS the role that reads the containers' secrets, or None without such a role.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
    """
    if not environment.execution_role_arn:
        return None
    passing = Statement(Effect=Allow, Action=[iam.PassRole], Resource=[environment.execution_role_arn])
    return policy("PassExecutionRole", passing)


def secret_policy(environment: Environment) -> Policy | None:
    """Return the right to read exactly the secrets and parameters from which EB sets variables, or None without any.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.IAM-permissions.html
    """
    arns = environment.options.get(SECRETS, {}).values()
    # An ARN may end in a key of the secret's JSON, which is no part of the resource's own name.
    secrets: list[str | Ref] = sorted({":".join(arn.split(":")[:7]) for arn in arns if ":secretsmanager:" in arn})
    secrets += [Ref(name) for name in sorted({one for names in named_secrets(environment).values() for one in names})]
    parameters = sorted({arn for arn in arns if ":ssm:" in arn})
    statements = []
    if secrets:
        statements.append(Statement(Effect=Allow, Action=[secretsmanager.GetSecretValue], Resource=secrets))
    if parameters:
        statements.append(Statement(Effect=Allow, Action=[ssm.GetParameter], Resource=parameters))
    return policy("ReadSecrets", *statements) if statements else None


def named_secrets(environment: Environment) -> dict[Path, list[str]]:
    """Return, by the option of each variable that is a function, the secrets of the environment's stack in it."""
    resources = environment.fragment.resources
    found: dict[Path, list[str]] = {}
    for (namespace, _, _), entry in resolved(environment.functions):
        if namespace == SECRETS:
            names = [name for name in entry.value.names if resources.get(name, {}).get("Type") == SECRET]
            found[entry.keys[0]] = names
    return found


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
