"""Environments: launch, update, termination, and their descriptions in the API."""

from __future__ import annotations

import string
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from beanstack.localaws import changes, createonly, health, listeners, platforms
from beanstack.localaws.api import OperationError, Record, Request, ServiceError, now, random_name, request_id
from beanstack.localaws.described import described as settings_of
from beanstack.localaws.environment import WEB_SERVER, Environment, Fault, endpoint_url
from beanstack.localaws.launches import Launches
from beanstack.localaws.ownstack.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.localaws.applications import Applications
    from beanstack.localaws.context import Context
    from beanstack.localaws.events import EventLog

REVERTED: Final = "The environment was reverted to the previous configuration setting."
ABORTED: Final = (
    "The deployment was aborted. Instances that it reached run the new version, the others the one before it."
)


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
        changes.check_name(name)
        if self.exists(name):
            raise ServiceError("InvalidParameterValue", f"Environment {name} already exists.")
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
            tags=tags(ident, name, request),
        )
        changed = changes.changed(self._context, applications, environment, request)
        self._event(environment, "createEnvironment is starting.")
        bucket = f"elasticbeanstalk-{self._context.region}-{self._context.account}"
        self._event(environment, f"Using {bucket} as Amazon S3 storage bucket for environment data.")
        environment = replace(environment, **changed)
        bundle = applications.bundle(application, environment.version_label)
        with self._reported(environment, "Failed to launch environment."):
            self._check(environment, bundle)
            self._context.stacks.deploy(environment, bundle)
        environment.endpoint_url = self._endpoint_url(environment)
        self._environments[name] = environment
        self._launches.launch(environment, bundle)
        return environment

    def update(self, applications: Applications, request: Request) -> Environment:
        """Deploy and configure; if that fails, change nothing, add ERROR events and raise OperationError."""
        before = self.environment(request.get("EnvironmentName"), request.get("EnvironmentId"))
        self._require_ready(before)
        changed = changes.changed(self._context, applications, before, request)
        createonly.check(before, changed["settings"])
        # The API deploys the version that runs again; CloudFormation, which names it in every request, does not.
        is_same_again = bool(request_id.get() and request.get("VersionLabel"))
        deploys = is_same_again or changed["version_label"] != before.version_label
        configures = (changed["settings"], changed["platform"]) != (before.settings, before.platform)
        fault = self._faults.get(before.name, Fault())
        if not (deploys or configures or any(fault.failures[:1])):
            before.description = changed["description"]
            return before
        self._event(before, "Environment update is starting.")
        if deploys:
            self._event(before, "Deploying new version to instance(s).")
        if configures:
            self._event(before, f"Updating environment {before.name}'s configuration settings.")
        environment = replace(before, **changed)
        bundle = applications.bundle(environment.application, environment.version_label)
        with self._reported(before, f"Failed to deploy {'application' if deploys else 'configuration'}."):
            self._check(environment, bundle)
            self._context.stacks.deploy(environment, bundle)
        environment.endpoint_url = self._endpoint_url(environment)
        if deploys:
            environment.deployments, environment.other_version = before.deployments + 1, ""
        self._environments[environment.name] = environment
        is_held, fault.holds = fault.holds, False
        self._launches.update(before, environment, bundle, deploys=deploys, configures=configures, is_held=is_held)
        return environment

    def abort(self, applications: Applications, environment: Environment) -> None:
        """End the update in progress and return to what ran before it, as far as instances still run that.

        https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_AbortEnvironmentUpdate.html
        The error is EB's own, as reported in aws/aws-elastic-beanstalk-cli-setup issue 144.
        """
        operation = self._launches.operation(environment)
        if operation is None or operation.before is None:
            raise _invalid_state(environment, "pending deployment")
        before = replace(operation.before, updated=now())
        end = REVERTED
        if before.version_label != environment.version_label:
            end = ABORTED
            before.other_version = environment.version_label if operation.is_held else ""
        self._event(environment, "abortEnvironmentUpdate is starting.")
        bundle = applications.bundle(before.application, before.version_label)
        with suppress(OperationError), self._reported(before):
            self._context.stacks.deploy(before, bundle)
        self._environments[environment.name] = before
        self._launches.abort(before, bundle, end)

    def restart(self, applications: Applications, environment: Environment) -> None:
        """Restart what runs on the instances."""
        self._require_ready(environment)
        self._event(environment, "restartAppServer is starting.")
        bundle = applications.bundle(environment.application, environment.version_label)
        self._launches.restart(environment, bundle)

    def is_held(self, environment: Environment) -> bool:
        """Return whether a test makes an update of the environment hang."""
        operation = self._launches.operation(environment)
        return bool(operation and operation.is_held)

    def release(self, applications: Applications, name: str) -> None:
        """Let an update that a test makes hang go on."""
        environment = self.environment(name)
        bundle = applications.bundle(environment.application, environment.version_label)
        self._launches.release(environment, bundle)

    def terminate(self, environment: Environment) -> None:
        """End an environment; if that fails, keep it, add an ERROR event and raise OperationError."""
        if self._is_abortable(environment):
            # The words are EB's own, as reported in aws/aws-elastic-beanstalk-cli-setup issue 144.
            message = f"Cannot terminate environment named {environment.name}. It is currently pending deployment."
            raise ServiceError("InvalidParameterValue", message)
        self._event(environment, "terminateEnvironment is starting.")
        with self._reported(environment):
            self._launches.end(environment)
            self._context.stacks.end(environment)
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
        return {
            **environment.described(),
            **health.described(environment),
            "AbortableOperationInProgress": self._is_abortable(environment),
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

    def inject(self, name: str, fault: Fault, event: Record | None) -> None:
        """Replace the fault of an environment, which need not exist yet."""
        if event:
            application = self._environments[name].application if self.exists(name) else None
            about = {"EnvironmentName": name, "ApplicationName": application}
            self._events.add(event["message"], event.get("severity", "INFO"), **about)
        self._faults[name] = fault

    def cname_is_free(self, cname: str) -> bool:
        return all(e.cname != cname for e in self._environments.values())

    def _is_abortable(self, environment: Environment) -> bool:
        operation = self._launches.operation(environment)
        return bool(operation and operation.before)

    def _require_ready(self, environment: Environment) -> None:
        if self.described(environment)["Status"] != "Ready":
            raise _invalid_state(environment, "Ready")

    def _endpoint_url(self, environment: Environment) -> str:
        """Return where an environment answers: its containers if they run, otherwise what EB's own stack has."""
        if environment.endpoint_url.startswith("127.0.0.1:"):
            return environment.endpoint_url
        return self._launches.endpoint_url(environment) or endpoint_url(environment, self._context.region)

    def _check(self, environment: Environment, bundle: bytes | None) -> None:
        """Fetch the certificates of the listeners.

        Raise OperationError if one is missing, if the instance profile is not usable, or if a test asks for a failure.
        """
        failures = self._faults.get(environment.name, Fault()).failures
        reason = failures.pop(0) if failures else ""
        reason = reason or changes.profile_failure(self._context, environment.settings)
        if reason:
            raise OperationError(reason)
        environment.certificates = listeners.certificates(self._context, Options(environment, bundle))

    @contextmanager
    def _reported(self, environment: Environment, failure: str = "") -> Iterator[None]:
        """Add an ERROR event for each line of an OperationError, and one that says what has failed."""
        try:
            yield
        except OperationError as error:
            for message in filter(None, (*str(error).splitlines(), failure)):
                self._event(environment, message, "ERROR")
            raise

    def handle_report(self, report: Record) -> None:
        """Handle a report of the containers, if it is about one of these environments."""
        environment = self._environments.get(report["environment"])
        if environment:
            self._launches.handle_report(environment, report)

    def _event(self, environment: Environment, message: str, severity: str = "INFO") -> None:
        self._events.add(
            message,
            severity,
            ApplicationName=environment.application,
            EnvironmentName=environment.name,
            EnvironmentId=environment.id,
        )


def tags(ident: str, name: str, request: Request) -> dict[str, str]:
    """Return the tags of a new environment: EB's own, and those of the request.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html
    """
    own = {"elasticbeanstalk:environment-id": ident, "elasticbeanstalk:environment-name": name, "Name": name}
    return own | {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}


def _invalid_state(environment: Environment, needed: str) -> ServiceError:
    message = f"Environment named {environment.name} is in an invalid state for this operation. Must be {needed}."
    return ServiceError("InvalidParameterValue", message)
