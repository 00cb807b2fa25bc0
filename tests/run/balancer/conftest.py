"""A load balancer in a process of its own, with targets that say what they got."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.loopback import AUTHORITY
from beanstack.run.balancer import process
from beanstack.run.balancer.process import Settings
from beanstack.run.dockerrun import Port
from beanstack.run.front import Placed, front
from tests.run.balancer.test_plan import ADMIN, HTTPS, REDIRECT

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = str(Path(__file__).parents[3] / ".venv-localaws/bin/python")
Options = dict[tuple[str, str], str]


class Echo(BaseHTTPRequestHandler):
    """Answers with the request that it got: method, target, headers and body."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self.chunks()
        got: dict[str, Any] = {
            "port": self.connection.getsockname()[1],
            "method": self.command,
            "target": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
        }
        content = json.dumps(got).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Keep-Alive", "timeout=5")
        self.send_header("X-Own", "kept")
        self.end_headers()
        self.wfile.write(content)

    def __getattr__(self, name: str) -> Any:
        if name in ("do_GET", "do_POST", "do_PUT"):
            return self.answer
        raise AttributeError(name)

    def chunks(self) -> bytes:
        found = b""
        while True:
            size = int(self.rfile.readline(), 16)
            found += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return found

    def log_message(self, *_: Any) -> None:
        pass


class Answer:
    """An answer as it came over the wire."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split(" ")[1]) if first else 0
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    @property
    def got(self) -> dict[str, Any]:
        """What the target got."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class Balanced:
    """A load balancer that runs, and clients of it."""

    def __init__(self, folder: Path, placed: Placed) -> None:
        self.folder = folder
        self.placed = placed
        self.port = next(iter(placed.addresses.values()))

    def connect(self, name: str = "", port: int = 0) -> socket.socket:
        """Return a connection, with TLS if a name is given, which only the authority of the folder can certify."""
        plain = socket.create_connection(("127.0.0.1", port or self.port), timeout=20)
        if not name:
            return plain
        return ssl.create_default_context(cafile=self.folder / AUTHORITY).wrap_socket(plain, server_hostname=name)

    def ask(self, request: bytes, name: str = "", port: int = 0) -> Answer:
        """Send a request as it is written, and return the answer; the connection ends with it."""
        with self.connect(name, port) as connection:
            connection.sendall(request)
            return Answer(b"".join(iter(lambda: connection.recv(65536), b"")))

    def get(self, target: str = "/", name: str = "", host: str = "shop.example.com", *headers: str) -> Answer:
        lines = (f"GET {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers)
        return self.ask("\r\n".join((*lines, "", "")).encode(), name)


Launch = Callable[..., Balanced]
Target = Callable[..., int]


@contextmanager
def launching(folder: Path) -> Iterator[Launch]:
    """Yield a function that starts a load balancer in front of targets, by the ports of the instance."""
    with ExitStack() as stack:

        def launched(
            options: Options,
            ports: dict[int, int],
            resources: dict[str, Any] | None = None,
            folder: Path = folder,
        ) -> Balanced:
            answering = front(options, resources or {})
            assert answering.plan
            free = answering.place([Port(number, "tcp") for number in ports], free_port())
            placed = Placed({Port(number, "tcp"): here for number, here in ports.items()}, free.addresses, free.url)
            actions = answering.default_actions
            process.start(PYTHON, folder, Settings(options, actions, ports, placed.addresses, {}, folder))
            stack.callback(process.stop, folder)
            return Balanced(folder, placed)

        yield launched


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    with launching(tmp_path) as launched:
        yield launched


@contextmanager
def serving() -> Iterator[Target]:
    """Yield a function that starts an HTTP server and returns its port."""
    with ExitStack() as stack:

        def started(handler: type[BaseHTTPRequestHandler] = Echo) -> int:
            server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return int(server.server_address[1])

        yield started


@pytest.fixture
def target() -> Iterator[Target]:
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balanced]:
    """Return a load balancer with HTTPS, a redirect, and a rule for a second process."""
    with launching(tmp_path_factory.mktemp("shop")) as launched, serving() as started:
        yield launched({**HTTPS, **ADMIN}, {80: started(), 8081: started()}, REDIRECT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
