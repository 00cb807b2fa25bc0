"""What becomes of an environment once EB has taken it: nothing more, or containers that take their time."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from beanstack.localaws.environment import SAMPLE_APPLICATION

if TYPE_CHECKING:
    from beanstack.localaws.containers import Containers
    from beanstack.localaws.context import Record
    from beanstack.localaws.environment import Environment

Tell = Callable[..., None]

DEPLOYED: Final = "New application version was deployed to running EC2 instances."
CONFIGURED: Final = "Successfully deployed new configuration to environment."
UPDATED: Final = "Environment update completed successfully."


@dataclass(frozen=True)
class Outcome:
    """What is told once the containers have come up, and what where they have not."""

    success: tuple[str, ...]
    failure: str


class Launches:
    """Launches and updates of environments, in containers where an engine works, else done at once.

    `tell(environment, message, severity)` makes an event.
    """

    def __init__(self, containers: Containers | None, tell: Tell) -> None:
        self._containers = containers if containers and containers.engine else None
        self._tell = tell
        self._outcomes: dict[str, Outcome] = {}  # of what is under way, by environment

    def endpoint_url(self, environment: Environment) -> str:
        """Where the containers of a new environment will answer; empty where nothing runs it."""
        if not self._containers or environment.version_label == SAMPLE_APPLICATION:
            return ""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{found.getsockname()[1]}"

    def launch(self, environment: Environment, bundle: bytes | None) -> None:
        """Starts a new environment."""
        available = f"Application available at {environment.cname}."
        launched = f"Successfully launched environment: {environment.name}"
        outcome = Outcome((available, launched), "Failed to launch environment.")
        if self._containers and bundle is not None:
            self._pending(environment, "Launching", outcome)
            self._containers.deploy(environment, bundle)
        else:
            self._succeeded(environment, outcome)

    def update(self, environment: Environment, bundle: bytes | None, *, deploys: bool, configures: bool) -> None:
        """Brings a new bundle, or only new options, to an environment."""
        told = [DEPLOYED] if deploys else []
        told += [CONFIGURED] if configures else []
        outcome = Outcome((*told, UPDATED), f"Failed to deploy {'application' if deploys else 'configuration'}.")
        if self._containers and bundle is not None:
            self._pending(environment, "Updating", outcome)
            act = self._containers.deploy if deploys else self._containers.configure
            act(environment, bundle)
        else:
            self._succeeded(environment, outcome)

    def end(self, environment: Environment) -> None:
        """Stops what runs. OperationError where it does not end."""
        if self._containers:
            self._containers.stop(environment)

    def heard(self, environment: Environment, report: Record) -> None:
        """Takes a report of the containers: an event, or the end of what they were asked to do."""
        if "done" not in report:
            self._tell(environment, report["message"], report["severity"])
        elif outcome := self._outcomes.pop(environment.name, None) if report["done"] != "stop" else None:
            environment.causes = tuple(report["failure"].splitlines())
            environment.status, environment.health = "Ready", "Severe" if environment.causes else "Ok"
            if environment.causes:
                self._tell(environment, environment.causes[0], "ERROR")
                self._tell(environment, outcome.failure, "ERROR")
            else:
                self._succeeded(environment, outcome)

    def _pending(self, environment: Environment, status: str, outcome: Outcome) -> None:
        environment.status, environment.health, environment.causes = status, "Unknown", ()
        self._outcomes[environment.name] = outcome

    def _succeeded(self, environment: Environment, outcome: Outcome) -> None:
        for message in outcome.success:
            self._tell(environment, message)
