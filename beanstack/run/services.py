"""Starting and watching the services of a Compose file as ECS does with the containers of a task."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.run.errors import RunError
from beanstack.run.health import probe

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.database import Database
    from beanstack.run.dockerrun import Dockerrun
    from beanstack.run.engine import Engine, State
    from beanstack.run.environment import HealthCheck

SECONDS = 180  # how long a database, a condition or the first healthy answer may take
MOMENT = 0.3  # seconds between two polls
KILLED = 137  # exit status of a container that the kernel or the engine killed
RESTARTS = 3  # a container that restarted so often is not expected to come up


def raise_if_stopping(stopping: threading.Event | None) -> None:
    """Raise RunError if the environment is to stop."""
    if stopping and stopping.is_set():
        raise RunError("stopped")


@dataclass(frozen=True)
class Services:
    """The services of a Compose file. Their containers are named `<project>-<service>`."""

    engine: Engine
    file: Path
    project: str
    notify: Callable[[str], None]
    stopping: threading.Event | None = None

    def start_database(self, service: str, database: Database) -> str:
        """Start the database unless it is running, wait until it accepts connections, and return its address."""
        state = self.state(service)
        if state is None:
            self.notify("starting the database")
            self.engine.up(self.file, self.project, service, database.own_variables)
        elif state.has_ended:
            self.engine.check_call("start", self.container(service))
        for state in self.poll(service):
            if self.engine.call("exec", self.container(service), *database.probe_command).returncode == 0:
                return self.engine.address(self.container(service))
            if state and (state.has_ended or state.restarts >= RESTARTS):
                break
        raise self.failure("the database does not accept connections", service)

    def start(self, dockerrun: Dockerrun, variables: Mapping[str, str]) -> None:
        """Start every container once the containers that it waits for meet its conditions."""
        for name in dockerrun.in_order():
            for other, condition in dockerrun.waits_for(name).items():
                self.wait_for(other, condition, name)
            raise_if_stopping(self.stopping)
            secrets = {secret: os.environ[secret] for secret in dockerrun.secrets(name) if secret in os.environ}
            self.engine.up(self.file, self.project, name, {**variables, **secrets})

    def wait_for(self, service: str, condition: str, waiting: str) -> None:
        """Wait until a container meets one of ECS's conditions; raise RunError if it does not."""
        for state in self.poll(service):
            if state and self.is_met(condition, service, state):
                return
            if state and condition in ("SUCCESS", "HEALTHY") and state.has_ended:
                raise self.failure(f"{waiting} cannot start: {service} has ended without {condition}", service)
        raise self.failure(f"timed out: {waiting} is waiting for {service} ({condition})", service)

    def is_met(self, condition: str, service: str, state: State) -> bool:
        """Return whether a container meets a condition of ECS."""
        match condition:
            case "COMPLETE":
                return state.has_ended
            case "SUCCESS":
                return state.has_ended and state.exit_code == 0
            # podman needs systemd to run a container's health check by itself, so it is run here.
            case "HEALTHY" if self.engine.kind == "podman":
                return self.engine.call("healthcheck", "run", self.container(service)).returncode == 0
            case "HEALTHY":
                return state.health == "healthy"
        return True

    def wait_until_healthy(self, dockerrun: Dockerrun, check: HealthCheck, port: int) -> None:
        """Wait until the environment answers; raise RunError with the last output of a container that fails."""
        essential = [name for name in dockerrun.containers if dockerrun.is_essential(name)]
        for _ in self.poll():
            problem = probe(check, port)
            if not problem:
                break
            for name in essential:
                state = self.state(name)
                if state is None or state.has_ended or state.restarts >= RESTARTS:
                    memory = dockerrun.containers[name].get("memory")
                    raise self.failure(f"{problem}; {self.end_of(name, state, memory)}", name)
        else:
            raise self.failure(problem, *essential)
        for name in dockerrun.containers.keys() - set(essential):
            state = self.state(name)
            if state and state.has_ended and state.exit_code != 0:
                self.notify(f"warning: {self.failure(f'{name} failed with exit status {state.exit_code}', name)}")

    def poll(self, service: str = "") -> Iterator[State | None]:
        """Yield the state of a container until the time is over; raise RunError if the environment is to stop."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            raise_if_stopping(self.stopping)
            yield self.state(service) if service else None
            time.sleep(MOMENT)

    def state(self, service: str) -> State | None:
        return self.engine.state(self.container(service))

    def container(self, service: str) -> str:
        return f"{self.project}-{service}"

    def failure(self, problem: str, *services: str) -> RunError:
        """Return an error with the last output of containers."""
        return RunError(problem, {service: self.engine.logs(self.container(service)) for service in services})

    def end_of(self, service: str, state: State | None, memory: int | None) -> str:
        """Return how a container ended that does not stay up; `memory` is its limit in MiB."""
        if state and state.exit_code == KILLED and (state.lacked_memory or self.engine.lacked_memory(self.file.parent)):
            return f"{service} was killed for memory (memory: {memory})"
        if state and (state.has_ended or state.exit_code):
            return f"{service} does not stay up, exit status {state.exit_code}"
        return f"{service} does not stay up"
