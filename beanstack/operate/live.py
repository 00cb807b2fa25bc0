"""The settings of a running environment, read and compared with what is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.eb.platforms import platform_arn
from beanstack.eb.settings import Setting
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.extensions import ExtensionsError, option_settings
from beanstack.operate.comparison.observed import ENVIRONMENT
from beanstack.operate.drift import Comparison, Running, Unchecked, drift
from beanstack.operate.health import environment
from beanstack.operate.resolve import Resolver, UnresolvedError, resolver
from beanstack.operate.stack import stack, template_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.operate.session import Clients

EXTENSIONS = "the bundle's .ebextensions"
REFUSED = "AWS refused to show it"


def find_drift(clients: Clients) -> Comparison:
    """Return how the settings of the deployed environment differ from what its stack and its bundle set.

    Nothing differs where no stack or no environment is there. The version that runs is not a setting.
    """
    found = stack(clients.cloudformation, clients.deployment.stack)
    described = environment(clients)
    if not found or not described:
        return Comparison([], [])
    body = template_of(clients.cloudformation, found["StackName"])
    properties = environment_properties(body)
    resolve = resolver(clients, found)
    extensions, unchecked = settings_of_bundle(clients, body, properties, resolve)
    live = live_settings(clients)
    if live is None:
        return Comparison([], [Unchecked("the environment's settings", REFUSED)])
    ours = [*extensions, *settings_of_template(properties, resolve)]
    compared = drift(ours, live, running(clients, described))
    return Comparison(compared.drifts, unchecked + compared.unchecked)


def environment_properties(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties of a template's EB environment; empty if it has none."""
    for resource in body.get("Resources", {}).values():
        if resource["Type"] == ENVIRONMENT:
            properties: Mapping[str, Any] = resource.get("Properties", {})
            return properties
    return {}


def settings_of_template(properties: Mapping[str, Any], resolve: Resolver) -> list[Setting]:
    """Return the settings of an environment's properties; a value that only CloudFormation knows is None."""
    settings = []
    for one in properties.get("OptionSettings", ()):
        try:
            value: str | None = resolve.text(one.get("Value"))
        except UnresolvedError:
            value = None
        settings.append(Setting(one["Namespace"], one["OptionName"], value, one.get("ResourceName", "")))
    return settings


def settings_of_bundle(
    clients: Clients, body: Mapping[str, Any], properties: Mapping[str, Any], resolve: Resolver
) -> tuple[list[Setting], list[Unchecked]]:
    """Return the settings of the stack's version, which EB has if it was imported, and why they could not be read."""
    label = properties.get("VersionLabel")
    if isinstance(label, dict):
        source = body.get("Resources", {}).get(label.get("Ref", ""), {}).get("Properties", {}).get("SourceBundle")
    else:
        source = bundle_of_version(clients, str(label))
    if not source:
        return [], [Unchecked(EXTENSIONS, "the template has no version of its own")]
    try:
        place = {"Bucket": resolve.text(source["S3Bucket"]), "Key": resolve.text(source["S3Key"])}
        bundle = clients.client("s3").get_object(**place)["Body"].read()
        return option_settings(bundle), []
    except UnresolvedError as error:
        reason = f"the bundle's place is {error}"
    except ClientError as error:
        reason = f"the bundle cannot be read: {error.response['Error'].get('Code', '')}"
    except ExtensionsError as error:
        reason = str(error)
    return [], [Unchecked(EXTENSIONS, reason)]


def bundle_of_version(clients: Clients, label: str) -> Mapping[str, str] | None:
    """Return the place of a version's bundle in S3; None if EB has none."""
    names = {"ApplicationName": clients.deployment.eb_application, "VersionLabels": [label]}
    found = clients.beanstalk.describe_application_versions(**names)["ApplicationVersions"]
    return found[0].get("SourceBundle") if found else None


def live_settings(clients: Clients) -> list[dict[str, str]] | None:
    """Return the deployed settings as EB describes them, not those of a draft; None if it shows none.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationSettings.html
    """
    names = {"ApplicationName": clients.deployment.eb_application, "EnvironmentName": clients.deployment.eb_environment}
    found = clients.beanstalk.describe_configuration_settings(**names)["ConfigurationSettings"]
    deployed = [one for one in found if one.get("DeploymentStatus") == "deployed"]
    for one in (*deployed, *found):
        settings: list[dict[str, str]] = one.get("OptionSettings", [])
        return settings
    return None


def running(clients: Clients, described: Mapping[str, Any]) -> Running:
    """Return what is known of an environment that EB describes."""
    ident, arn = described["EnvironmentId"], described.get("PlatformArn", "")
    tier = BY_NAME.get(described.get("Tier", {}).get("Name", ""), WEB)
    own = own_resources(clients, ident)
    if own is not None:
        own |= {described["CNAME"]} if described.get("CNAME") else set()
    return Running(ident, tier.id, platform_arn(arn).id, images(clients, arn), own)


def own_resources(clients: Clients, ident: str) -> frozenset[str] | None:
    """Return the IDs of what EB made for an environment, all of it in a stack of EB's own."""
    try:
        found = clients.cloudformation.describe_stack_resources(StackName=f"awseb-{ident}-stack")["StackResources"]
    except ClientError:
        return None
    return frozenset(one["PhysicalResourceId"] for one in found if one.get("PhysicalResourceId"))


def images(clients: Clients, arn: str) -> frozenset[str] | None:
    """Return the images of a platform version. For arm64 EB may list none.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_PlatformDescription.html
    """
    try:
        found = clients.beanstalk.describe_platform_version(PlatformArn=arn)["PlatformDescription"]
    except ClientError:
        return None
    return frozenset(one["ImageId"] for one in found.get("CustomAmiList", ()) if one.get("ImageId"))
