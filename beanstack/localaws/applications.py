"""Applications, application versions and configuration templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.localaws import optionsettings, platforms
from beanstack.localaws.api import Record, Request, ServiceError, now

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.localaws.context import Context
    from beanstack.localaws.events import EventLog
    from beanstack.localaws.optionsettings import Settings


class Applications:
    """All applications of an account and region, with their versions and configuration templates.

    `environments_of(application)` returns the version label of each running environment, by name.
    """

    def __init__(
        self,
        context: Context,
        events: EventLog,
        environments_of: Callable[[str], dict[str, str]],
    ) -> None:
        self._context = context
        self._events = events
        self._environments_of = environments_of
        self._applications: dict[str, Record] = {}
        self._versions: dict[tuple[str, str], Record] = {}
        self._templates: dict[tuple[str, str], Record] = {}

    def application(self, name: str) -> Record:
        """Return the application; raise ServiceError if there is none."""
        if name not in self._applications:
            raise ServiceError("InvalidParameterValue", f"No Application named '{name}' found.")
        return self._applications[name]

    def version(self, application: str, label: str) -> Record:
        """Return the application version; raise ServiceError if there is none."""
        if (application, label) not in self._versions:
            raise ServiceError("InvalidParameterValue", f"No Application Version named '{label}' found.")
        return self._versions[application, label]

    def bundle(self, application: str, label: str) -> bytes | None:
        """Return the source bundle of an application version, or None if it has none."""
        source = self._versions.get((application, label), {}).get("SourceBundle")
        return self._context.bundle(source["S3Bucket"], source["S3Key"]) if source else None

    def template(self, application: str, name: str) -> Record:
        """Return the configuration template; raise ServiceError if there is none."""
        if (application, name) not in self._templates:
            raise ServiceError("InvalidParameterValue", f"No Configuration Template named '{name}' found.")
        return self._templates[application, name]

    def create_application(self, request: Request) -> Record:
        name = request["ApplicationName"]
        if name in self._applications:
            raise ServiceError("InvalidParameterValue", f"Application {name} already exists.")
        created = now()
        self._applications[name] = {
            "ApplicationName": name,
            "ApplicationArn": self._context.arn("application", name),
            "Description": request.get("Description", ""),
            "DateCreated": created,
            "DateUpdated": created,
            "ResourceLifecycleConfig": request.get("ResourceLifecycleConfig", {}),
        }
        self._events.add(f"Created new Application: {name}", ApplicationName=name)
        return {"Application": self._described(name)}

    def update_application(self, request: Request) -> Record:
        """UpdateApplication and UpdateApplicationResourceLifecycle: change only what the request names."""
        changed = {key: request[key] for key in ("Description", "ResourceLifecycleConfig") if key in request}
        self.application(request["ApplicationName"]).update(changed, DateUpdated=now())
        return {"Application": self._described(request["ApplicationName"]), **request}

    def describe_applications(self, request: Request) -> Record:
        names = request.get("ApplicationNames") or self._applications
        return {"Applications": [self._described(name) for name in self._applications if name in names]}

    def delete_application(self, request: Request) -> Record:
        name = request["ApplicationName"]
        if self._environments_of(name):
            raise ServiceError(
                "OperationInProgressFailure",
                f"Unable to delete application {name} because it has a version that is deployed to a running "
                "environment.",
            )
        self._applications.pop(name, None)
        tables: tuple[dict[tuple[str, str], Record], ...] = (self._versions, self._templates)
        for table in tables:
            for key in [key for key in table if key[0] == name]:
                del table[key]
        return {}

    def create_application_version(self, request: Request) -> Record:
        application, label = request["ApplicationName"], request["VersionLabel"]
        if application not in self._applications and request.get("AutoCreateApplication"):
            self.create_application({"ApplicationName": application})
        self.application(application)
        if (application, label) in self._versions:
            raise ServiceError("InvalidParameterValue", f"Application Version {label} already exists.")
        bundle = request.get("SourceBundle") or {}
        bucket, key = bundle.get("S3Bucket", ""), bundle.get("S3Key", "")
        if bundle and self._context.bundle(bucket, key) is None:
            raise ServiceError(
                "InvalidParameterCombination",
                f"Unable to download from S3 location (Bucket: {bucket}  Key: {key}). Reason: Not Found",
            )
        created = now()
        version: Record = {
            "ApplicationName": application,
            "ApplicationVersionArn": self._context.arn("applicationversion", f"{application}/{label}"),
            "VersionLabel": label,
            "Description": request.get("Description", ""),
            "SourceBundle": bundle,
            "DateCreated": created,
            "DateUpdated": created,
            "Status": "PROCESSED" if request.get("Process") else "UNPROCESSED",
        }
        self._versions[application, label] = version
        self._events.add(f"Created new Application Version: {label}", ApplicationName=application, VersionLabel=label)
        self._expire(application, newest=label)
        return {"ApplicationVersion": version}

    def update_application_version(self, request: Request) -> Record:
        version = self.version(request["ApplicationName"], request["VersionLabel"])
        version.update(Description=request.get("Description", ""), DateUpdated=now())
        return {"ApplicationVersion": version}

    def describe_application_versions(self, request: Request) -> Record:
        """DescribeApplicationVersions: list the newest first."""
        application, labels = request.get("ApplicationName"), request.get("VersionLabels")
        return {
            "ApplicationVersions": [
                version
                for (owner, label), version in reversed(self._versions.items())
                if application in (None, owner) and (not labels or label in labels)
            ]
        }

    def delete_application_version(self, request: Request) -> Record:
        application, label = request["ApplicationName"], request["VersionLabel"]
        self.version(application, label)
        if label in self._environments_of(application).values():
            raise ServiceError(
                "SourceBundleDeletionFailure",
                f"Unable to delete application version {label} because it is deployed to a running environment.",
            )
        del self._versions[application, label]
        return {}

    def create_configuration_template(self, request: Request, environment: Record) -> Record:
        """CreateConfigurationTemplate; `environment` has the settings and the platform of one whose are saved."""
        application, name = request["ApplicationName"], request["TemplateName"]
        self.application(application)
        if (application, name) in self._templates:
            raise ServiceError("InvalidParameterValue", f"Configuration Template {name} already exists.")
        source = request.get("SourceConfiguration")
        base = self.template(source["ApplicationName"], source["TemplateName"]) if source else environment
        given = optionsettings.settings(request.get("OptionSettings"))
        optionsettings.check(given)
        settings: Settings = {**base.get("Settings", {}), **given}
        platform = base.get("Platform") or platforms.versions(self._context.region)[0]
        if request.get("PlatformArn"):
            platform = platforms.by_arn(self._context.region, request["PlatformArn"])
        elif request.get("SolutionStackName"):
            platform = platforms.by_solution_stack(self._context.region, request["SolutionStackName"])
        created = now()
        self._templates[application, name] = {
            "ApplicationName": application,
            "TemplateName": name,
            "Description": request.get("Description", ""),
            "Platform": platform,
            "Settings": settings,
            "DateCreated": created,
            "DateUpdated": created,
        }
        return self.template_settings(application, name)

    def update_configuration_template(self, request: Request) -> Record:
        template = self.template(request["ApplicationName"], request["TemplateName"])
        given = optionsettings.settings(request.get("OptionSettings"))
        optionsettings.check(given)
        template["Settings"].update(given)
        template.update(Description=request.get("Description", template["Description"]), DateUpdated=now())
        return self.template_settings(request["ApplicationName"], request["TemplateName"])

    def delete_configuration_template(self, request: Request) -> Record:
        self._templates.pop((request["ApplicationName"], request["TemplateName"]), None)
        return {}

    def template_settings(self, application: str, name: str) -> Record:
        """Return the ConfigurationSettingsDescription of a template."""
        template = self.template(application, name)
        return {
            **template,
            "SolutionStackName": template["Platform"].solution_stack,
            "PlatformArn": template["Platform"].arn,
            "OptionSettings": optionsettings.described(template["Settings"]),
        }

    def _described(self, name: str) -> Record:
        return {
            **self._applications[name],
            "Versions": [label for owner, label in reversed(self._versions) if owner == name],
            "ConfigurationTemplates": [template for owner, template in self._templates if owner == name],
        }

    def _expire(self, application: str, newest: str) -> None:
        """Apply the version lifecycle: delete the oldest versions, except those that are deployed.

        https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-lifecycle.html
        """
        lifecycle: Any = self.application(application).get("ResourceLifecycleConfig") or {}
        rule = lifecycle.get("VersionLifecycleConfig", {}).get("MaxCountRule", {})
        # CloudFormation passes on the template's value, which may be a string.
        if str(rule.get("Enabled", "")).lower() != "true" or not rule.get("MaxCount"):
            return
        kept = {newest, *self._environments_of(application).values()}
        labels = [label for owner, label in self._versions if owner == application]
        for label in labels[: max(0, len(labels) - int(rule["MaxCount"]))]:
            if label not in kept:
                del self._versions[application, label]
