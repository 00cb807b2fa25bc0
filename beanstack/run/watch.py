"""Watching the containers of the local AWS's environments after their deployments, as EB's agents do on instances."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from beanstack.run.balancer.process import is_running
from beanstack.run.errors import RunError
from beanstack.run.steadiness import RESTARTS, SETTLING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beanstack.run.services import Running

# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced.html: an instance reports every ten seconds.
SECONDS = 10.0
REMEMBERED = 600.0  # seconds in which as many restarts mean that a container ends over and over
OK, SEVERE = "Ok", "Severe"
BALANCER = "load balancer"


@dataclass
class Watch:
    """The essential containers of one environment, and what was reported of them last."""

    running: Running
    restarts: dict[str, int] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)  # when each was seen to have restarted
    reported: tuple[str, ...] = ()

    def causes(self) -> dict[str, str]:
        """Return the cause for each container that does not stay up, and for the load balancer if it has ended."""
        found = {}
        if self.running.balancer and not is_running(self.running.balancer):
            found[BALANCER] = "the load balancer has ended"
        for name in self.running.essential:
            state = self.running.state(name)
            now = time.monotonic()
            times = [moment for moment in self.times.get(name, ()) if now - moment < REMEMBERED]
            if state:
                times += [now] * (state.restarts - self.restarts.setdefault(name, state.restarts))
                self.restarts[name] = state.restarts
            self.times[name] = times
            has_just_restarted = bool(times) and now - times[-1] < SETTLING
            if state is None or state.has_ended or has_just_restarted or len(times) >= RESTARTS:
                found[name] = self.running.end_of(name, state)
        return found


class Watches:
    """The environments that are watched. `report` gets each change of an environment's health."""

    def __init__(self, report: Callable[[dict[str, Any]], None]) -> None:
        self._report = report
        self._watches: dict[str, Watch] = {}
        self._lock = threading.Lock()

    def begin(self, environment: str, running: Running) -> None:
        """Watch an environment that is well."""
        with self._lock:
            self._watches[environment] = Watch(running)

    def end(self, environment: str) -> None:
        """Stop watching an environment, because something is about to be done with its containers."""
        with self._lock:
            self._watches.pop(environment, None)

    def watched(self) -> list[tuple[str, Watch]]:
        """Return the environments that are watched now."""
        with self._lock:
            return list(self._watches.items())

    def start(self) -> None:
        """Check all environments every few seconds from now on, in a thread of its own."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(SECONDS)
            for environment, watch in self.watched():
                try:
                    self.check(environment, watch)
                except (RunError, OSError, ValueError):  # an engine that does not answer says nothing of containers
                    continue

    def check(self, environment: str, watch: Watch) -> None:
        """Check an environment once, and report its health if that has changed."""
        found = watch.causes()
        causes = tuple(found.values())
        output = watch.running.output(found)
        with self._lock:
            if self._watches.get(environment) is not watch or causes == watch.reported:
                return
            watch.reported = causes
            self._report(described(environment, causes, output))


def described(environment: str, causes: tuple[str, ...], output: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the report of an environment's health."""
    health = SEVERE if causes else OK
    return {"environment": environment, "health": health, "causes": list(causes), "output": dict(output)}
