"""The CloudFormation resource types AWS::ElasticBeanstalk::*, independent of the engine.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElasticBeanstalk.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from beanstack.localaws.api import OperationError, ServiceError, random_name

if TYPE_CHECKING:
    from beanstack.localaws.beanstalk import Beanstalk

APPLICATION: Final = "AWS::ElasticBeanstalk::Application"
VERSION: Final = "AWS::ElasticBeanstalk::ApplicationVersion"
TEMPLATE: Final = "AWS::ElasticBeanstalk::ConfigurationTemplate"
ENVIRONMENT: Final = "AWS::ElasticBeanstalk::Environment"

# The properties that the template reference marks "Update requires: Replacement" (createOnlyProperties in the
# resource schemas). A change of any other property updates the resource in place.
REPLACING: Final[Mapping[str, tuple[str, ...]]] = {
    APPLICATION: ("ApplicationName",),
    VERSION: ("ApplicationName", "SourceBundle"),
    TEMPLATE: ("ApplicationName", "EnvironmentId", "PlatformArn", "SolutionStackName", "SourceConfiguration"),
    ENVIRONMENT: ("ApplicationName", "CNAMEPrefix", "EnvironmentName", "SolutionStackName", "Tier"),
}

# CloudFormation cannot replace a resource of these types while its template gives it a name.
CUSTOM_NAME: Final = {APPLICATION: "ApplicationName", ENVIRONMENT: "EnvironmentName"}

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, str]]
"""The physical ID, which Ref returns, and the attributes, which Fn::GetAtt returns."""


class ResourceError(Exception):
    """CloudFormation cannot create, update or delete a resource; the text is the reason in the event."""


def create(beanstalk: Beanstalk, resource_type: str, logical_id: str, properties: Properties, stack: str) -> Created:
    """Create a resource."""
    try:
        return _CREATORS[resource_type](beanstalk, f"{stack}-{logical_id}", properties)
    except (ServiceError, OperationError) as error:
        raise _refused(error) from error


def update(beanstalk: Beanstalk, resource_type: str, physical_id: str, old: Properties, new: Properties) -> Created:
    """Update a resource in place. When a property in REPLACING changes, the engine replaces the resource instead."""
    try:
        return _UPDATERS[resource_type](beanstalk, physical_id, old, new)
    except (ServiceError, OperationError) as error:
        raise _refused(error) from error


def imported(beanstalk: Beanstalk, resource_type: str, name: str) -> Created:
    """Return a resource that exists, for a stack that imports it; it stays as it is."""
    if resource_type == ENVIRONMENT:
        return name, {"EndpointURL": beanstalk.environments.environment(name).endpoint_url}
    return name, {}


def exists(beanstalk: Beanstalk, resource_type: str, name: str) -> bool:
    """Return whether there is an application or an environment of a name."""
    if resource_type == ENVIRONMENT:
        return beanstalk.environments.exists(name)
    return bool(beanstalk.actions["DescribeApplications"]({"ApplicationNames": [name]})["Applications"])


def delete(beanstalk: Beanstalk, resource_type: str, physical_id: str, properties: Properties) -> None:
    """Delete a resource; one that no longer exists counts as deleted."""
    application = properties.get("ApplicationName")
    names = {"ApplicationName": application}
    try:
        if resource_type == APPLICATION:
            beanstalk.actions["DeleteApplication"]({"ApplicationName": physical_id})
        elif resource_type == VERSION:
            labels = beanstalk.actions["DescribeApplicationVersions"]({**names, "VersionLabels": [physical_id]})
            if labels["ApplicationVersions"]:
                beanstalk.actions["DeleteApplicationVersion"]({**names, "VersionLabel": physical_id})
        elif resource_type == TEMPLATE:
            beanstalk.actions["DeleteConfigurationTemplate"]({**names, "TemplateName": physical_id})
        elif beanstalk.environments.exists(physical_id):
            beanstalk.terminate(beanstalk.environments.environment(physical_id))
    except (ServiceError, OperationError) as error:
        raise _refused(error) from error


def _create_application(beanstalk: Beanstalk, prefix: str, properties: Properties) -> Created:
    name = properties.get("ApplicationName") or _generated(prefix, 100)
    beanstalk.actions["CreateApplication"]({**properties, "ApplicationName": name})
    return name, {}


def _create_version(beanstalk: Beanstalk, prefix: str, properties: Properties) -> Created:
    label = _generated(prefix, 100).lower()
    beanstalk.actions["CreateApplicationVersion"]({**properties, "VersionLabel": label})
    return label, {"Id": label}


def _create_template(beanstalk: Beanstalk, prefix: str, properties: Properties) -> Created:
    name = _generated(prefix, 100)
    beanstalk.actions["CreateConfigurationTemplate"]({**properties, "TemplateName": name})
    return name, {"TemplateName": name}


def _create_environment(beanstalk: Beanstalk, prefix: str, properties: Properties) -> Created:
    stack, _, logical_id = prefix.rpartition("-")
    name = properties.get("EnvironmentName") or _generated(f"{stack[:4]}-{logical_id[:4]}", 40)
    environment = beanstalk.launch({**properties, "EnvironmentName": name})
    return name, {"EndpointURL": environment.endpoint_url}


def _update_application(beanstalk: Beanstalk, name: str, _old: Properties, new: Properties) -> Created:
    changes = {key: new.get(key, empty) for key, empty in (("Description", ""), ("ResourceLifecycleConfig", {}))}
    beanstalk.actions["UpdateApplication"]({"ApplicationName": name, **changes})
    return name, {}


def _update_version(beanstalk: Beanstalk, label: str, _old: Properties, new: Properties) -> Created:
    described = {"ApplicationName": new["ApplicationName"], "Description": new.get("Description", "")}
    beanstalk.actions["UpdateApplicationVersion"]({**described, "VersionLabel": label})
    return label, {"Id": label}


def _update_template(beanstalk: Beanstalk, name: str, _old: Properties, new: Properties) -> Created:
    beanstalk.actions["UpdateConfigurationTemplate"]({**new, "TemplateName": name})
    return name, {"TemplateName": name}


def _update_environment(beanstalk: Beanstalk, name: str, old: Properties, new: Properties) -> Created:
    environment = beanstalk.operations.update({**new, "EnvironmentName": name})
    gone = {tag["Key"] for tag in old.get("Tags") or ()} - {tag["Key"] for tag in new.get("Tags") or ()}
    tags = {"TagsToAdd": new.get("Tags"), "TagsToRemove": sorted(gone)}
    arn = beanstalk.environments.arn(environment)
    beanstalk.actions["UpdateTagsForResource"]({"ResourceArn": arn, **tags})
    return name, {"EndpointURL": environment.endpoint_url}


_CREATORS = {
    APPLICATION: _create_application,
    VERSION: _create_version,
    TEMPLATE: _create_template,
    ENVIRONMENT: _create_environment,
}
_UPDATERS = {
    APPLICATION: _update_application,
    VERSION: _update_version,
    TEMPLATE: _update_template,
    ENVIRONMENT: _update_environment,
}


def _generated(prefix: str, longest: int) -> str:
    """Generate a physical ID as CloudFormation does: shorten the prefix, never the random part."""
    suffix = random_name(12)
    return f"{prefix[: longest - len(suffix) - 1]}-{suffix}"


def _refused(error: ServiceError | OperationError) -> ResourceError:
    """Return the reason in the words of CloudFormation's resource handlers."""
    if isinstance(error, ServiceError):
        message = f"{error.message} (Service: ElasticBeanstalk, Status Code: 400, Request ID: {uuid4()})"
        return ResourceError(f'Resource handler returned message: "{message}" ({_token("InvalidRequest")})')
    return ResourceError(f'Resource handler returned message: "{error}" ({_token("GeneralServiceException")})')


def _token(code: str) -> str:
    return f"RequestToken: {uuid4()}, HandlerErrorCode: {code}"
