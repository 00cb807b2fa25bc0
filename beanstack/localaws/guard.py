"""Restriction of the process to this machine's loopback interface, without starting programs."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

_SOCKET_EVENTS = {"socket.bind", "socket.connect", "socket.sendto"}
_PROGRAM_EVENTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn"}


def loopback_only() -> None:
    """Make every other bind, connection, name look-up and program start raise PermissionError, for good.

    The engine has services that listen on all interfaces, deliver to URLs, and start containers or scripts. A local
    run must do none of that. An audit hook cannot be removed again, so no code of the engine can lift the restriction.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _SOCKET_EVENTS:
        address = arguments[1]
        # An address that is not a tuple is the path of a Unix socket.
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            raise PermissionError(f"local AWS: {event} of {address[0]!r} refused, it uses 127.0.0.1 only")
    elif event == "socket.getaddrinfo" and not _is_loopback(arguments[0]):
        raise PermissionError(f"local AWS: look-up of {arguments[0]!r} refused, it uses 127.0.0.1 only")
    elif event in _PROGRAM_EVENTS:
        raise PermissionError(f"local AWS: {event} refused, it starts no other program")


def _is_loopback(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:  # a name, or an empty string, which means every interface
        return False
