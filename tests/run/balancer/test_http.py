"""The load balancer over real sockets: TLS, redirect, rules, headers, errors, upgrades."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler
from statistics import median
from typing import TYPE_CHECKING

import pytest

from beanstack.deployment import Check
from beanstack.loopback import AUTHORITY
from beanstack.operate.address import Address
from beanstack.operate.smoke import failures
from beanstack.run.authority import KEY
from beanstack.run.balancer import process
from beanstack.run.health import probe
from beanstack.run.healthcheck import HealthCheck
from tests.run.balancer.conftest import Answer, Balanced, Launch, Target, free_port
from tests.run.balancer.test_plan import ADMIN, APPLICATION, HTTPS, REDIRECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "shop.example.com"


def test_https_answers_with_a_certificate_of_the_authority(shop: Balanced) -> None:
    for name in (HOST, "127.0.0.1", "localhost"):
        answer = shop.get("/a?b=c", name, host=name)
        assert (answer.status, answer.got["target"], answer.got["headers"]["host"]) == (200, "/a?b=c", name)
    with pytest.raises(ssl.SSLCertVerificationError):
        shop.get("/", "other.example")
    with pytest.raises(ssl.SSLCertVerificationError), shop.connect() as plain:
        ssl.create_default_context().wrap_socket(plain, server_hostname=HOST)
    assert (shop.folder / KEY).stat().st_mode & 0o777 == 0o600
    assert (shop.folder / process.SETTINGS).stat().st_mode & 0o777 == 0o600


def test_http_is_redirected_to_https_on_the_same_port(shop: Balanced) -> None:
    answer = shop.get("/a?b=c", host=f"{HOST}:{shop.port}")
    assert (answer.status, answer.headers["location"]) == (301, f"https://{HOST}:{shop.port}/a?b=c")
    assert answer.headers["server"] == "awselb/2.0"


def test_a_smoke_test_asks_this_machine_for_the_name_of_the_url(shop: Balanced) -> None:
    here, trusted = f"127.0.0.1:{shop.port}", shop.folder / AUTHORITY
    check = Check("/admin?a=b", "200", '"target": "/admin?a=b"')
    where = Address(f"https://{HOST}", here, trusted)
    assert failures(where, [check, Check("/", "200", f'"host": "{HOST}"')]) == ()
    assert failures(Address("http://shop.example.com", here), [Check("/", "301", "")]) == ()
    [line] = failures(Address("https://other.example", here, trusted), [check])
    assert "certificate verify failed" in line
    assert where.shown == f"https://{here}"
    assert list(where.hints) == [
        f"curl --cacert {trusted} https://{here}/",
        f"curl --cacert {trusted} --resolve {HOST}:{shop.port}:127.0.0.1 https://{HOST}:{shop.port}/",
    ]
    [line] = failures(Address(f"https://{HOST}", here), [check])  # nobody else is trusted with it
    assert "certificate verify failed" in line


def test_a_request_for_headers_alone_gets_no_body(launch: Launch) -> None:
    made = launch(HTTPS, {80: free_port()}, REDIRECT)
    for name, status in (("", 301), ("127.0.0.1", 502)):
        answer = made.ask(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", name)
        assert (answer.status, answer.body) == (status, b"")


def test_a_fixed_response_answers_in_the_place_of_a_target(launch: Launch) -> None:
    config = {"StatusCode": "410", "ContentType": "application/json", "MessageBody": '{"gone": true}'}
    actions = [{"Type": "fixed-response", "FixedResponseConfig": config}]
    resources = {"AWSEBV2LoadBalancerListener443": {"Properties": {"DefaultActions": actions}}}
    made = launch(HTTPS, {80: free_port()}, resources)
    with made.connect("127.0.0.1") as connection:
        reader = connection.makefile("rb")
        for _ in range(2):  # the connection stays
            connection.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            assert reader.readline() == b"HTTP/1.1 410 Gone\r\n"
            while reader.readline() != b"\r\n":
                pass
            assert reader.read(14) == b'{"gone": true}'


def test_rules_send_requests_to_their_processes(shop: Balanced) -> None:
    default, admin = (shop.placed.ports[port] for port in shop.placed.ports)
    assert shop.get("/admin/x?y", HOST).got["port"] == admin
    assert shop.get("/Admin/x", HOST).got["port"] == default
    assert shop.get("/admin", "127.0.0.1", "127.0.0.1").got["port"] == default
    absolute = f"GET http://{HOST}/admin HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"
    answer = shop.ask(absolute.encode(), HOST)
    assert (answer.got["port"], answer.got["target"], answer.got["headers"]["host"]) == (admin, "/admin", HOST)


def test_headers_say_who_asked_and_how(shop: Balanced) -> None:
    headers = shop.get("/", HOST, HOST, "X-Forwarded-For: 10.1.2.3", "X-Forwarded-Proto: gopher").got["headers"]
    assert headers["x-forwarded-for"] == "10.1.2.3, 127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-port"] == str(shop.port)
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["x-amzn-trace-id"])
    assert shop.get("/", HOST, HOST, "X-Amzn-Trace-Id: Root=1-2-3").got["headers"]["x-amzn-trace-id"] == "Root=1-2-3"


def test_headers_of_one_connection_do_not_pass(shop: Balanced) -> None:
    request = (
        f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close, x-mine\r\nX-Mine: a\r\nTE: gzip\r\nX-Other: b\r\n\r\n"
    )
    answer = shop.ask(request.encode(), HOST)
    assert {"x-mine", "te", "connection"}.isdisjoint(answer.got["headers"])
    assert answer.got["headers"]["x-other"] == "b"
    assert "keep-alive" not in answer.headers
    assert answer.headers["x-own"] == "kept"


def test_a_connection_serves_many_requests(shop: Balanced) -> None:
    request = f"POST /{{}} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 3\r\n\r\na=1"
    with shop.connect(HOST) as connection:
        reader = connection.makefile("rb")
        for number in range(3):
            connection.sendall(request.format(number).encode())
            length = 0
            while (line := reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            got = json.loads(reader.read(length))
            assert (got["target"], got["body"]) == (f"/{number}", "a=1")


class Quick(BaseHTTPRequestHandler):
    """Answers with a head and a body that the load balancer gets at once."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def log_message(self, *_: object) -> None:
        pass


