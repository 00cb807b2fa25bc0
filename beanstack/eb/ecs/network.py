"""What ECS and Docker accept of a container's ports, and what a container without a network loses.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.ecs.containers import entries, quoted_name
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import bundle_finding
from beanstack.eb.forms import ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.ecs.containers import Container
    from beanstack.eb.findings import Finding, Path

EPHEMERAL = range(32768, 61000)  # Linux's net.ipv4.ip_local_port_range
NEEDS_NETWORK = ("portMappings", "links", "dnsServers", "dnsSearchDomains", "extraHosts")


def network_findings(path: Path, container: Container) -> Iterator[Finding]:
    """Yield the problems with a container's ports and network."""
    yield from _ports(path, container)
    yield from _ranges(path, container)
    if container.get("disableNetworking") is not True:
        return
    for key in NEEDS_NETWORK:
        if container.get(key):
            message = f"`{key}` has no effect: {quoted_name(container)} has no network (`disableNetworking`)"
            also = ((*path, "disableNetworking"),)
            yield bundle_finding("no-network", (*path, key), message, at_key=True, also=also)


def _ports(path: Path, container: Container) -> Iterator[Finding]:
    for at, mapping in entries(container, "portMappings", path):
        port = mapping.get("hostPort", 0)
        if "containerPort" not in mapping and "containerPortRange" not in mapping:
            yield bundle_finding("container-port", at, "the mapping has no `containerPort`")
        if port == 0 and "containerPort" in mapping and "containerPortRange" not in mapping:
            message = "no hostPort: ECS chooses one at random, which no load balancer knows"
            yield bundle_finding("random-port", (*at, "hostPort"), message)
        if port in facts()["reserved_host_ports"]:
            message = f"host port {port} belongs to the instance itself (SSH, Docker or ECS agent)"
            yield bundle_finding("host-ports-reserved", (*at, "hostPort"), message)
        if port in EPHEMERAL and port not in facts()["reserved_host_ports"]:
            message = f"host port {port} is one of those that Linux and ECS give out themselves"
            allowed = f"a port below {EPHEMERAL.start}"
            yield bundle_finding("ephemeral-port", (*at, "hostPort"), message, allowed)


def _ranges(path: Path, container: Container) -> Iterator[Finding]:
    """Yield ranges of ports beside other keys or other ports of the container."""
    mapped: dict[str, list[range]] = {}
    for at, mapping in entries(container, "portMappings", path):
        text = mapping.get("containerPortRange")
        ports = ports_of(text or "")
        single = mapping.get("containerPort")
        for key in ("containerPort", "hostPort"):
            if text and mapping.get(key):
                message = f"a mapping with `containerPortRange` has no `{key}`"
                yield bundle_finding("port-range", (*at, key), message, also=((*at, "containerPortRange"),))
                single = None
        if not ports and single:
            ports = range(single, single + 1)
        if not ports:
            continue
        others = mapped.setdefault(mapping.get("protocol") or "tcp", [])
        for other in others:
            overlap = ports.start < other.stop and other.start < ports.stop
            if overlap and max(len(ports), len(other)) > 1:
                message = f"another mapping of {quoted_name(container)} has some of these ports"
                yield bundle_finding("port-range", at, message)
                break
        others.append(ports)
