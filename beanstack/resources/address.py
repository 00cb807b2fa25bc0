"""Where an environment answers: the outputs of its stack that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Output, Sub

from beanstack.resources.beanstalk import ENVIRONMENT
from beanstack.resources.dns import cname
from beanstack.resources.listeners import HTTP_PORT, known, listeners
from beanstack.resources.options import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application, Environment

HTTPS_PORT = 443
SECURE = ("HTTPS", "TLS", "SSL")
ENDPOINT = f"${{{ENVIRONMENT}.EndpointURL}}"


def outputs(application: Application, environment: Environment, record: str) -> list[Output]:
    """Return the URL, and the records that are to be set by hand, as outputs whose names begin with `record`."""
    scheme = "https" if speaks_https(application, environment) else "http"
    found = [Output("URL", Value=_text(f"{scheme}://{environment.host or ENDPOINT}"))]
    for number, text in enumerate(records_by_hand(environment), 1):
        found.append(Output(record if number == 1 else f"{record}{number}", Value=_text(text)))
    return found


def speaks_https(application: Application, environment: Environment) -> bool:
    """Return whether clients should use HTTPS: `https` says so, or options leave nothing else.

    A shared load balancer has its rules on one port, of which nothing here knows more.
    """
    if environment.https:
        return True
    if not environment.options and not environment.shares_balancer:
        return False
    found = listeners(known(table(application, environment)), environment.balancer)
    if environment.shares_balancer:
        return any(listener.port == HTTPS_PORT for listener in found)
    secure = any(listener.port == HTTPS_PORT and listener.protocol in SECURE for listener in found)
    return secure and not any(listener.port == HTTP_PORT for listener in found)


def records_by_hand(environment: Environment) -> Iterator[str]:
    """Yield name, type and target of each record that the stack does not set; the name is open where none is known."""
    dns = environment.dns
    if not dns or not dns.by_hand:
        return
    kind = "CNAME" if environment.load_balanced or environment.cname_prefix else "A"
    target = cname(environment) if environment.cname_prefix else ENDPOINT
    for name in dns.names or ("(your name)",):
        yield f"{name} {kind} {target}"


def _text(text: str) -> str | Sub:
    return Sub(text) if ENDPOINT in text else text
