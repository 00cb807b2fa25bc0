"""The ports of a load balancer, and those of the instances behind it, as the options set them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from beanstack.eb.namespaces import CLASSIC_LISTENER, ENVIRONMENT, LISTENERS, PROCESSES, RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.config.option import Table

    Known: TypeAlias = Mapping[tuple[str, str], str]

HTTP_PORT = 80


class Listener(NamedTuple):
    """A port on which the load balancer listens, and the instances' port to which it forwards."""

    protocol: str
    port: int
    target: int

    def __str__(self) -> str:
        return f"{self.protocol} {self.port}"


def known(table: Table) -> dict[tuple[str, str], str]:
    """Return the options whose values are known before the deployment, by namespace and name."""
    return {
        (namespace, name): entry.value for (namespace, name, _), entry in table.items() if isinstance(entry.value, str)
    }


def listeners(options: Known, balancer: str) -> list[Listener]:
    """Return the enabled listeners of a type of load balancer, by port."""
    start = CLASSIC_LISTENER if balancer == "classic" else LISTENERS
    names = {namespace for namespace, _ in options if namespace.startswith(start)}
    enabled = [name for name in names if (options.get((name, "ListenerEnabled")) or "true").lower() != "false"]
    return sorted((_listener(options, name, balancer) for name in enabled), key=lambda listener: listener.port)


def instance_ports(options: Known, balancer: str) -> list[int]:
    """Return the instances' ports that the load balancer sends requests to; without one the port of HTTP."""
    if balancer == "none":
        return [HTTP_PORT]
    found = {listener.target for listener in listeners(options, balancer)}
    if balancer != "classic":
        for namespace, name in options:
            if namespace.startswith(PROCESSES) and name == "Port":
                found.add(_number(options[namespace, name]))
    return sorted(found)


def _listener(options: Known, namespace: str, balancer: str) -> Listener:
    last = namespace.rpartition(":")[2]
    port = int(last) if last.isdecimal() else HTTP_PORT
    if balancer == "classic":
        target = options.get((namespace, "InstancePort"), "")
        return Listener(options.get((namespace, "ListenerProtocol")) or "HTTP", port, _number(target))
    usual = "TCP" if balancer == "network" else "HTTP"
    if options.get((ENVIRONMENT, "LoadBalancerIsShared"), "").lower() == "true":
        usual = "Port"  # a shared load balancer has a protocol that the environment does not know
    return Listener(options.get((namespace, "Protocol")) or usual, port, _target(options, namespace, "DefaultProcess"))


def routes(options: Known) -> dict[int, list[str]]:
    """Return the instances' ports that rules of the listeners lead to, each with what these rules ask of requests."""
    used: set[str] = set()
    for (namespace, name), value in options.items():
        if namespace.startswith(LISTENERS) and name == "Rules":
            used.update(value.split(","))
    found: dict[int, list[str]] = {}
    for rule in sorted({namespace for namespace, _ in options if namespace.startswith(RULES)}):
        if rule.removeprefix(RULES) in used:
            asked = [options.get((rule, name), "") for name in ("HostHeaders", "PathPatterns")]
            words = " ".join(one.replace(",", " or ") for one in asked if one)
            found.setdefault(_target(options, rule, "Process"), []).append(words)
    return found


def _target(options: Known, namespace: str, name: str) -> int:
    """Return the port of the process that an option of a listener or a rule names."""
    process = f"{PROCESSES}{options.get((namespace, name)) or 'default'}"
    return _number(options.get((process, "Port"), ""))


def _number(port: str) -> int:
    """Return a port; EB's default where CloudFormation has yet to resolve it."""
    return int(port) if port.isdecimal() else HTTP_PORT
