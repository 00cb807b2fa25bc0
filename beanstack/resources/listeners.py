"""The ports of a load balancer, and those of the instances behind it, as the options set them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from beanstack.eb.namespaces import CLASSIC_LISTENER, LISTENER, PROCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.config.option import Table

    Known: TypeAlias = Mapping[tuple[str, str], str]

LISTENERS = LISTENER.removesuffix("default")
PROCESSES = PROCESS.removesuffix("default")
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
    process = f"{PROCESSES}{options.get((namespace, 'DefaultProcess')) or 'default'}"
    target = options.get((process, "Port"), "")
    return Listener(options.get((namespace, "Protocol")) or usual, port, _number(target))


def _number(port: str) -> int:
    """Return a port; EB's default where CloudFormation has yet to resolve it."""
    return int(port) if port.isdecimal() else HTTP_PORT