def test_head_and_body_are_not_held_back(launch: Launch, target: Target) -> None:
    """Unless TCP_NODELAY is set, the body would wait 40 ms for the client's acknowledgement of the head."""
    made = launch(HTTPS, {80: target(Quick)})
    took = []
    with made.connect() as connection:
        reader = connection.makefile("rb")
        for _ in range(20):
            began = time.monotonic()
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while reader.readline() != b"\r\n":
                pass
            assert reader.read(2) == b"ok"
            took.append(time.monotonic() - began)
    assert median(took) < 0.03


def test_a_chunked_body_passes(shop: Balanced) -> None:
    head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = shop.ask(head.encode() + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", HOST)
    assert (answer.status, answer.got["body"]) == (200, "abcde")


def test_a_client_that_waits_for_100_may_go_on(shop: Balanced) -> None:
    head = f"PUT / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with shop.connect(HOST) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"ab")
        answer = Answer(b"".join(iter(lambda: connection.recv(65536), b"")))
    assert (answer.status, answer.got["body"]) == (200, "ab")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + b"a" * 17_000 + b"\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + (b"X: " + b"a" * 9_000 + b"\r\n") * 8 + b"\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400),
    ],
)
def test_requests_that_could_be_read_in_two_ways_or_are_too_large_are_refused(
    shop: Balanced, request_: bytes, status: int
) -> None:
    answer = shop.ask(request_, "127.0.0.1")
    assert (answer.status, answer.headers["connection"]) == (status, "close")


class Dies(BaseHTTPRequestHandler):
    """Ends the connection before, or in the midst of, its answer."""

    def do_GET(self) -> None:
        if self.path == "/half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        elif self.path == "/nonsense":
            self.wfile.write(b"nonsense\r\n\r\n")
        elif self.path == "/slow":
            time.sleep(3)

    def log_message(self, *_: object) -> None:
        pass


