"""The stacks of an application: those that its environments share, and those of each environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import Export, GetAtt, Output, Ref, Template

from beanstack.config.names import stack_name
from beanstack.deployment import METADATA, RECORD, Build, Check, Deployment, Stack, usual_stacks
from beanstack.host import Host
from beanstack.resources import (
    access_logs,
    address,
    beanstalk,
    certificate,
    database,
    dns,
    exports,
    iam,
    registry,
    securitygroups,
    storage,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from beanstack.config import Application, Environment

HEALTHY = "Ok"
NAMED_IAM = ("CAPABILITY_NAMED_IAM",)
NAMES = {"GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName"}


class Built(NamedTuple):
    """A stack and its template."""

    stack: Stack
    template: Template


def stacks(application: Application, bundle_keys: Mapping[str, str], without: Collection[str] = ()) -> list[Built]:
    """Return every stack of an application, each once and behind what it needs.

    `bundle_keys` are the S3 keys of the source bundles by environment. Stacks named in `without` are left out.
    """
    built: dict[str, Built] = {}
    for environment in application.environments.values():
        for stack in needed(application, environment):
            if stack.name in without:
                continue
            if not stack.is_shared:
                template = environment_stack(application, environment, bundle_keys[environment.name])
                built[stack.name] = Built(stack, template)
            elif stack.name not in built:
                built[stack.name] = Built(stack, application_stack(application))
    return list(built.values())


def needed(application: Application, environment: Environment) -> tuple[Stack, ...]:
    """Return the stacks that an environment needs, in order."""
    stacks = usual_stacks(application.name, environment.name, stack_name(application.name, environment.name))
    if not any(_has_name_of_iam(resource) for resource in environment.fragment.resources.values()):
        return stacks
    return tuple(stack if stack.is_shared else stack._replace(capabilities=NAMED_IAM) for stack in stacks)


def _has_name_of_iam(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource is one of IAM with a name of its own, which needs a capability of its own.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
    """
    return resource["Type"].startswith("AWS::IAM::") and not NAMES.isdisjoint(resource.get("Properties") or {})


def application_stack(application: Application) -> Template:
    """Return what the environments share: the EB application, bundle bucket, image repositories and service role.

    It names neither region nor account, because it is deployed into each that an environment names.
    """
    template = Template(Description=f"Elastic Beanstalk application {application.name}")
    template.set_metadata({METADATA: {"Application": application.name, "Stack": stack_name(application.name)}})
    template.add_resource(
        [
            *storage.resources(application),
            *access_logs.resources(application),
            *registry.resources(application),
            *iam.shared_resources(application),
            beanstalk.application(application),
        ]
    )
    exported = {exports.BUNDLE_BUCKET: Ref(storage.BUCKET)}
    if iam.makes_service_role(application):
        exported[exports.SERVICE_ROLE] = GetAtt(iam.SERVICE_ROLE, "Arn")
    if access_logs.is_wanted(application):
        exported[exports.ACCESS_LOG_BUCKET] = Ref(access_logs.BUCKET)
    for export, value in exported.items():
        template.add_output(Output(export, Value=value, Export=Export(exports.name(application, export))))
    return template


def accepted_health(environment: Environment) -> str:
    """Return the worst health that is accepted; empty for `Ok`, which needs no metadata."""
    accepted = environment.deployment.accepted_health or HEALTHY
    return "" if accepted == HEALTHY else accepted


def smoke_test(environment: Environment) -> tuple[Check, ...]:
    """Return the checks of a deployment."""
    return tuple(Check(check.path, str(check.status), check.text or "") for check in environment.smoke_test)


def builds(environment: Environment) -> tuple[Build, ...]:
    """Return the images that are built from the project's own source, each once."""
    found: dict[Build, None] = {}
    for name in environment.containers:
        build = environment.build_of(name)
        if build:
            repository = environment.repository(build).uri
            found[Build(environment.image_of(name), repository, build.context)] = None
    return tuple(found)


def environment_stack(application: Application, environment: Environment, bundle_key: str) -> Template:
    """One environment: its version, roles, database password and options.

    `bundle_key` is the S3 key of the source bundle. From the metadata, the recipes know where to deploy and what.
    """
    stack = stack_name(application.name, environment.name)
    template = Template(Description=f"Elastic Beanstalk environment {stack}")
    deployment = Deployment(
        application.name,
        environment.name,
        stack,
        environment.region,
        environment.account or "",
        bundle_key,
        "true" if Host(application, environment).migrating else "",
        "true" if environment.deletion_protection else "",
        accepted_health(environment),
        needed(application, environment),
        smoke_test(environment),
        builds(environment),
        application.application_name or "",
        environment.environment_name or "",
    )
    template.set_metadata(deployment.metadata())
    groups = securitygroups.resources(application, environment)
    template.add_resource(
        [
            *iam.instance_resources(application, environment),
            *database.resources(environment),
            *certificate.resources(environment),
            *groups,
            *beanstalk.resources(application, environment, bundle_key, securitygroups.rules_of(groups)),
            *dns.resources(application, environment),
        ]
    )
    template.add_output(Output("EnvironmentName", Value=Ref(beanstalk.ENVIRONMENT)))
    if environment.tier_facts.serves_requests:
        template.add_output(address.outputs(application, environment, RECORD))
    template.add_output(Output("Version", Value=Ref(beanstalk.VERSION)))
    for made, added in (
        (template.resources, environment.fragment.resources),
        (template.outputs, environment.fragment.outputs),
    ):
        for name, entry in added.items():
            made.setdefault(name, entry)  # `fragments` refuses names that are taken
    return template
