"""Launches and updates after EB has accepted them: finished at once, or performed by containers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Outcome:
    """The events to add when the containers are up, and the event to add if they fail."""

    success: tuple[str, ...]
    failure: str


class Launches:
    """Launches and updates of environments: in containers if an engine works, otherwise finished at once.

    `add_event(environment, message, severity)` adds an event.
    """

    def __init__(self, containers: Containers | None, add_event: AddEvent) -> None:
        self._containers = containers if containers and containers.engine else None
        self._add_event = add_event
        self._outcomes: dict[str, Outcome] = {}  # of the operations in progress, by environment

    def endpoint_url(self, environment: Environment) -> str:
        """Return where the containers of a new environment will answer, or an empty string if none run."""
        if not self._containers or environment.version_label == SAMPLE_APPLICATION:
            return ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{probe.getsockname()[1]}"

    def launch(self, environment: Environment, bundle: bytes | None) -> None:
        """Start a new environment."""
        available = f"Application available at {environment.cname}."
        launched = f"Successfully launched environment: {environment.name}"
        outcome = Outcome((available, launched), "Failed to launch environment.")
        if self._containers and bundle is not None:
            self._begin(environment, "Launching", outcome)
            self._containers.deploy(environment, bundle)
        else:
            self._add_success(environment, outcome)

    def update(self, environment: Environment, bundle: bytes | None, *, deploys: bool, configures: bool) -> None:
        """Deploy a new bundle, or only new options, to an environment."""
        success = []
        if deploys:
            success.append(DEPLOYED)
        if configures:
            success.append(CONFIGURED)
        subject = "application" if deploys else "configuration"
        outcome = Outcome((*success, UPDATED), f"Failed to deploy {subject}.")
        if self._containers is None or bundle is None:
            self._add_success(environment, outcome)
            return
        self._begin(environment, "Updating", outcome)
        if deploys:
            self._containers.deploy(environment, bundle)
        else:
            self._containers.configure(environment, bundle)

    def end(self, environment: Environment) -> None:
        """Stop the containers; raise OperationError if they do not end."""
        if self._containers:
            self._containers.stop(environment)

    def handle_report(self, environment: Environment, report: Record) -> None:
        """Handle a report of the containers: an event, or the end of an operation."""
        if "done" not in report:
            self._add_event(environment, report["message"], report["severity"])
            return
        if report["done"] == "stop":  # `end` waits for a stop and reports it
            return
        outcome = self._outcomes.pop(environment.name, None)
        if outcome is None:
            return
        environment.status = "Ready"
        environment.causes = tuple(report["failure"].splitlines())
        if environment.causes:
            environment.health = "Severe"
            self._add_event(environment, environment.causes[0], "ERROR")
            self._add_event(environment, outcome.failure, "ERROR")
        else:
            environment.health = "Ok"
            self._add_success(environment, outcome)

    def _begin(self, environment: Environment, status: str, outcome: Outcome) -> None:
        environment.status, environment.health, environment.causes = status, "Unknown", ()
        self._outcomes[environment.name] = outcome

    def _add_success(self, environment: Environment, outcome: Outcome) -> None:
        for message in outcome.success:
            self._add_event(environment, message)
