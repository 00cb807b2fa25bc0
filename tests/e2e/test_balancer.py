"""Containers behind a load balancer: HTTPS, the redirect, rules, and the health of each process."""

from __future__ import annotations

import json
import ssl
from dataclasses import replace
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.loopback import AUTHORITY
from beanstack.run.balancer import process
from beanstack.run.errors import RunError
from tests.e2e.test_order import PORT, serving
from tests.run.balancer.conftest import free_port
from tests.run.balancer.test_plan import ADMIN, HTTPS, KIND, REDIRECT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.conftest import Bundle, Launch, Running

CHECKED = ("aws:elasticbeanstalk:environment:process:admin", "HealthCheckPath")
OPTIONS = {**HTTPS, **ADMIN, CHECKED: "/admin/up"}
ADMIN_PORT = [{"hostPort": 8081, "containerPort": 8000}]


def bundle(image: str, resources: Mapping[str, Any] = REDIRECT) -> Bundle:
    """Return a bundle with two containers, one of them for the process `admin`, and a redirect."""
    containers = [
        serving(image, "web", "'web ' + self.headers.get('X-Forwarded-Proto', '')", portMappings=PORT),
        serving(image, "admin", "'admin ' + self.path", portMappings=ADMIN_PORT),
    ]
    content = {"AWSEBDockerrunVersion": 2, "containerDefinitions": containers}
    return {
        "Dockerrun.aws.json": json.dumps(content).encode(),
        ".ebextensions/resources.config": json.dumps({"Resources": resources}).encode(),
    }


def answer(running: Running, path: str, host: str = "", encrypted: bool = True) -> tuple[int, Any, str]:
    """Return status, Location and text of the answer to a request, trusting the authority of the folder alone."""
    address = running.url.rpartition("/")[2]
    connection = HTTPConnection(address, timeout=20)
    if encrypted:
        authority = running.deployment.means.authority / AUTHORITY
        connection = HTTPSConnection(address, timeout=20, context=ssl.create_default_context(cafile=authority))
    connection.request("GET", path, headers={"Host": host or address})
    response = connection.getresponse()
    return response.status, response.getheader("Location"), response.read().decode()


@pytest.fixture(scope="module")
def shop(launch: Launch, image: str) -> Running:
    running = launch("e2e-balancer", OPTIONS)
    running.deploy(bundle(image))
    return running


def test_https_answers_and_http_redirects(shop: Running) -> None:
    assert shop.url.startswith("https://127.0.0.1:")
    assert answer(shop, "/") == (200, None, "web https")
    location = f"https://{shop.url.rpartition('/')[2]}/a?b"
    assert answer(shop, "/a?b", encrypted=False)[:2] == (301, location)


def test_hosts_and_paths_reach_the_right_container(shop: Running) -> None:
    assert answer(shop, "/admin/x", "shop.example.com") == (200, None, "admin /admin/x")
    assert answer(shop, "/admin/x")[2] == answer(shop, "/", "shop.example.com")[2] == "web https"


def test_https_comes_and_goes_at_the_same_port_and_a_stop_ends_everything(launch: Launch, image: str) -> None:
    running = launch("e2e-balancer-again", {})
    port, plain = free_port(), {KIND: "application"}
    for options, scheme in ((plain, "http"), (OPTIONS, "https"), (OPTIONS, "https"), (plain, "http")):
        running.deployment.given = replace(running.deployment.given, options=options)
        files = bundle(image, REDIRECT if scheme == "https" else {})
        running.url = running.deployment.deploy(files, port=port)
        assert running.url == f"{scheme}://127.0.0.1:{port}"
        assert answer(running, "/", encrypted=scheme == "https")[0] == 200
        assert process.is_running(running.deployment.folder.path) == (scheme == "https")
    running.deployment.given = replace(running.deployment.given, options=OPTIONS)
    running.url = running.deployment.configure(files, port=port)
    assert answer(running, "/")[0] == 200
    running.deployment.stop()
    assert not (running.deployment.folder.path / process.LOCK).exists()
    with pytest.raises(ConnectionRefusedError):
        answer(running, "/")


def test_a_process_that_is_not_healthy_fails_the_deployment(launch: Launch, image: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("beanstack.run.services.SECONDS", 10)
    running = launch("e2e-balancer-sick", {**OPTIONS, (CHECKED[0], "MatcherHTTPCode"): "204"})
    with pytest.raises(RunError, match="port 8081: /admin/up answers 200, not 204"):
        running.deploy(bundle(image))
    assert not process.is_running(running.deployment.folder.path)
