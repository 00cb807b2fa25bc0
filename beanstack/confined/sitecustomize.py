"""Confinement of a process to this machine's loopback interface.

Python imports a module of this name when it starts. A local run has this folder in PYTHONPATH, so that every Python
that it starts is confined: the aws command, the EB CLI, which looks for a newer version of itself, and what they call.
"""

from __future__ import annotations

import sys
from typing import Any

_CONNECTIONS = {"socket.bind", "socket.connect", "socket.sendto"}
_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}


def confine() -> None:
    """Make every other bind, connection and name look-up of this process raise PermissionError, for good.

    An audit hook cannot be removed again, so no code can lift the restriction.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTIONS:
        address = arguments[1]
        # An address that is not a tuple is the path of a Unix socket.
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            raise PermissionError(f"{event} of {address[0]!r} refused: a local run uses 127.0.0.1 only")
    elif event in _LOOK_UPS and not _is_loopback(arguments[0]):
        raise PermissionError(f"look-up of {arguments[0]!r} refused: a local run uses 127.0.0.1 only")


def _is_loopback(host: Any) -> bool:
    import ipaddress  # here, because most commands never get so far

    name = host.decode() if isinstance(host, bytes) else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:  # a name, or an empty string, which means every interface
        return False


if __name__ == "sitecustomize":
    confine()
