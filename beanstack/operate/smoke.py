"""The smoke test: what an environment must answer for a deployment to have succeeded."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.deployment import Check
    from beanstack.operate.address import Address

SECONDS = 10  # until a request counts as not answered
MOST = 1024 * 1024  # bytes of an answer that are read


class AsAnswered(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: its status is what the environment answers."""

    def redirect_request(self, *_: Any) -> None:
        return None


def failures(address: Address, checks: Iterable[Check]) -> tuple[str, ...]:
    """Return a line on each check that an environment does not pass."""
    found = (failure(address, check) for check in checks)
    return tuple(line for line in found if line)


def failure(address: Address, check: Check) -> str:
    """Return the problems with the answer to a check; empty if it passes."""
    asked = f"GET {check.path}"
    try:
        get = answer_here if address.here else answer
        status, body = get(address, check.path)
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return f"{asked} is not answered: {reason or type(error).__name__}"
    if status != int(check.status):
        return f"{asked} answers {status}, not {check.status}"
    if check.text not in body:
        return f"{asked} answers {status} without the text {check.text!r}"
    return ""


def answer(address: Address, path: str) -> tuple[int, str]:
    """Return the status and the text of the answer to a GET request."""
    url = f"{address.url.rstrip('/')}{path}"
    request = urllib.request.Request(url, headers={"User-Agent": "Beanstack"})  # noqa: S310 - the environment's URL
    opener = urllib.request.build_opener(AsAnswered)
    try:
        response = opener.open(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:  # an answer as well: a redirect, or 4xx and 5xx
        response = error
    with response:
        return response.status, response.read(MOST).decode("utf-8", "replace")


def answer_here(address: Address, path: str) -> tuple[int, str]:
    """Return what this machine answers in a local run for the URL's host; only its own authority is trusted."""
    url = urlsplit(address.url)
    host, _, port = address.here.rpartition(":")
    connection = http.client.HTTPConnection(url.netloc, timeout=SECONDS)
    connection.sock = socket.create_connection((host, int(port)), SECONDS)
    try:
        if url.scheme == "https":
            trusted = ssl.create_default_context(cafile=address.authority)
            connection.sock = trusted.wrap_socket(connection.sock, server_hostname=url.hostname)
        connection.request("GET", path, headers={"User-Agent": "Beanstack"})
        response = connection.getresponse()
        return response.status, response.read(MOST).decode("utf-8", "replace")
    finally:
        connection.close()