def test_the_load_balancer_answers_for_a_target_that_fails(launch: Launch, target: Target) -> None:
    options = {**HTTPS, **ADMIN, ("aws:elbv2:loadbalancer", "IdleTimeout"): "1"}
    made = launch(options, {80: target(Dies), 8081: free_port()})
    assert [made.get(path, "127.0.0.1").status for path in ("/none", "/nonsense")] == [502, 502]
    assert made.get("/admin", HOST).status == 502  # nothing listens
    assert made.get("/slow", HOST).status == 504
    answer = made.ask(b"GET /half HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (answer.status, answer.body) == (200, b"half")


class Waits(BaseHTTPRequestHandler):
    """Answers piece by piece, each later than a connection may be idle in all."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b"1\r\na\r\n", b"1\r\nb\r\n", b"1\r\nc\r\n", b"0\r\n\r\n"):
            time.sleep(0.5)
            self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


def test_an_answer_may_come_piece_by_piece(launch: Launch, target: Target) -> None:
    options = {**HTTPS, ("aws:elbv2:loadbalancer", "IdleTimeout"): "1"}
    made = launch(options, {80: target(Waits)})
    answer = made.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.body == b"1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"
    old = made.ask(b"GET / HTTP/1.0\r\n\r\n")  # which does not know of chunks
    assert (old.status, old.body) == (200, b"abc")


@pytest.fixture
def shouting() -> Iterator[int]:
    """Yield the port of a server that speaks another protocol after an upgrade, or at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(connection: socket.socket) -> None:
            with connection:
                data = connection.recv(65536)
                if b"\r\n\r\n" in data:
                    assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in data
                    connection.sendall(
                        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nHELLO "
                    )
                    data = connection.recv(65536)
                while data:
                    connection.sendall(data.upper())
                    data = connection.recv(65536)

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


def test_a_websocket_passes(launch: Launch, shouting: int) -> None:
    made = launch(HTTPS, {80: shouting})
    with made.connect("127.0.0.1") as connection:
        head = b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"
        connection.sendall(head)
        reader = connection.makefile("rb")
        assert reader.readline().startswith(b"HTTP/1.1 101 ")
        while reader.readline() != b"\r\n":
            pass
        assert reader.read(6) == b"HELLO "
        connection.sendall(b"you")
        assert reader.read(3) == b"YOU"


def test_a_network_load_balancer_passes_on_bytes(launch: Launch, shouting: int) -> None:
    kind = ("aws:elasticbeanstalk:environment", "LoadBalancerType")
    made = launch({kind: "network", ("aws:elbv2:listener:443", "Protocol"): "TLS"}, {80: shouting})
    for name in ("", "127.0.0.1"):
        with made.connect(name) as connection:
            connection.sendall(b"abc")
            assert connection.recv(10) == b"ABC"


def test_a_classic_load_balancer_answers_https_too(launch: Launch, target: Target) -> None:
    made = launch({("aws:elb:listener:443", "ListenerProtocol"): "HTTPS"}, {80: target()})
    assert made.get("/", "127.0.0.1").got["headers"]["x-forwarded-proto"] == "https"
    assert made.get("/").got["headers"]["x-forwarded-proto"] == "http"


def test_a_target_may_speak_tls_with_a_certificate_of_its_own(launch: Launch, target: Target, tmp_path: Path) -> None:
    inner = launch(HTTPS, {80: target()})
    outer = {**APPLICATION, ("aws:elasticbeanstalk:environment:process:default", "Protocol"): "HTTPS"}
    (tmp_path / "outer").mkdir()
    made = launch(outer, {80: inner.port}, folder=tmp_path / "outer")
    assert made.get("/").got["headers"]["x-forwarded-proto"] == "https"  # the inner one's
    assert probe(HealthCheck(80, "/", is_encrypted=True), inner.port) == ""


def test_a_listener_has_its_own_port_and_no_other_protocol(launch: Launch, target: Target) -> None:
    options = {
        ("aws:elbv2:listener:default", "ListenerEnabled"): "false",
        **HTTPS,
        ("aws:elbv2:listener:8080", "Protocol"): "HTTP",
    }
    made = launch(options, {80: target()})
    assert made.placed.url == f"https://127.0.0.1:{made.placed.addresses[443]}"
    request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert made.ask(request, "127.0.0.1", made.placed.addresses[443]).status == 200
    assert made.ask(request, "", made.placed.addresses[8080]).got["headers"]["x-forwarded-proto"] == "http"
    for name, port in (("", 443), ("127.0.0.1", 8080)):
        with pytest.raises(ConnectionError):  # as of a port that is closed
            made.ask(request, name, made.placed.addresses[port])
