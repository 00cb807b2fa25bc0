"""Environments: launch, update, termination, and their descriptions in the API."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.localaws import changes, createonly, health, platforms
from beanstack.localaws.api import OperationError, Record, Request, ServiceError, now, random_name
from beanstack.localaws.described import described as settings_of
from beanstack.localaws.environment import WEB_SERVER, Environment, Fault, endpoint_url
from beanstack.localaws.launches import Launches

if TYPE_CHECKING:
    from beanstack.localaws.applications import Applications
    from beanstack.localaws.context import Context
    from beanstack.localaws.events import EventLog
    from beanstack.localaws.optionsettings import Settings

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{2,38})[A-Za-z0-9]")


class Environments:
    """All environments of an account and region."""

    def __init__(self, context: Context, events: EventLog) -> None:
        self._context = context
        self._events = events
        self._environments: dict[str, Environment] = {}
        self._faults: dict[str, Fault] = {}
        self._launches = Launches(context.containers, self._event)

    def environment(self, name: str | None = None, ident: str | None = None) -> Environment:
        """Return the environment with a name or ID; raise ServiceError if there is none."""
        for environment in self._environments.values():
            if environment.name == name or environment.id == ident:
                return environment
        criterion = f"EnvironmentName = '{name}'" if name else f"EnvironmentId = '{ident}'"
        raise ServiceError("InvalidParameterValue", f"No Environment found for {criterion}.")

    def exists(self, name: str) -> bool:
        return name in self._environments

    def labels(self, application: str) -> dict[str, str]:
        """Return the version label of each running environment of an application, by name."""
        return {e.name: e.version_label for e in self._environments.values() if e.application == application}

    def create(self, applications: Applications, request: Request) -> Environment:
        """Launch an environment; if that fails, add ERROR events and raise OperationError."""
        application = request["ApplicationName"]
        applications.application(application)
        ident = "e-" + random_name(10, string.ascii_lowercase + string.digits)
        name = request.get("EnvironmentName") or ident
        self._check_name(name)
        prefix = request.get("CNAMEPrefix") or f"{name}.eba-{random_name(8, string.ascii_lowercase)}"
        cname = f"{prefix}.{self._context.region}.elasticbeanstalk.com"
        if not self.cname_is_free(cname):
            raise ServiceError("InvalidParameterValue", f"DNS name ({cname}) is not available.")
        created = now()
        environment = Environment(
            name=name,
            id=ident,
            application=application,
            cname=cname,
            endpoint_url="",
            tier={**WEB_SERVER, **(request.get("Tier") or {})},
            platform=platforms.versions(self._context.region)[0],
            created=created,
            updated=created,
        )
        changed = changes.changed(self._context, applications, environment, request)
        self._event(environment, "createEnvironment is starting.")
        bucket = f"elasticbeanstalk-{self._context.region}-{self._context.account}"
        self._event(environment, f"Using {bucket} as Amazon S3 storage bucket for environment data.")
        reason = self._failure(name, changed["settings"])
        if reason:
            self._event(environment, reason, "ERROR")
            self._event(environment, "Failed to launch environment.", "ERROR")
            raise OperationError(reason)
        environment = replace(environment, **changed)
        container_url = self._launches.endpoint_url(environment)
        environment.endpoint_url = container_url or endpoint_url(environment, self._context.region)
        self._environments[name] = environment
        self._launches.launch(environment, applications.bundle(application, environment.version_label))
        return environment

    def update(self, applications: Applications, request: Request) -> Environment:
        """Deploy and configure; if that fails, change nothing, add ERROR events and raise OperationError."""
        environment = self.environment(request.get("EnvironmentName"), request.get("EnvironmentId"))
        if self.described(environment)["Status"] != "Ready":
            raise ServiceError(
                "InvalidParameterValue",
                f"Environment named {environment.name} is in an invalid state for this operation. Must be Ready.",
            )
        changed = changes.changed(self._context, applications, environment, request)
        createonly.check(environment, changed["settings"])
        deploys = changed["version_label"] != environment.version_label
        configures = (changed["settings"], changed["platform"]) != (environment.settings, environment.platform)
        is_to_fail = any(self._faults.get(environment.name, Fault()).failures[:1])
        if not (deploys or configures or is_to_fail):
            environment.description = changed["description"]
            return environment
        self._event(environment, "Environment update is starting.")
        if deploys:
            self._event(environment, "Deploying new version to instance(s).")
        if configures:
            self._event(environment, f"Updating environment {environment.name}'s configuration settings.")
        reason = self._failure(environment.name, changed["settings"])
        if reason:
            self._event(environment, reason, "ERROR")
            self._event(environment, f"Failed to deploy {'application' if deploys else 'configuration'}.", "ERROR")
            raise OperationError(reason)
        environment = replace(environment, **changed, deployments=environment.deployments + deploys)
        self._environments[environment.name] = environment
        bundle = applications.bundle(environment.application, environment.version_label)
        self._launches.update(environment, bundle, deploys=deploys, configures=configures)
        return environment

    def terminate(self, environment: Environment) -> None:
        """End an environment; if that fails, keep it, add an ERROR event and raise OperationError."""
        self._event(environment, "terminateEnvironment is starting.")
        try:
            self._launches.end(environment)
        except OperationError as error:
            self._event(environment, str(error), "ERROR")
            raise
        del self._environments[environment.name]
        self._event(environment, "terminateEnvironment completed successfully.")

    def describe(self, request: Request) -> Record:
        """DescribeEnvironments."""
        application, version = request.get("ApplicationName"), request.get("VersionLabel")
        names, idents = request.get("EnvironmentNames"), request.get("EnvironmentIds")
        return {
            "Environments": [
                self.described(e)
                for e in self._environments.values()
                if application in (None, e.application)
                and version in (None, e.version_label)
                and (not names or e.name in names)
                and (not idents or e.id in idents)
            ]
        }

    def described(self, environment: Environment) -> Record:
        """Return the API's EnvironmentDescription, with the members that a test has injected."""
        shown = self._faults.get(environment.name, Fault()).shown
        own = {**environment.described(), **health.described(environment), "EnvironmentArn": self.arn(environment)}
        return {**own, **shown}

    def arn(self, environment: Environment) -> str:
        return self._context.arn("environment", f"{environment.application}/{environment.name}")

    def configuration(self, applications: Applications, environment: Environment) -> Record:
        """Return the API's ConfigurationSettingsDescription."""
        bundle = applications.bundle(environment.application, environment.version_label)
        described = self.described(environment)
        shared = ("ApplicationName", "EnvironmentName", "PlatformArn", "SolutionStackName", "Tier")
        return {
            **{key: described[key] for key in (*shared, "Description", "DateCreated", "DateUpdated")},
            "DeploymentStatus": "deployed",
            "OptionSettings": settings_of(environment, bundle),
        }

    def inject(self, name: str, fault: Fault, event: Record | None) -> None:
        """Replace the fault of an environment, which need not exist yet."""
        if event:
            application = self._environments[name].application if self.exists(name) else None
            about = {"EnvironmentName": name, "ApplicationName": application}
            self._events.add(event["message"], event.get("severity", "INFO"), **about)
        self._faults[name] = fault

    def cname_is_free(self, cname: str) -> bool:
        return all(e.cname != cname for e in self._environments.values())

    def _failure(self, name: str, settings: Settings) -> str:
        """Return why the operation in progress fails, or an empty string if it succeeds."""
        failures = self._faults.get(name, Fault()).failures
        reason = failures.pop(0) if failures else ""
        return reason or changes.profile_failure(self._context, settings)

    def handle_report(self, report: Record) -> None:
        """Handle a report of the containers, if it is about one of these environments."""
        environment = self._environments.get(report["environment"])
        if environment:
            self._launches.handle_report(environment, report)

    def _check_name(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise ServiceError(
                "InvalidParameterValue",
                f"Value {name} at 'EnvironmentName' failed to satisfy constraint: Member must be from 4 to "
                "40 letters, digits and dashes and may not start or end with a dash",
            )
        if self.exists(name):
            raise ServiceError("InvalidParameterValue", f"Environment {name} already exists.")

    def _event(self, environment: Environment, message: str, severity: str = "INFO") -> None:
        self._events.add(
            message,
            severity,
            ApplicationName=environment.application,
            EnvironmentName=environment.name,
            EnvironmentId=environment.id,
        )
