"""What answers for an environment: a port of its instance, or a load balancer if the options ask for more than that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from beanstack.run.balancer import process
from beanstack.run.balancer.actions import default_actions
from beanstack.run.balancer.plan import HTTP, HTTPS, Plan, plan
from beanstack.run.balancer.process import Settings
from beanstack.run.dockerrun import Port
from beanstack.run.errors import RunError
from beanstack.run.healthcheck import health_check
from beanstack.run.ports import LOOPBACK, free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from beanstack.run.balancer.process import Certificate
    from beanstack.run.healthcheck import HealthCheck, Options


@dataclass(frozen=True)
class Means:
    """What a load balancer needs here: a Python with its packages, and certificates.

    `python` returns the path of that Python, and may have to install it first. `authority` is the folder of the
    authority that issues the certificates which are not among `certificates`, those that are known by ARN.
    """

    python: Callable[[], str]
    authority: Path
    certificates: Mapping[str, Certificate] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """Ports of this machine: `ports` by those of the instance, `addresses` by the listeners of the load balancer."""

    ports: Mapping[Port, int]
    addresses: Mapping[int, int]
    url: str


@dataclass(frozen=True)
class Front:
    """What answers for an environment: a load balancer, or without `plan` the instance's port `listening`.

    `checks` are the health checks that must succeed.
    """

    options: Options
    default_actions: Mapping[int, list[Any]]
    plan: Plan | None
    listening: int
    checks: list[HealthCheck]

    @property
    def instance_ports(self) -> set[int]:
        """The ports of the instance to which something is sent."""
        targets = self.plan.targets.values() if self.plan else ()
        found = {check.port for check in self.checks} | {target.port for target in targets}
        return found if self.plan else found | {self.listening}

    def place(self, ports: Iterable[Port], port: int | None) -> Placed:
        """Choose ports of this machine. The environment answers at `port`, if that is decided already."""
        if self.plan is None:
            listening = Port(self.listening, "tcp")
            found = free_ports(ports, {listening: port} if port else {})
            return Placed(found, {}, f"http://{LOOPBACK}:{found[listening]}")
        main = self._main
        own = [Port(number, "tcp") for number in {main, *self.plan.listeners} - ({HTTP, HTTPS} - {main})]
        chosen = free_ports(own, {Port(main, "tcp"): port} if port else {})
        addresses = {number: chosen[Port(self._beside(number), "tcp")] for number in self.plan.listeners}
        found = free_ports(ports, {}, addresses.values(), self.instance_ports)
        return Placed(found, addresses, f"{self.plan.listeners[main].scheme}://{LOOPBACK}:{addresses[main]}")

    @property
    def _main(self) -> int:
        """The listener that a browser would find first."""
        listeners = self.plan.listeners if self.plan else {}
        return next(number for number in (HTTPS, HTTP, *sorted(listeners)) if number in listeners)

    def _beside(self, number: int) -> int:
        """Return the listener whose port of this machine another one shares."""
        return self._main if number in (HTTP, HTTPS) else number

    def start(self, means: Means, folder: Path, placed: Placed) -> None:
        """Start the load balancer, if there is to be one; raise RunError if it does not start."""
        if self.plan is None:
            return
        ports = {port.number: here for port, here in placed.ports.items() if port.protocol == "tcp"}
        settings = Settings(
            self.options, self.default_actions, ports, placed.addresses, means.certificates, means.authority
        )
        process.start(means.python(), folder, settings)

    def described(self, placed: Placed) -> Iterator[str]:
        """Yield a line on each listener that has a port of its own."""
        for number, listener in self.plan.listeners.items() if self.plan else ():
            if number != self._beside(number) or number == self._main:
                continue
            scheme = listener.scheme if listener.is_http else listener.protocol.lower()
            yield f"the load balancer's port {number} is {scheme}://{LOOPBACK}:{placed.addresses[number]} here"


def front(options: Options, listeners: Mapping[str, Any]) -> Front:
    """Return what answers for an environment with these options, and these listeners in EB's own stack."""
    actions = default_actions(listeners)
    asked = plan(options, actions)
    if asked is None:
        check = health_check(options)
        return Front(options, actions, None, check.port, [check])
    if not asked.listeners:
        raise RunError("no listener of the load balancer is enabled, so nothing would answer")
    if asked.is_plain:
        [target] = asked.targets.values()
        return Front(options, actions, None, target.port, [target.check])
    return Front(options, actions, asked, 0, asked.checks)
