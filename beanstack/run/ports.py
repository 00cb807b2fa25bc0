"""Ports of this machine for those of an instance, on loopback."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.run.dockerrun import Port

LOOPBACK = "127.0.0.1"
PRIVILEGED = 1024  # below, only root may listen
MOVED = 8000


def free_ports(ports: Iterable[Port], chosen: Mapping[Port, int]) -> dict[Port, int]:
    """For each port a free one: the same number where it can be had, 8080 for 80 and the like, else any.

    `chosen` are those that are settled already. No number is given twice.
    """
    found = dict(chosen)
    for port in sorted(set(ports) - chosen.keys(), key=lambda port: port.number < PRIVILEGED):
        wanted = port.number + MOVED if port.number < PRIVILEGED else port.number
        found[port] = _free(port, wanted, set(found.values()))
    return found


def _free(port: Port, wanted: int, taken: set[int]) -> int:
    kind = socket.SOCK_DGRAM if port.protocol == "udp" else socket.SOCK_STREAM
    for candidate in (wanted, *[0] * (len(taken) + 1)):
        with socket.socket(socket.AF_INET, kind) as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind((LOOPBACK, candidate))
            except OSError:
                continue
            number = int(found.getsockname()[1])
        if number not in taken:
            return number
    raise RunError(f"no free port for the instance's port {port.number}")
