"""Starting the services of a Compose file as ECS starts the containers of a task, and watching them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.run.errors import RunError
from beanstack.run.health import answer

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.database import Database
    from beanstack.run.dockerrun import Dockerrun
    from beanstack.run.engine import Engine, State
    from beanstack.run.environment import HealthCheck

SECONDS = 180  # that a database, a condition or the first healthy answer may take
MOMENT = 0.3  # seconds between two looks
RESTARTS = 3  # after which a container is not expected to come up


def go_on(stopping: threading.Event | None) -> None:
    """RunError where the environment is to stop."""
    if stopping and stopping.is_set():
        raise RunError("stopped")


@dataclass(frozen=True)
class Services:
    """The services of a Compose file, whose containers are called `<project>-<service>`."""

    engine: Engine
    file: Path
    project: str
    tell: Callable[[str], None]
    stopping: threading.Event | None = None

    def start_database(self, service: str, database: Database) -> str:
        """Starts the database unless it runs and waits until it takes connections; returns its address."""
        state = self.state(service)
        if state is None:
            self.tell("starting the database")
            self.engine.up(self.file, self.project, service, database.own_variables)
        elif state.has_ended:
            self.engine.must("start", self.container(service))
        for state in self.looks(service):
            if self.engine.call("exec", self.container(service), *database.answers).returncode == 0:
                return self.engine.address(self.container(service))
            if state and (state.has_ended or state.restarts >= RESTARTS):
                break
        raise self.failure("the database does not take connections", service)

    def start(self, dockerrun: Dockerrun, variables: Mapping[str, str]) -> None:
        """Starts every container once those that it waits for are as far as it wants them."""
        for name in dockerrun.in_order():
            for other, condition in dockerrun.waits_for(name).items():
                self.wait(other, condition, name)
            go_on(self.stopping)
            secrets = {secret: os.environ[secret] for secret in dockerrun.secrets(name) if secret in os.environ}
            self.engine.up(self.file, self.project, name, {**variables, **secrets})

    def wait(self, service: str, condition: str, waiting: str) -> None:
        """Waits for one of ECS's conditions. RunError where it does not come true."""
        for state in self.looks(service):
            if state and self.holds(condition, service, state):
                return
            if state and condition in ("SUCCESS", "HEALTHY") and state.has_ended:
                break
        raise self.failure(f"{waiting} waits in vain for {service} ({condition})", service)

    def holds(self, condition: str, service: str, state: State) -> bool:
        """Whether a container is as far as another wants it; podman runs a container's check only where asked."""
        match condition:
            case "COMPLETE":
                return state.has_ended
            case "SUCCESS":
                return state.has_ended and state.exit_code == 0
            case "HEALTHY" if self.engine.kind == "podman":
                return self.engine.call("healthcheck", "run", self.container(service)).returncode == 0
            case "HEALTHY":
                return state.health == "healthy"
        return True

    def healthy(self, dockerrun: Dockerrun, check: HealthCheck, port: int) -> None:
        """Waits until the environment answers. RunError with the last words of a container that fails."""
        essential = [name for name in dockerrun.containers if dockerrun.is_essential(name)]
        for _ in self.looks():
            said = answer(check, port)
            if not said:
                break
            for name in essential:
                state = self.state(name)
                if state is None or state.has_ended or state.restarts >= RESTARTS:
                    raise self.failure(f"{said}; {name} does not stay up", name)
        else:
            raise self.failure(said, *essential)
        for name in dockerrun.containers.keys() - set(essential):
            state = self.state(name)
            if state and state.has_ended and state.exit_code != 0:
                self.tell(f"warning: {self.failure(f'{name} failed with exit status {state.exit_code}', name)}")

    def looks(self, service: str = "") -> Iterator[State | None]:
        """The state of a container every moment, until the time is over. RunError where all is to stop."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            go_on(self.stopping)
            yield self.state(service) if service else None
            time.sleep(MOMENT)

    def state(self, service: str) -> State | None:
        return self.engine.state(self.container(service))

    def container(self, service: str) -> str:
        return f"{self.project}-{service}"

    def failure(self, what: str, *services: str) -> RunError:
        """An error with the last words of containers."""
        lines = [what]
        for service in services:
            lines += [f"  {service}: {line}" for line in self.engine.logs(self.container(service))]
        return RunError("\n".join(lines))
