"""What the options of an environment ask of its load balancer: listeners, their rules, and processes.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beanstack.eb.namespaces import (
    CLASSIC_LISTENER,
    CLASSIC_LISTENERS,
    CLASSIC_POLICIES,
    ENVIRONMENT,
    LISTENER,
    LISTENERS,
    LOAD_BALANCER,
    PROCESSES,
    RULES,
)
from beanstack.run.balancer.actions import action
from beanstack.run.balancer.routing import Forward, Listener, Rule
from beanstack.run.healthcheck import CLASSIC, NETWORK, health_check, is_single, load_balancer_type, process_check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.run.healthcheck import HealthCheck, Options

HTTP, HTTPS = 80, 443
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
IDLE_SECONDS = 60
NAME = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SAME = {"SSL": "TLS"}  # a classic load balancer's word for the same


@dataclass(frozen=True)
class Target:
    """A port of the instance to which requests go, with the protocol that is spoken there and its health check."""

    port: int
    protocol: str
    check: HealthCheck

    @property
    def is_encrypted(self) -> bool:
        return self.protocol in ("HTTPS", "TLS")


@dataclass(frozen=True)
class Plan:
    """A load balancer: its listeners by port, its targets by name, and after how many seconds a connection is idle."""

    listeners: Mapping[int, Listener]
    targets: Mapping[str, Target]
    idle: float

    @property
    def is_plain(self) -> bool:
        """Whether it only passes on what comes to port 80, so that a port of the instance can take its place."""
        if self.listeners.keys() != {HTTP}:
            return False
        listener = self.listeners[HTTP]
        is_same = isinstance(listener.action, Forward) and not listener.rules and not listener.is_encrypted
        return is_same and not any(target.is_encrypted for target in self.targets.values())

    @property
    def checks(self) -> list[HealthCheck]:
        """The health checks of the targets that a listener uses; ELB checks no others."""
        return list(dict.fromkeys(target.check for target in self.targets.values()))

    @property
    def encrypted(self) -> list[int]:
        """The ports of the listeners that speak TLS."""
        return [port for port, listener in self.listeners.items() if listener.is_encrypted]

    @property
    def names(self) -> list[str]:
        """The host names that its rules know and that a certificate can be for."""
        rules = [rule for listener in self.listeners.values() for rule in listener.rules]
        return [host for rule in rules for host in rule.hosts if NAME.fullmatch(host)]


def plan(options: Options, default_actions: Mapping[int, list[Any]]) -> Plan | None:
    """Return what options ask for; None without a load balancer. `default_actions` are those of resources, by port."""
    if is_single(options):
        return None
    if load_balancer_type(options) == CLASSIC:
        return _classic(options)
    found = {listener.port: listener for listener in _listeners(options, default_actions)}
    names = {name for listener in found.values() for name in listener.processes}
    idle = float(options.get((LOAD_BALANCER, "IdleTimeout")) or IDLE_SECONDS)
    return Plan(found, {name: _target(options, name) for name in sorted(names)}, idle)


def _listeners(options: Options, default_actions: Mapping[int, list[Any]]) -> Iterator[Listener]:
    """Yield the listeners that are enabled, that of port 80 among them unless it is disabled."""
    is_network = load_balancer_type(options) == NETWORK
    is_shared = options.get((ENVIRONMENT, "LoadBalancerIsShared"), "").lower() == "true"
    for port, namespace in _ports(options, LISTENER, LISTENERS):
        if not _is_enabled(options, namespace):
            continue
        protocol = options.get((namespace, "Protocol"), "")
        if not protocol and is_shared and port == HTTPS:  # the listener is another's
            protocol = "HTTPS"
        certificates = options.get((namespace, "SSLCertificateArns")) or options.get((namespace, "SSLCertificate"), "")
        given = action(default_actions[port]) if port in default_actions else None
        default = given or Forward(options.get((namespace, "DefaultProcess")) or "default")
        names = [] if is_network else _items(options.get((namespace, "Rules"), ""))
        rules = sorted((_rule(options, name) for name in names if name != "default"), key=lambda rule: rule.priority)
        yield Listener(
            port,
            protocol or ("TCP" if is_network else "HTTP"),
            default,
            tuple(rules),
            tuple(_items(certificates)),
        )


def _rule(options: Options, name: str) -> Rule:
    namespace = f"{RULES}{name}"
    return Rule(
        int(options.get((namespace, "Priority")) or 1),
        tuple(_items(options.get((namespace, "HostHeaders"), ""))),
        tuple(_items(options.get((namespace, "PathPatterns"), ""))),
        options.get((namespace, "Process")) or "default",
    )


def _target(options: Options, name: str) -> Target:
    check = process_check(options, name)
    default = "TCP" if load_balancer_type(options) == NETWORK else "HTTP"
    protocol = options.get((f"{PROCESSES}{name}", "Protocol")) or default
    return Target(check.port, protocol, check)


def _classic(options: Options) -> Plan:
    """Return the plan of a classic load balancer, which has one health check, and listeners that know only ports."""
    check = health_check(options)
    listeners, targets = {}, {}
    for port, namespace in _ports(options, CLASSIC_LISTENER, CLASSIC_LISTENERS):
        if not _is_enabled(options, namespace):
            continue
        protocol = options.get((namespace, "ListenerProtocol")) or "HTTP"
        certificates = tuple(_items(options.get((namespace, "SSLCertificateId"), "")))
        inside = int(options.get((namespace, "InstancePort")) or 80)
        # The instance's protocol is HTTP or TCP by default, as the listener's:
        # https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
        default = "HTTP" if protocol.startswith("HTTP") else "TCP"
        spoken = options.get((namespace, "InstanceProtocol")) or default
        spoken = SAME.get(spoken, spoken)
        name = f"{spoken}:{inside}"
        targets[name] = Target(inside, spoken, check)
        listeners[port] = Listener(port, SAME.get(protocol, protocol), Forward(name), (), certificates)
    idle = options.get((CLASSIC_POLICIES, "ConnectionSettingIdleTimeout")) or IDLE_SECONDS
    return Plan(listeners, targets, float(idle))


def _ports(options: Options, default: str, family: str) -> list[tuple[int, str]]:
    """Return the port and the namespace of each listener; `default` is the namespace of port 80."""
    found = {HTTP: default}
    for namespace, _ in options:
        port = namespace.removeprefix(family)
        if namespace.startswith(family) and port.isdecimal():
            found[int(port)] = namespace
    return sorted(found.items())


def _is_enabled(options: Options, namespace: str) -> bool:
    return options.get((namespace, "ListenerEnabled"), "true").lower() != "false"


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]
