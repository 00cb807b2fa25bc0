"""The health check of an instance's load balancer."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beanstack.run.healthcheck import HealthCheck

SECONDS = 5
MOMENT = 0.5


def unverified() -> ssl.SSLContext:
    """Return how a load balancer reaches a target that expects TLS: as AWS's, it does not check the certificate.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def probe(check: HealthCheck, port: int) -> str:
    """Return why a port of this machine fails the check, or an empty string if it passes."""
    if check.path is None:
        try:
            with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
                connection.settimeout(MOMENT)
                # An engine's own proxy accepts every connection, and closes it if no container listens.
                return "" if connection.recv(1) else "nothing listens: the connection is closed at once"
        except TimeoutError:
            return ""  # something listens, and waits for the client to speak first
        except OSError as error:
            return f"nothing listens: {error.strerror or error}"
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    if check.is_encrypted:
        client = http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS, context=unverified())
    try:
        client.request("GET", check.path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
        status = client.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return f"{check.path} does not answer: {error or type(error).__name__}"
    finally:
        client.close()
    if check.accepts(status):
        return ""
    return f"{check.path} answers {status}, not {check.codes}"
