"""What becomes of an environment once EB has taken it: nothing more, or containers that take their time."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from beanstack.localaws.environment import SAMPLE_APPLICATION

if TYPE_CHECKING:
    from beanstack.localaws.containers import Containers
    from beanstack.localaws.context import Record
    from beanstack.localaws.environment import Environment

Tell = Callable[..., None]


class Launches:
    """Launches and updates of environments, in containers where an engine works, else done at once.

    `tell(environment, message, severity)` makes an event.
    """

    def __init__(self, containers: Containers | None, tell: Tell) -> None:
        self._containers = containers if containers and containers.engine else None
        self._tell = tell

    def endpoint_url(self, environment: Environment) -> str:
        """Where the containers of a new environment will answer; empty where nothing runs it."""
        if not self._containers or environment.version_label == SAMPLE_APPLICATION:
            return ""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{found.getsockname()[1]}"

    def launch(self, environment: Environment, bundle: bytes | None) -> None:
        """Starts a new environment."""
        if self._containers and bundle is not None:
            self._pending(environment, "Launching")
            self._containers.deploy(environment, bundle)
        else:
            self._launched(environment)

    def update(self, environment: Environment, bundle: bytes | None, *, deploys: bool) -> None:
        """Brings a new bundle, or only new options, to an environment."""
        if self._containers and bundle is not None:
            self._pending(environment, "Updating")
            act = self._containers.deploy if deploys else self._containers.configure
            act(environment, bundle)
        else:
            self._updated(environment)

    def end(self, environment: Environment) -> None:
        """Stops what runs."""
        if self._containers:
            self._containers.stop(environment)

    def heard(self, environment: Environment, report: Record) -> None:
        """Takes a report of the containers: an event, or the end of what they were asked to do."""
        if "done" not in report:
            self._tell(environment, report["message"], report["severity"])
        elif report["done"] != "stop":
            launching, environment.status = environment.status == "Launching", "Ready"
            environment.causes = tuple(report["failure"].splitlines())
            environment.health = "Severe" if environment.causes else "Ok"
            if environment.causes:
                self._tell(environment, environment.causes[0], "ERROR")
            elif launching:
                self._launched(environment)
            else:
                self._updated(environment)

    def _pending(self, environment: Environment, status: str) -> None:
        environment.status, environment.health, environment.causes = status, "Unknown", ()

    def _launched(self, environment: Environment) -> None:
        self._tell(environment, f"Application available at {environment.cname}.")
        self._tell(environment, f"Successfully launched environment: {environment.name}")

    def _updated(self, environment: Environment) -> None:
        self._tell(environment, "Environment update completed successfully.")
