"""The policies of the instances' role itself: permissions for exactly what an environment names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import ecr, iam, s3, secretsmanager, ssm
from awacs.aws import Allow, Statement
from troposphere import ImportValue, Ref, Sub

from beanstack.config.option import resolved
from beanstack.config.sections.roles import MINIMAL
from beanstack.eb.images import ecr_repository
from beanstack.eb.namespaces import SECRETS
from beanstack.resources import exports, minimal, registry
from beanstack.resources.statements import policy, rendered

if TYPE_CHECKING:
    from troposphere.iam import Policy

    from beanstack.config import Application, Environment
    from beanstack.eb.findings import Path

SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type


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
