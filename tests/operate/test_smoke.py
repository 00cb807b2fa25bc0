"""The smoke test, against a server on this machine."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from beanstack.deployment import Check
from beanstack.operate.address import Address
from beanstack.operate.smoke import failures

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERS = {"/todos?page=1": (200, "the list"), "/old": (301, ""), "/admin": (403, "no"), "/broken": (500, "oops")}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, text = ANSWERS.get(self.path, (404, ""))
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/todos?page=1")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("check", "failure"),
    [
        (Check("/todos?page=1", "200", ""), ""),
        (Check("/todos?page=1", "200", "list"), ""),
        (Check("/todos?page=1", "200", "table"), "GET /todos?page=1 answers 200 without the text 'table'"),
        (Check("/old", "301", ""), ""),
        (Check("/old", "200", ""), "GET /old answers 301, not 200"),
        (Check("/admin", "403", "no"), ""),
        (Check("/broken", "200", ""), "GET /broken answers 500, not 200"),
    ],
    ids=str,
)
def test_a_check_compares_status_and_text(url: str, check: Check, failure: str) -> None:
    assert failures(Address(url), [check]) == ((failure,) if failure else ())


def test_every_check_that_fails_is_reported(url: str) -> None:
    assert (
        len(failures(Address(url), [Check("/broken", "200", ""), Check("/old", "301", ""), Check("/", "200", "")])) == 2
    )


def test_a_server_that_is_not_there_does_not_answer() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
    [line] = failures(Address(url), [Check("/", "200", "")])
    assert line.startswith("GET / is not answered: ")
