"""Environments in containers, from the server's side, with fake containers; tests/e2e has real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from beanstack.localaws import containers, platforms
from beanstack.localaws.api import OperationError, now
from beanstack.localaws.containers import Containers
from beanstack.localaws.environment import WEB_SERVER, Environment
from beanstack.localaws.launches import Launches
from beanstack.operate.logs import CONTAINER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Answers each request with the next of REPLIES: a failure, None for no answer, or "dies".
FAKE = """
import json, sys
print(json.dumps({"engine": "podman"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    reply = REPLIES.pop(0)
    if reply is None:
        continue
    if reply == "dies":
        break
    shown = {"environment": request["environment"], "id": request["id"], "done": request["action"]}
    print(json.dumps({**shown, "failure": reply}), flush=True)
"""


@pytest.fixture
def environment() -> Environment:
    return Environment(
        name="shop-dev",
        id="e-abc",
        application="shop",
        cname="shop-dev.example",
        endpoint_url="127.0.0.1:18000",
        tier=WEB_SERVER,
        platform=platforms.versions("us-east-1")[0],
        created=now(),
        updated=now(),
        version_label="one",
    )


Process = tuple[Containers, "list[dict[str, Any]]"]


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., Process]:
    """Return a function that starts a process that answers its requests with the replies given."""

    def made(*replies: str | None) -> Process:
        program = tmp_path / "serve.py"
        program.write_text(f"REPLIES = {list(replies)!r}\n{FAKE}")
        settings = {"engine": "", "podman_compose": "none", "project": ".", "environment": {}}
        reports: list[dict[str, Any]] = []
        found = Containers(settings, tmp_path / "environments", (str(program),))
        found.listen(reports.append)
        return found, reports

    return made


def test_stop_returns_when_the_containers_are_gone(process: Callable[..., Process], environment: Environment) -> None:
    found, reports = process("", "")
    found.stop(environment)
    found.deploy(environment, b"")
    found.close()
    assert [report["done"] for report in reports][:1] == ["stop"]


def test_a_stop_that_fails_or_takes_too_long_raises_an_error(
    process: Callable[..., Process], environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "STOP_SECONDS", 1)
    found, _ = process("no such engine", None, "")
    with pytest.raises(OperationError, match="did not stop: no such engine"):
        found.stop(environment)
    with pytest.raises(OperationError, match="did not stop within 1 s"):
        found.stop(environment)
    found.stop(environment)
    found.close()


def test_operations_in_progress_fail_when_the_process_ends(
    process: Callable[..., Process], environment: Environment
) -> None:
    found, reports = process(None, "dies")
    found.deploy(environment, b"")
    with pytest.raises(OperationError, match="has ended"):
        found.stop(environment)
    with pytest.raises(OperationError, match="has ended"):
        found.stop(environment)
    found.configure(environment, b"")
    found.close()
    deployed, configured = (
        next(report for report in reports if report["done"] == act) for act in ("deploy", "configure")
    )
    assert (deployed["failure"], configured["failure"]) == (containers.ENDED, containers.ENDED)


class RecordingContainers:
    """Containers that only record their calls."""

    engine = "podman"

    def __init__(self) -> None:
        self.calls: list[str] = []

    def deploy(self, _environment: Environment, _bundle: bytes) -> None:
        self.calls.append("deploy")

    def configure(self, _environment: Environment, _bundle: bytes) -> None:
        self.calls.append("configure")

    def interrupt(self, _environment: Environment) -> None:
        self.calls.append("interrupt")


@pytest.fixture
def events() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def launches(events: list[tuple[str, str]]) -> Launches:
    def add_event(_environment: Environment, message: str, severity: str = "INFO") -> None:
        events.append((severity, message))

    return Launches(cast("Containers", RecordingContainers()), add_event)


def test_a_launch_succeeds_when_the_containers_are_up(
    launches: Launches, events: list[tuple[str, str]], environment: Environment
) -> None:
    launches.launch(environment, b"")
    assert (environment.status, environment.health, events) == ("Launching", "Unknown", [])
    launches.handle_report(environment, {"done": "deploy", "failure": ""})
    assert (environment.status, environment.health) == ("Ready", "Ok")
    assert events[-1] == ("INFO", "Successfully launched environment: shop-dev")


@pytest.mark.parametrize(
    ("deploys", "configures", "success"),
    [
        (True, False, ["New application version was deployed to running EC2 instances."]),
        (False, True, ["Successfully deployed new configuration to environment."]),
    ],
)
def test_an_update_succeeds_when_the_containers_are_up(
    launches: Launches,
    events: list[tuple[str, str]],
    environment: Environment,
    deploys: bool,
    configures: bool,
    success: list[str],
) -> None:
    change = {"deploys": deploys, "configures": configures, "is_held": False}
    launches.update(environment, environment, b"", **change)
    assert (environment.status, environment.health, events) == ("Updating", "Unknown", [])
    launches.handle_report(environment, {"done": "deploy" if deploys else "configure", "failure": ""})
    assert (environment.status, environment.health) == ("Ready", "Ok")
    assert [message for _, message in events] == [*success, "Environment update completed successfully."]


def test_a_failed_deployment_makes_the_environment_severe_and_reports_no_success(
    launches: Launches, events: list[tuple[str, str]], environment: Environment
) -> None:
    launches.update(environment, environment, b"", deploys=True, configures=True, is_held=False)
    failed = {"done": "deploy", "failure": "web does not stay up\nlogs: here", "output": {"web": ["no", "luck"]}}
    launches.handle_report(environment, failed)
    assert (environment.status, environment.health) == ("Ready", "Severe")
    assert environment.causes == ("web does not stay up", "logs: here")
    [(path, text)] = environment.container_logs
    assert CONTAINER.fullmatch(path)
    assert text == "no\nluck"
    assert events == [("ERROR", "web does not stay up"), ("ERROR", "Failed to deploy application.")]


def test_an_aborted_update_is_interrupted_and_what_ran_before_is_deployed_again(
    events: list[tuple[str, str]], environment: Environment
) -> None:
    containers = RecordingContainers()

    def add_event(_environment: Environment, message: str, severity: str = "INFO") -> None:
        events.append((severity, message))

    launches = Launches(cast("Containers", containers), add_event)
    updated = replace(environment, version_label="two")
    launches.update(environment, updated, b"two", deploys=True, configures=False, is_held=False)
    launches.abort(environment, b"one", "Aborted.")
    assert containers.calls == ["deploy", "interrupt", "deploy"]
    assert (environment.status, environment.health) == ("Aborting", "Unknown")
    for done, failure in (("deploy", "stopped"), ("interrupt", "")):
        launches.handle_report(environment, {"done": done, "failure": failure})
        assert (environment.status, events) == ("Aborting", [])
    launches.handle_report(environment, {"done": "deploy", "failure": ""})
    assert (environment.status, environment.health, events) == ("Ready", "Ok", [("INFO", "Aborted.")])


def test_a_restart_starts_the_containers_again(
    launches: Launches, events: list[tuple[str, str]], environment: Environment
) -> None:
    launches.restart(environment, b"")
    assert environment.status == "Updating"
    launches.handle_report(environment, {"done": "configure", "failure": "web does not stay up"})
    assert (environment.status, environment.health) == ("Ready", "Severe")
    launches.restart(environment, b"")
    launches.handle_report(environment, {"done": "configure", "failure": ""})
    assert (environment.health, environment.causes, environment.output) == ("Ok", (), {})
    assert events[-1] == ("INFO", "Restarted application server on all ec2 instances.")


UNSTEADY = {"health": "Severe", "causes": ["worker does not stay up"], "output": {"worker": ["no", "luck"]}}
STEADY: dict[str, Any] = {"health": "Ok", "causes": [], "output": {}}


def test_containers_that_no_longer_stay_up_change_the_health_with_an_event(
    launches: Launches, events: list[tuple[str, str]], environment: Environment
) -> None:
    launches.launch(environment, b"")
    launches.handle_report(environment, {"done": "deploy", "failure": ""})
    launches.handle_report(environment, UNSTEADY)
    assert (environment.status, environment.health) == ("Ready", "Severe")
    assert environment.causes == ("worker does not stay up",)
    assert events[-1] == (
        "WARN",
        "Environment health has transitioned from Ok to Severe. worker does not stay up",
    )
    assert [text for _, text in environment.container_logs] == ["no\nluck"]
    launches.handle_report(environment, STEADY)
    assert [environment.health, *environment.causes, *environment.output] == ["Ok"]
    assert events[-1] == ("INFO", "Environment health has transitioned from Severe to Ok.")


def test_the_containers_before_a_deployment_do_not_change_the_health_during_it(
    launches: Launches, events: list[tuple[str, str]], environment: Environment
) -> None:
    launches.launch(environment, b"")
    launches.handle_report(environment, UNSTEADY)
    assert (environment.status, environment.health, events) == ("Launching", "Unknown", [])


def test_steady_containers_do_not_hide_that_two_versions_serve(
    launches: Launches, events: list[tuple[str, str]], environment: Environment
) -> None:
    environment.other_version = "two"
    environment.settle()
    launches.handle_report(environment, STEADY)
    assert (environment.health, events) == ("Degraded", [])
