"""What the API does with environments: launch, update, abort, restart and terminate them."""

from __future__ import annotations

import string
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from beanstack.localaws import changes, createonly, listeners, platforms
from beanstack.localaws.api import OperationError, Record, Request, ServiceError, now, random_name, request_id
from beanstack.localaws.environment import WEB_SERVER, Environment
from beanstack.localaws.ownstack.described import endpoint_url
from beanstack.localaws.ownstack.options import Options
from beanstack.localaws.tags import given_tags, own_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.localaws.applications import Applications
    from beanstack.localaws.context import Context
    from beanstack.localaws.environments import Environments

REVERTED: Final = "The environment was reverted to the previous configuration setting."
ABORTED: Final = (
    "The deployment was aborted. Instances that it reached run the new version, the others the one before it."
)


class Operations:
    """The operations on the environments of an account and region."""

    def __init__(self, context: Context, environments: Environments, applications: Applications) -> None:
        self._context = context
        self._environments = environments
        self._applications = applications

    def create(self, request: Request) -> Environment:
        """Launch an environment; if that fails, add ERROR events and raise OperationError."""
        application = request["ApplicationName"]
        self._applications.application(application)
        ident = "e-" + random_name(10, string.ascii_lowercase + string.digits)
        name = request.get("EnvironmentName") or ident
        changes.check_name(name)
        if self._environments.exists(name):
            raise ServiceError("InvalidParameterValue", f"Environment {name} already exists.")
        prefix = request.get("CNAMEPrefix") or f"{name}.eba-{random_name(8, string.ascii_lowercase)}"
        cname = f"{prefix}.{self._context.region}.elasticbeanstalk.com"
        if not self._environments.cname_is_free(cname):
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
            tags=own_tags(ident, name) | given_tags(request),
        )
        changed = changes.changed(self._context, self._applications, environment, request)
        self._environments.add_event(environment, "createEnvironment is starting.")
        bucket = f"elasticbeanstalk-{self._context.region}-{self._context.account}"
        self._environments.add_event(environment, f"Using {bucket} as Amazon S3 storage bucket for environment data.")
        environment = replace(environment, **changed)
        bundle = self._applications.bundle(application, environment.version_label)
        with self._reported(environment, "Failed to launch environment."):
            self._check(environment, bundle)
            self._context.stacks.deploy(environment, bundle)
        environment.endpoint_url = self._endpoint_url(environment)
        self._environments.keep(environment)
        self._environments.launches.launch(environment, bundle)
        return environment

    def update(self, request: Request) -> Environment:
        """Deploy and configure; if that fails, change nothing, add ERROR events and raise OperationError."""
        before = self._environments.environment(request.get("EnvironmentName"), request.get("EnvironmentId"))
        self._require_ready(before)
        changed = changes.changed(self._context, self._applications, before, request)
        createonly.check(before, changed["settings"])
        # The API deploys the version that runs again; CloudFormation, which names it in every request, does not.
        is_same_again = bool(request_id.get() and request.get("VersionLabel"))
        deploys = is_same_again or changed["version_label"] != before.version_label
        configures = (changed["settings"], changed["platform"]) != (before.settings, before.platform)
        fault = self._environments.fault(before.name)
        if not (deploys or configures or any(fault.failures[:1])):
            before.description = changed["description"]
            return before
        self._environments.add_event(before, "Environment update is starting.")
        if deploys:
            self._environments.add_event(before, "Deploying new version to instance(s).")
        if configures:
            self._environments.add_event(before, f"Updating environment {before.name}'s configuration settings.")
        environment = replace(before, **changed)
        bundle = self._applications.bundle(environment.application, environment.version_label)
        with self._reported(before, f"Failed to deploy {'application' if deploys else 'configuration'}."):
            self._check(environment, bundle)
            self._context.stacks.deploy(environment, bundle)
        environment.endpoint_url = self._endpoint_url(environment)
        if deploys:
            environment.deployments, environment.other_version = before.deployments + 1, ""
        self._environments.keep(environment)
        is_held, fault.holds = fault.holds, False
        self._environments.launches.update(
            before, environment, bundle, deploys=deploys, configures=configures, is_held=is_held
        )
        return environment

    def abort(self, environment: Environment) -> None:
        """End the update in progress and return to what ran before it, as far as instances still run that.

        https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_AbortEnvironmentUpdate.html
        The error is EB's own, as reported in aws/aws-elastic-beanstalk-cli-setup issue 144.
        """
        operation = self._environments.launches.operation(environment)
        if operation is None or operation.before is None:
            raise _invalid_state(environment, "pending deployment")
        before = replace(operation.before, updated=now())
        end = REVERTED
        if before.version_label != environment.version_label:
            end = ABORTED
            before.other_version = environment.version_label if operation.is_held else ""
        self._environments.add_event(environment, "abortEnvironmentUpdate is starting.")
        bundle = self._applications.bundle(before.application, before.version_label)
        with suppress(OperationError), self._reported(before):
            self._context.stacks.deploy(before, bundle)
        self._environments.keep(before)
        self._environments.launches.abort(before, bundle, end)

    def restart(self, environment: Environment) -> None:
        """Restart what runs on the instances."""
        self._require_ready(environment)
        self._environments.add_event(environment, "restartAppServer is starting.")
        bundle = self._applications.bundle(environment.application, environment.version_label)
        self._environments.launches.restart(environment, bundle)

    def release(self, name: str) -> None:
        """Let an update that a test makes hang go on."""
        environment = self._environments.environment(name)
        bundle = self._applications.bundle(environment.application, environment.version_label)
        self._environments.launches.release(environment, bundle)

    def terminate(self, environment: Environment) -> None:
        """End an environment; if that fails, keep it, add an ERROR event and raise OperationError."""
        if self._environments.is_abortable(environment):
            # The words are EB's own, as reported in aws/aws-elastic-beanstalk-cli-setup issue 144.
            message = f"Cannot terminate environment named {environment.name}. It is currently pending deployment."
            raise ServiceError("InvalidParameterValue", message)
        self._environments.add_event(environment, "terminateEnvironment is starting.")
        with self._reported(environment):
            self._environments.launches.end(environment)
            self._context.stacks.end(environment)
        self._environments.remove(environment)
        self._environments.add_event(environment, "terminateEnvironment completed successfully.")

    def handle_report(self, report: Record) -> None:
        """Handle a report of the containers, if it is about one of these environments."""
        name = report["environment"]
        if self._environments.exists(name):
            self._environments.launches.handle_report(self._environments.environment(name), report)

    def _require_ready(self, environment: Environment) -> None:
        if self._environments.described(environment)["Status"] != "Ready":
            raise _invalid_state(environment, "Ready")

    def _endpoint_url(self, environment: Environment) -> str:
        """Return where an environment answers: its containers if they run, otherwise what EB's own stack has."""
        if environment.endpoint_url.startswith("127.0.0.1:"):
            return environment.endpoint_url
        return self._environments.launches.endpoint_url(environment) or endpoint_url(environment, self._context.region)

    def _check(self, environment: Environment, bundle: bytes | None) -> None:
        """Fetch the certificates of the listeners.

        Raise OperationError if one is missing, if the instance profile is not usable, or if a test asks for a failure.
        """
        failures = self._environments.fault(environment.name).failures
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
                self._environments.add_event(environment, message, "ERROR")
            raise


def _invalid_state(environment: Environment, needed: str) -> ServiceError:
    message = f"Environment named {environment.name} is in an invalid state for this operation. Must be {needed}."
    return ServiceError("InvalidParameterValue", message)
