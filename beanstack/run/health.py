"""Whether an instance answers as its load balancer wants it to."""

from __future__ import annotations

import http.client
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beanstack.run.environment import HealthCheck

SECONDS = 5
MOMENT = 0.5


def answer(check: HealthCheck, port: int) -> str:
    """What the check says of a port of this machine: nothing where it is well, else why not."""
    if check.path is None:
        try:
            with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
                connection.settimeout(MOMENT)
                # An engine's own proxy takes every connection, and closes those that lead nowhere.
                return "" if connection.recv(1) else "nothing listens: the connection is closed at once"
        except TimeoutError:
            return ""  # it waits for the client to speak
        except OSError as error:
            return f"nothing listens: {error.strerror or error}"
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        asked.request("GET", check.path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
        status = asked.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return f"{check.path} does not answer: {error or type(error).__name__}"
    finally:
        asked.close()
    return "" if check.accepts(status) else f"{check.path} answers {status}, not {check.codes}"
