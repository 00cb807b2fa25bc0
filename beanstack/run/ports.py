"""Ports on this machine's loopback interface for the ports of an instance."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from beanstack.run.dockerrun import Port

LOOPBACK = "127.0.0.1"
PRIVILEGED = 1024  # only root may listen on lower ports
MOVED = 8000


def free_ports(
    ports: Iterable[Port], chosen: Mapping[Port, int], taken: Iterable[int] = (), hidden: Container[int] = ()
) -> dict[Port, int]:
    """Return a free port for each port: the same number if possible, 8080 for 80 and the like, otherwise any.

    `chosen` holds the ports that are decided already. All numbers are different, and none of them is `taken`. Nobody
    needs to know where a `hidden` port is, so that it gets any number, which is the least likely to be taken meanwhile.
    """
    found = dict(chosen)
    for port in sorted(set(ports) - chosen.keys(), key=lambda port: port.number < PRIVILEGED):
        preferred = port.number + MOVED if port.number < PRIVILEGED else port.number
        preferred = 0 if port.number in hidden else preferred
        found[port] = _free(port, preferred, {*found.values(), *taken})
    return found


def _free(port: Port, preferred: int, taken: set[int]) -> int:
    kind = socket.SOCK_DGRAM if port.protocol == "udp" else socket.SOCK_STREAM
    # Port 0 lets the system choose. It may choose each of the taken ports, which are not open yet, once.
    for candidate in (preferred, *[0] * (len(taken) + 1)):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, candidate))
            except OSError:
                continue
            number = int(probe.getsockname()[1])
        if number not in taken:
            return number
    raise RunError(f"no free port for the instance's port {port.number}")
