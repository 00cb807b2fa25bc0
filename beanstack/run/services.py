"""Starting and watching the services of a Compose file as ECS does with the containers of a task."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.run.errors import RunError
from beanstack.run.health import probe
from beanstack.run.steadiness import RESTARTS, SETTLING, Steadiness

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.database import Database
    from beanstack.run.dockerrun import Dockerrun
    from beanstack.run.engine import Engine, State
    from beanstack.run.healthcheck import HealthCheck

SECONDS = 180  # how long a database, a condition or the first healthy answer may take
MOMENT = 0.3  # seconds between two polls
KILLED = 137  # exit status of a container that the kernel or the engine killed


def raise_if_stopping(stopping: threading.Event | None) -> None:
    """Raise RunError if the environment is to stop."""
    if stopping and stopping.is_set():
        raise RunError("stopped")


@dataclass(frozen=True)
class Running:
    """The essential containers of a deployment that succeeded.

    `balancer` is the folder of the load balancer in front of them, if there is one.
    """

    services: Services
    dockerrun: Dockerrun
    balancer: Path | None = None

    @property
    def essential(self) -> list[str]:
        return [name for name in self.dockerrun.containers if self.dockerrun.is_essential(name)]

    def state(self, service: str) -> State | None:
        return self.services.state(service)

    def end_of(self, service: str, state: State | None) -> str:
        """Return how a container ended that does not stay up."""
        return self.services.end_of(service, state, self.dockerrun.containers[service].get("memory"))

    def output(self, services: Iterable[str]) -> dict[str, list[str]]:
        """Return the last output of containers."""
        return {name: self.services.engine.logs(self.services.container(name)) for name in services}


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
            self.engine.start(self.file.parent, "start", self.container(service))
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

    def wait_until_healthy(self, dockerrun: Dockerrun, checks: Mapping[HealthCheck, int]) -> None:
        """Wait until the environment answers and its essential containers stay up.

        Raise RunError with the last output of a container that fails. A container that answers a check, and that never
        ended, need not prove by time that it stays up. `checks` are those of all processes, each with its port here.
        """
        essential = {name: Steadiness() for name in dockerrun.containers if dockerrun.is_essential(name)}
        checked = {check.port for check in checks}
        answering = {name for name in essential if checked & {public.number for public, _ in dockerrun.ports_of(name)}}
        for _ in self.poll():
            problem = self.problem(checks)
            unsettled = []
            for name, steadiness in essential.items():
                state = self.state(name)
                steadiness.watch(state)
                if steadiness.is_failing:
                    end = self.end_of(name, state, dockerrun.containers[name].get("memory"))
                    raise self.failure("; ".join(filter(None, [problem, end])), name)
                if not (steadiness.has_settled or (name in answering and not steadiness.has_ended)):
                    unsettled.append(name)
            if not problem and not unsettled:
                break
        else:
            waiting = problem or f"{' and '.join(unsettled)} did not stay up for {SETTLING:.0f} s"
            raise self.failure(waiting, *(essential if problem else unsettled))
        self.warn_of_failures(dockerrun.containers.keys() - essential.keys())

    def problem(self, checks: Mapping[HealthCheck, int]) -> str:
        """Return which health check fails and why; empty if all of them pass."""
        for check, port in checks.items():
            found = probe(check, port)
            if found:
                return found if len(checks) == 1 else f"port {check.port}: {found}"
        return ""

    def warn_of_failures(self, services: Collection[str]) -> None:
        """Warn of each container that need not run and has failed."""
        for name in sorted(services):
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
        code = self.engine.last_exit_code(self.container(service), state)
        restarts = state.restarts if state else 0
        often = f", restarted {restarts} times" if restarts > 1 else ""
        if state and code == KILLED and (state.lacked_memory or self.engine.lacked_memory(self.file.parent)):
            return f"{service} was killed for memory (memory: {memory}){often}"
        if code or (state and state.has_ended):
            return f"{service} does not stay up, exit status {code}{often}"
        return f"{service} does not stay up{often}"
