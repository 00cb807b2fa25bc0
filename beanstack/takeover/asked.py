"""An environment as AWS describes it, by its name: settings, tags, and the bundle that runs. Nothing here changes the
environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationSettings.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ApplicationVersionDescription.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack import loopback
from beanstack.deployment import Deployment
from beanstack.operate.call import LOCAL_STATE
from beanstack.operate.live import bundle_of_version, live_settings, running
from beanstack.operate.session import Clients
from beanstack.takeover.draft import TakeoverError
from beanstack.takeover.source import Source, described

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NO_BUNDLE = "has no bundle in S3, like EB's sample applications; pass one with --bundle"


def ask(name: str, region: str, project: Path, *, local: bool) -> tuple[Source, Clients]:
    """Return AWS's description of an environment, and the clients that were used."""
    endpoint = None
    if local:
        state = (project / LOCAL_STATE).absolute()
        loopback.enter(state)
        try:
            endpoint = loopback.endpoint(state)
        except ValueError as error:
            raise TakeoverError(str(error)) from None
    found = _environment(Clients(_deployment("", name, region), endpoint), name, region)
    clients = Clients(_deployment(found["ApplicationName"], name, region), endpoint)
    settings = live_settings(clients)
    if settings is None:
        raise TakeoverError(f"AWS shows no settings of {name}")
    one = {**found, "OptionSettings": settings}
    tags = clients.beanstalk.list_tags_for_resource(ResourceArn=found["EnvironmentArn"])["ResourceTags"]
    [application] = clients.beanstalk.describe_applications(ApplicationNames=[found["ApplicationName"]])["Applications"]
    rules = application.get("ResourceLifecycleConfig", {}).get("VersionLifecycleConfig", {})
    source = described([one], name)._replace(
        description=application.get("Description", ""),
        kept_versions=rules.get("MaxCountRule", {}).get("MaxCount", 0) if _is_enabled(rules) else 0,
        tags={tag["Key"]: tag["Value"] for tag in tags},
        cname=found.get("CNAME", ""),
        running=running(clients, found),
        account=found["EnvironmentArn"].split(":")[4],
    )
    return source, clients


def _is_enabled(rules: Mapping[str, Any]) -> bool:
    """Return whether EB deletes versions beyond a number of them."""
    return bool(rules.get("MaxCountRule", {}).get("Enabled"))


def save_bundle(clients: Clients, folder: Path) -> Path:
    """Write the source bundle of the version that runs into a folder, and return its path."""
    name = clients.deployment.eb_environment
    found = _environment(clients, name, clients.deployment.region)
    label = found.get("VersionLabel", "")
    place = bundle_of_version(clients, label) if label else None
    if not place:
        raise TakeoverError(f"{name}: the version {label or '(none)'} {NO_BUNDLE}")
    try:
        content = clients.s3.get_object(Bucket=place["S3Bucket"], Key=place["S3Key"])["Body"].read()
    except ClientError as error:
        raise TakeoverError(f"{name}: the bundle s3://{place['S3Bucket']}/{place['S3Key']}: {error}") from None
    path = folder / f"{place['S3Key'].rpartition('/')[2]}"
    path.write_bytes(content)
    return path


def _environment(clients: Clients, name: str, region: str) -> dict[str, Any]:
    found = clients.beanstalk.describe_environments(EnvironmentNames=[name], IncludeDeleted=False)["Environments"]
    if not found:
        raise TakeoverError(f"EB has no environment {name} in {region}")
    one: dict[str, Any] = found[0]
    return one


def _deployment(application: str, environment: str, region: str) -> Deployment:
    """Return a deployment that has only EB's names."""
    made = Deployment(application, environment, environment, region, "", "", "", "", "", ())
    return made._replace(application_name=application, environment_name=environment)
