"""The EB application, its versions and its environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import ImportValue, Ref
from troposphere import elasticbeanstalk as eb

from beanstack.config.names import stack_name
from beanstack.eb.partitions import partition_of
from beanstack.eb.secrets import is_secret
from beanstack.resources import exports, iam
from beanstack.resources.options import option_settings
from beanstack.resources.tagging import tags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troposphere import AWSObject

    from beanstack.config import Application, Environment

APPLICATION = "Application"
VERSION = "Version"
ENVIRONMENT = "Environment"


def application(settings: Application) -> eb.Application:
    """Return the EB application, which keeps a number of versions.

    It never deletes a bundle, which two versions may share.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-lifecycle.html
    """
    return eb.Application(
        APPLICATION,
        ApplicationName=settings.eb_name,
        Description=settings.description,
        ResourceLifecycleConfig=eb.ApplicationResourceLifecycleConfig(
            ServiceRole=iam.lifecycle_role(settings),
            VersionLifecycleConfig=eb.ApplicationVersionLifecycleConfig(
                MaxCountRule=eb.MaxCountRule(DeleteSourceFromS3=False, Enabled=True, MaxCount=settings.versions.keep)
            ),
        ),
    )


def resources(
    settings: Application, environment: Environment, bundle_key: str, needed: Iterable[AWSObject] = ()
) -> list[AWSObject]:
    """Return a version from the bundle, and the environment that runs it, which waits for what is `needed`."""
    return [version(settings, environment, bundle_key), eb_environment(settings, environment, needed)]


def version(settings: Application, environment: Environment, bundle_key: str) -> eb.ApplicationVersion:
    """Return the version. A new bundle makes a new one; the one before is retained, so that a rollback can use it."""
    return eb.ApplicationVersion(
        VERSION,
        ApplicationName=settings.eb_name,
        Description=f"Bundle of {environment.name}",
        SourceBundle=eb.SourceBundle(
            S3Bucket=ImportValue(exports.name(settings, exports.BUNDLE_BUCKET)), S3Key=bundle_key
        ),
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )


def eb_environment(settings: Application, environment: Environment, needed: Iterable[AWSObject]) -> eb.Environment:
    """Return the environment. PlatformArn is updated in place; SolutionStackName would replace the environment.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
    """
    first = [str(resource.title) for resource in needed]
    return eb.Environment(
        ENVIRONMENT,
        ApplicationName=settings.eb_name,
        EnvironmentName=environment.environment_name or stack_name(settings.name, environment.name),
        PlatformArn=platform_arn(environment),
        Tier=eb.Tier(Name=environment.tier_facts.name, Type=environment.tier_facts.type),
        VersionLabel=Ref(VERSION),
        OptionSettings=option_settings(settings, environment),
        **({"CNAMEPrefix": environment.cname_prefix} if environment.cname_prefix else {}),
        **({"DependsOn": first} if first else {}),
        **tags(environment),
        **_not_secret(environment),
    )


def _not_secret(environment: Environment) -> dict[str, Any]:
    """Return metadata that silences cfn-lint where config declares that a property is no secret.

    https://github.com/aws-cloudformation/cfn-lint#resource-based-metadata
    """
    properties = environment.properties
    if not any(is_secret(name, properties.get(name, "")) for name in environment.not_secret):
        return {}
    return {"Metadata": {"cfn-lint": {"config": {"ignore_checks": ["W9517"]}}}}


def platform_arn(environment: Environment) -> str:
    """Return the ARN of the platform's version; platforms belong to no account."""
    partition = partition_of(environment.region).id
    return f"arn:{partition}:elasticbeanstalk:{environment.region}::platform/{environment.platform}"
