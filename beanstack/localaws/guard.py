"""Restriction of the server's process to this machine's loopback interface, without starting programs."""

from __future__ import annotations

import sys
from typing import Any

from beanstack.confined.sitecustomize import confine

_PROGRAM_EVENTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn"}


def loopback_only() -> None:
    """Make every other bind, connection, name look-up and program start raise PermissionError, for good.

    The engine has services that listen on all interfaces, deliver to URLs, and start containers or scripts. A local
    run must do none of that.
    """
    confine()
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _PROGRAM_EVENTS:
        raise PermissionError(f"local AWS: {event} refused, it starts no other program")
