"""Environments, and what the API shows of them. `operations.py` changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.localaws import health
from beanstack.localaws.api import Record, Request, ServiceError
from beanstack.localaws.described import described as settings_of
from beanstack.localaws.environment import Environment, Fault
from beanstack.localaws.launches import Launches

if TYPE_CHECKING:
    from beanstack.localaws.applications import Applications
    from beanstack.localaws.context import Context
    from beanstack.localaws.events import EventLog


class Environments:
    """All environments of an account and region."""

    def __init__(self, context: Context, events: EventLog) -> None:
        self._context = context
        self._events = events
        self._environments: dict[str, Environment] = {}
        self._faults: dict[str, Fault] = {}
        self.launches = Launches(context.containers, self.add_event)

    def environment(self, name: str | None = None, ident: str | None = None) -> Environment:
        """Return the environment with a name or ID; raise ServiceError if there is none."""
        for environment in self._environments.values():
            if environment.name == name or environment.id == ident:
                return environment
        criterion = f"EnvironmentName = '{name}'" if name else f"EnvironmentId = '{ident}'"
        raise ServiceError("InvalidParameterValue", f"No Environment found for {criterion}.")

    def exists(self, name: str) -> bool:
        return name in self._environments

    def keep(self, environment: Environment) -> None:
        """Add an environment, or replace the one of its name."""
        self._environments[environment.name] = environment

    def remove(self, environment: Environment) -> None:
        del self._environments[environment.name]

    def labels(self, application: str) -> dict[str, str]:
        """Return the version label of each running environment of an application, by name."""
        return {e.name: e.version_label for e in self._environments.values() if e.application == application}

    def is_held(self, environment: Environment) -> bool:
        """Return whether a test makes an update of the environment hang."""
        operation = self.launches.operation(environment)
        return bool(operation and operation.is_held)

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
        shown = self.fault(environment.name).shown
        return {
            **environment.described(),
            **health.described(environment),
            "AbortableOperationInProgress": self.is_abortable(environment),
            "EnvironmentArn": self.arn(environment),
            **shown,
        }

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

    def fault(self, name: str) -> Fault:
        """Return the fault of an environment, which does nothing unless a test has injected one."""
        return self._faults.get(name, Fault())

    def inject(self, name: str, fault: Fault, event: Record | None) -> None:
        """Replace the fault of an environment, which need not exist yet."""
        if event:
            application = self._environments[name].application if self.exists(name) else None
            about = {"EnvironmentName": name, "ApplicationName": application}
            self._events.add(event["message"], event.get("severity", "INFO"), **about)
        self._faults[name] = fault

    def cname_is_free(self, cname: str) -> bool:
        return all(e.cname != cname for e in self._environments.values())

    def is_abortable(self, environment: Environment) -> bool:
        """Return whether AbortEnvironmentUpdate can end the operation in progress."""
        operation = self.launches.operation(environment)
        return bool(operation and operation.before)

    def add_event(self, environment: Environment, message: str, severity: str = "INFO") -> None:
        self._events.add(
            message,
            severity,
            ApplicationName=environment.application,
            EnvironmentName=environment.name,
            EnvironmentId=environment.id,
        )
