"""A proxy between the commands and the local AWS, by which EB fails as a test asks."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ERROR = (
    '<ErrorResponse xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><Error><Type>Sender</Type>'
    "<Code>{}</Code><Message>{}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
)


class Proxy(ThreadingHTTPServer):
    """Stands between the commands and the local AWS, and answers some calls of EB with an error of AWS.

    `fails(action, number)` returns the error's code and message for the call of that number, or None.
    """

    def __init__(self, target: str, fails: Callable[[str, int], tuple[str, str] | None]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = target
        self.fails = fails
        self.calls = Counter[str]()


class Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        [action] = re.findall(rb"Action=(\w+)", body) or [b""]
        self.server.calls[action.decode()] += 1
        failed = self.server.fails(action.decode(), self.server.calls[action.decode()])
        if failed:
            self.respond(400, ERROR.format(*failed).encode())
            return
        left_out = ("host", "content-length", "accept-encoding")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
        request = urllib.request.Request(self.server.target + self.path, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                self.respond(response.status, response.read())
        except urllib.error.HTTPError as error:
            self.respond(error.code, error.read())

    def respond(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
