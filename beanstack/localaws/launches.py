"""Launches and updates after EB has accepted them: finished at once, or performed by containers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from beanstack.localaws.environment import SAMPLE_APPLICATION

if TYPE_CHECKING:
    from beanstack.localaws.api import Record
    from beanstack.localaws.containers import Containers
    from beanstack.localaws.environment import Environment

AddEvent = Callable[..., None]

DEPLOYED: Final = "New application version was deployed to running EC2 instances."
CONFIGURED: Final = "Successfully deployed new configuration to environment."
UPDATED: Final = "Environment update completed successfully."
RESTARTED: Final = "Restarted application server on all ec2 instances."


@dataclass(frozen=True)
class Operation:
    """An operation in progress: the events to add when the containers are up, and the event to add if they fail.

    `before` is what AbortEnvironmentUpdate returns to, None if it cannot end the operation. `is_held` says that a test
    makes it hang: no container works on it, and CloudFormation waits for it.
    """

    success: tuple[str, ...]
    failure: str
    deploys: bool = True
    before: Environment | None = None
    is_held: bool = False


class Launches:
    """Launches and updates of environments: in containers if an engine works, otherwise finished at once.

    `add_event(environment, message, severity)` adds an event.
    """

    def __init__(self, containers: Containers | None, add_event: AddEvent) -> None:
        self._containers = containers if containers and containers.engine else None
        self._add_event = add_event
        self._operations: dict[str, Operation] = {}  # those in progress, by environment
        self._interrupted: set[str] = set()  # environments whose containers have still to report an aborted operation

    def endpoint_url(self, environment: Environment) -> str:
        """Return where the containers of a new environment will answer, or an empty string if none run."""
        if not self._containers or environment.version_label == SAMPLE_APPLICATION:
            return ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{probe.getsockname()[1]}"

    def operation(self, environment: Environment) -> Operation | None:
        """Return the operation in progress."""
        return self._operations.get(environment.name)

    def launch(self, environment: Environment, bundle: bytes | None) -> None:
        """Start a new environment."""
        available = f"Application available at {environment.cname}."
        launched = f"Successfully launched environment: {environment.name}"
        operation = Operation((available, launched), "Failed to launch environment.")
        self._perform(environment, "Launching", operation, bundle)

    def update(
        self,
        before: Environment,
        environment: Environment,
        bundle: bytes | None,
        *,
        deploys: bool,
        configures: bool,
        is_held: bool,
    ) -> None:
        """Deploy a new bundle, or only new options, to an environment."""
        success = []
        if deploys:
            success.append(DEPLOYED)
        if configures:
            success.append(CONFIGURED)
        failure = f"Failed to deploy {'application' if deploys else 'configuration'}."
        operation = Operation((*success, UPDATED), failure, deploys, before, is_held)
        self._perform(environment, "Updating", operation, bundle)

    def restart(self, environment: Environment, bundle: bytes | None) -> None:
        """Restart the containers."""
        operation = Operation((RESTARTED,), "Failed to restart application server.", deploys=False)
        self._perform(environment, "Updating", operation, bundle)

    def abort(self, before: Environment, bundle: bytes | None, success: str) -> None:
        """End an update and run again what ran before it."""
        aborted = self._operations.pop(before.name)
        operation = Operation((success,), "Failed to deploy application.")
        if aborted.is_held or self._containers is None:
            self._succeed(before, operation)
            return
        self._interrupted.add(before.name)
        self._containers.interrupt(before)
        self._perform(before, "Aborting", operation, bundle)

    def release(self, environment: Environment, bundle: bytes | None) -> None:
        """Let an update that a test holds go on."""
        held = self._operations.pop(environment.name, None)
        if held and held.is_held:
            self._perform(environment, "Updating", replace(held, is_held=False), bundle)

    def end(self, environment: Environment) -> None:
        """Stop the containers; raise OperationError if they do not end."""
        if self._containers:
            self._containers.stop(environment)
        self._interrupted.discard(environment.name)

    def handle_report(self, environment: Environment, report: Record) -> None:
        """Handle a report of the containers: an event, their health, or the end of an operation."""
        if "health" in report:
            self._handle_health(environment, report)
            return
        if "done" not in report:
            self._add_event(environment, report["message"], report["severity"])
            return
        if report["done"] in ("stop", "interrupt"):  # `end` waits for a stop and reports it
            return
        if environment.name in self._interrupted:  # the report of what was aborted
            self._interrupted.remove(environment.name)
            return
        operation = self._operations.pop(environment.name, None)
        if operation is None:
            return
        if not report["failure"]:
            self._succeed(environment, operation)
            return
        environment.status, environment.health = "Ready", "Severe"
        environment.causes = tuple(report["failure"].splitlines())
        environment.output = report.get("output", {})
        self._add_event(environment, environment.causes[0], "ERROR")
        self._add_event(environment, operation.failure, "ERROR")

    def _handle_health(self, environment: Environment, report: Record) -> None:
        """Change the health of an environment whose containers no longer stay up, or do so again."""
        if environment.name in self._operations:  # which will end with a health of its own
            return
        before = environment.health
        environment.settle()
        if report["causes"]:
            environment.health, environment.causes = report["health"], tuple(report["causes"])
            environment.output = report["output"]
        # The words are EB's own: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
        message = f"Environment health has transitioned from {before} to {environment.health}."
        if environment.health != before:
            self._add_event(
                environment, " ".join([message, *environment.causes]), "WARN" if report["causes"] else "INFO"
            )

    def _perform(self, environment: Environment, status: str, operation: Operation, bundle: bytes | None) -> None:
        """Begin an operation, in containers if they run; without them it ends at once, unless a test holds it."""
        containers = self._containers if bundle is not None else None
        if containers is None and not operation.is_held:
            self._succeed(environment, operation)
            return
        environment.status, environment.health, environment.causes, environment.output = status, "Unknown", (), {}
        self._operations[environment.name] = operation
        if containers is None or bundle is None or operation.is_held:
            return
        if operation.deploys:
            containers.deploy(environment, bundle)
        else:
            containers.configure(environment, bundle)

    def _succeed(self, environment: Environment, operation: Operation) -> None:
        """End an operation well."""
        environment.settle()
        for message in operation.success:
            self._add_event(environment, message)
