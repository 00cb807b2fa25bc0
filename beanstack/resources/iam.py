"""The roles: EB's own, one an application, and the instances', one an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import ecr, iam, s3, secretsmanager, ssm, sts
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import ImportValue, Ref, Sub
from troposphere.iam import InstanceProfile, Policy, Role

from beanstack.eb.images import ecr_repository
from beanstack.eb.namespaces import SECRETS
from beanstack.resources import exports, registry
from beanstack.resources.tagging import shared_tags, tags

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Application, Environment

SERVICE_ROLE = "ServiceRole"
INSTANCE_ROLE = "InstanceRole"
INSTANCE_PROFILE = "InstanceProfile"


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
        **shared_tags(application),
    )


def instance_resources(application: Application, environment: Environment) -> list[AWSObject]:
    """Return the instances' role, and the profile that passes it to them."""
    return [
        instance_role(application, environment),
        InstanceProfile(INSTANCE_PROFILE, Roles=[Ref(INSTANCE_ROLE)]),
    ]


def instance_role(application: Application, environment: Environment) -> Role:
    """Return the role of instances: they run EB's tier and the ECS agent, read bundles and pull the containers' images.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html
    """
    policies = [
        bundle_policy(application),
        image_policy(environment),
        execution_role_policy(environment),
        secret_policy(environment),
    ]
    return Role(
        INSTANCE_ROLE,
        AssumeRolePolicyDocument=_trust("ec2.amazonaws.com"),
        ManagedPolicyArns=[
            _managed_policy(environment.tier_facts.policy),
            _managed_policy("AWSElasticBeanstalkMulticontainerDocker"),
            # https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
            *([_managed_policy("AmazonSSMManagedInstanceCore")] if environment.session_manager else []),
        ],
        Policies=[policy for policy in policies if policy],
        **tags(environment),
    )


def bundle_policy(application: Application) -> Policy:
    """Return the right to read all bundles of the application, which managed policies give for EB's own buckets alone.

    Instances fetch the bundle themselves; one that starts during a deployment runs the version before.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles-instance.html
    """
    bucket = ImportValue(exports.name(application, exports.BUNDLE_BUCKET))
    bundles = Sub("arn:${AWS::Partition}:s3:::${Bucket}/*", Bucket=bucket)
    return _policy("ReadBundles", Statement(Effect=Allow, Action=[s3.GetObject], Resource=[bundles]))


def image_policy(environment: Environment) -> Policy | None:
    """Return the right to pull from exactly the ECR repositories of the containers' images, or None without any.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    """
    images = [ecr_repository(environment.image_of(name)) for name in environment.containers]
    repositories = sorted({image for image in images if image})
    if not repositories:
        return None
    return _policy(
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
    return _policy("PassExecutionRole", passing)


def secret_policy(environment: Environment) -> Policy | None:
    """Return the right to read exactly the secrets and parameters from which EB sets variables, or None without any.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.IAM-permissions.html
    """
    arns = environment.options.get(SECRETS, {}).values()
    # An ARN may end in a key of the secret's JSON, which is no part of the resource's own name.
    secrets = sorted({":".join(arn.split(":")[:7]) for arn in arns if ":secretsmanager:" in arn})
    parameters = sorted({arn for arn in arns if ":ssm:" in arn})
    statements = []
    if secrets:
        statements.append(Statement(Effect=Allow, Action=[secretsmanager.GetSecretValue], Resource=secrets))
    if parameters:
        statements.append(Statement(Effect=Allow, Action=[ssm.GetParameter], Resource=parameters))
    return _policy("ReadSecrets", *statements) if statements else None


def _policy(name: str, *statements: Statement) -> Policy:
    return Policy(PolicyName=name, PolicyDocument=_document(*statements))


def _document(*statements: Statement) -> PolicyDocument:
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))


def _trust(service: str, **conditions: Condition) -> PolicyDocument:
    """Return a policy that lets a service assume the role."""
    principal = Principal("Service", [service])
    return _document(Statement(Effect=Allow, Principal=principal, Action=[sts.AssumeRole], **conditions))


def _managed_policy(path: str) -> Sub:
    return Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{path}")
