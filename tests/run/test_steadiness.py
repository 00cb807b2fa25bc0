"""How long containers are watched, with a stub for the engine; tests/e2e has real ones."""

from __future__ import annotations

import fcntl
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.run import steadiness, watch
from beanstack.run.balancer.process import LOCK
from beanstack.run.dockerrun import Dockerrun
from beanstack.run.engine import Engine
from beanstack.run.errors import RunError
from beanstack.run.healthcheck import HealthCheck
from beanstack.run.services import Running, Services
from beanstack.run.watch import Watches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Answers `inspect` with the next of a container's states, and the last one for ever; each is a status, an exit status
# and a number of restarts. Of its events it knows exit status 9.
PODMAN = """\
#!/bin/sh
case $1 in
  container)
    file=$(dirname "$0")/$3
    [ -e "$file" ] || exit 125
    set -- $(head -n 1 "$file")
    [ "$(wc -l <"$file")" -eq 1 ] || sed -i 1d "$file"
    [ "$1" != gone ] || exit 125
    echo '[{"State": {"Status": "'"$1"'", "ExitCode": '"$2"'}, "RestartCount": '"$3"'}]' ;;
  logs) echo "out of luck" ;;
  events) echo 9 ;;
esac
"""
PORT = [{"hostPort": 80, "containerPort": 8000}]
ONE, TWO = [{"name": "web", "portMappings": PORT}], [{"name": "web", "portMappings": PORT}, {"name": "worker"}]
UP = ["running 0 0"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every time shorter, so that a test takes a second."""
    monkeypatch.setattr(steadiness, "SETTLING", 0.5)
    monkeypatch.setattr(steadiness, "ENDED", 0.2)
    monkeypatch.setattr("beanstack.run.services.SECONDS", 2)
    monkeypatch.setattr("beanstack.run.services.MOMENT", 0.05)
    monkeypatch.setattr(watch, "SETTLING", 0.5)


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a server that answers 200."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def running(tmp_path: Path) -> Callable[..., Running]:
    """Return a function that makes services of container definitions, each with its states by name."""

    def made(containers: list[dict[str, Any]], **states: list[str]) -> Running:
        (tmp_path / "podman").write_text(PODMAN)
        (tmp_path / "podman").chmod(0o755)
        for name, lines in states.items():
            (tmp_path / f"shop-{name}").write_text("".join(f"{line}\n" for line in lines))
        engine = Engine("podman", (), {"PATH": f"{tmp_path}:/usr/bin:/bin"})
        definitions = [{"image": "busybox:1", "memory": 64, **container} for container in containers]
        content = {"AWSEBDockerrunVersion": 2, "containerDefinitions": definitions}
        dockerrun = Dockerrun({"Dockerrun.aws.json": json.dumps(content).encode()})
        return Running(Services(engine, tmp_path / "compose.yaml", "shop", print), dockerrun)

    return made


def wait(running: Running, port: int) -> float:
    """Wait until it is healthy and return how long that took."""
    began = time.monotonic()
    running.services.wait_until_healthy(running.dockerrun, {HealthCheck(80, "/"): port})
    return time.monotonic() - began


@pytest.fixture
def _endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make no container settle in the time that a test has."""
    monkeypatch.setattr(steadiness, "SETTLING", 1000)


@pytest.mark.usefixtures("_endless")
def test_a_container_that_answers_and_never_ended_is_not_waited_for(running: Callable[..., Running], port: int) -> None:
    wait(running(ONE, web=UP), port)


def test_another_essential_container_has_to_stay_up_for_a_while(running: Callable[..., Running], port: int) -> None:
    assert wait(running(TWO, web=UP, worker=UP), port) >= 0.5


@pytest.mark.usefixtures("_endless")
def test_a_container_that_is_not_essential_is_not_waited_for(running: Callable[..., Running], port: int) -> None:
    job = {"name": "worker", "essential": False}
    wait(running([ONE[0], job], web=UP, worker=["exited 0 0"]), port)


def test_a_container_that_answers_is_waited_for_once_it_has_ended(running: Callable[..., Running], port: int) -> None:
    assert wait(running(ONE, web=["running 0 1"]), port) >= 0.5


def test_one_that_ends_and_then_stays_up_is_accepted(running: Callable[..., Running], port: int) -> None:
    assert wait(running(TWO, web=UP, worker=["running 0 0", "stopped 3 0", "running 0 1"]), port) >= 0.5


@pytest.mark.parametrize(
    ("states", "message"),
    [
        (["running 0 0", "running 0 3"], "worker does not stay up, exit status 9, restarted 3 times"),
        (["exited 3 0"], "worker does not stay up, exit status 3"),
        (["gone"], "worker does not stay up, exit status 9"),
        # It runs for a moment, for ever again, and the list is longer than the wait.
        ([f"running 0 {number // 5 % 3}" for number in range(500)], "worker did not stay up for 10 s"),
    ],
)
def test_an_essential_container_that_does_not_stay_up_is_never_healthy(
    running: Callable[..., Running], port: int, states: list[str], message: str
) -> None:
    with pytest.raises(RunError) as raised:
        wait(running(TWO, web=UP, worker=states), port)
    assert str(raised.value) == f"{message}\n  worker: out of luck"


def test_the_problem_of_the_front_is_named_with_the_container_that_ends(
    running: Callable[..., Running], free_port: int
) -> None:
    with pytest.raises(
        RunError, match=r"^/ does not answer: .*; worker does not stay up, exit status 9, restarted 4 times"
    ):
        wait(running(TWO, web=UP, worker=["running 0 4"]), free_port)


@pytest.mark.parametrize(
    ("states", "healths"),
    [
        (["running 0 1"], []),
        # One restart is forgotten when the container has stayed up for a while; three are remembered.
        (["running 0 1", "running 0 2", "running 0 2"], ["Severe", "Ok"]),
        (["running 0 1", "running 0 4", "running 0 4"], ["Severe"]),
        (["running 0 1", "exited 9 1", "exited 9 1", "running 0 2", "running 0 2"], ["Severe", "Ok"]),
        (["running 0 1", "gone", "gone"], ["Severe"]),
    ],
)
def test_each_change_of_the_health_after_a_deployment_is_reported(
    running: Callable[..., Running], states: list[str], healths: list[str]
) -> None:
    reports: list[dict[str, Any]] = []
    watches = Watches(reports.append)
    watches.begin("shop", running(TWO, web=UP, worker=states))
    [(name, watched)] = watches.watched()
    for _ in states:
        watches.check(name, watched)
        time.sleep(0.3)
    watches.check(name, watched)
    time.sleep(0.6)
    watches.check(name, watched)
    # A report with the same health renews the causes.
    assert [health for health, _ in groupby(report["health"] for report in reports)] == healths
    for report in reports[:1]:
        assert report["causes"][0].startswith("worker does not stay up")


def test_nothing_is_reported_of_an_environment_that_is_being_deployed(running: Callable[..., Running]) -> None:
    reports: list[dict[str, Any]] = []
    watches = Watches(reports.append)
    watches.begin("shop", running(TWO, web=UP, worker=["exited 9 0"]))
    [(name, watched)] = watches.watched()
    watches.end("shop")
    watches.check(name, watched)
    assert (reports, watches.watched()) == ([], [])


def test_a_load_balancer_that_ends_after_a_deployment_is_reported(
    running: Callable[..., Running], tmp_path: Path
) -> None:
    reports: list[dict[str, Any]] = []
    watches = Watches(reports.append)
    watches.begin("shop", replace(running(ONE, web=UP), balancer=tmp_path))
    [(name, watched)] = watches.watched()
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as its process does
        watches.check(name, watched)
    assert reports == []
    watches.check(name, watched)
    assert [(report["health"], report["causes"]) for report in reports] == [("Severe", ["the load balancer has ended"])]


@pytest.fixture
def free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return server.server_port
