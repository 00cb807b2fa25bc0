"""Environments in containers, as the server sees them; the containers are stand-ins, tests/e2e has real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from beanstack.localaws import containers, platforms
from beanstack.localaws.containers import Containers
from beanstack.localaws.context import OperationError, now
from beanstack.localaws.environment import WEB_SERVER, Environment
from beanstack.localaws.launches import Launches

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Answers each request with the next line of its program, which `reply` gives; none where there is no line left.
STAND_IN = """
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
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Process]:
    """A process that replies to each request with a failure, None for no reply and `dies` for its end."""

    def made(*replies: str | None) -> Process:
        package = tmp_path / "beanstack/run"
        package.mkdir(parents=True)
        for folder in (package.parent, package):
            (folder / "__init__.py").touch()
        (package / "serve.py").write_text(f"REPLIES = {list(replies)!r}\n{STAND_IN}")
        monkeypatch.chdir(tmp_path)
        settings = {"engine": "", "podman_compose": "none", "environment": {}}
        heard: list[dict[str, Any]] = []
        found = Containers(settings, tmp_path / "environments")
        found.listen(heard.append)
        return found, heard

    return made


def test_a_stop_returns_when_the_containers_are_gone(process: Callable[..., Process], environment: Environment) -> None:
    found, heard = process("", "")
    found.stop(environment)
    found.deploy(environment, b"")
    found.close()
    assert [report["done"] for report in heard][:1] == ["stop"]


def test_a_stop_that_fails_or_takes_too_long_is_an_error(
    process: Callable[..., Process], environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "STOP_SECONDS", 1)
    found, _ = process("no such engine", None, "")
    with pytest.raises(OperationError, match="do not stop: no such engine"):
        found.stop(environment)
    with pytest.raises(OperationError, match="did not stop within 1 s"):
        found.stop(environment)
    found.stop(environment)
    found.close()


def test_what_is_under_way_fails_when_the_process_ends(
    process: Callable[..., Process], environment: Environment
) -> None:
    found, heard = process(None, "dies")
    found.deploy(environment, b"")
    with pytest.raises(OperationError, match="has ended"):
        found.stop(environment)
    with pytest.raises(OperationError, match="has ended"):
        found.stop(environment)
    found.configure(environment, b"")
    found.close()
    deployed, configured = (
        next(report for report in heard if report["done"] == act) for act in ("deploy", "configure")
    )
    assert (deployed["failure"], configured["failure"]) == (containers.ENDED, containers.ENDED)


class Asked:
    """Containers that do nothing by themselves."""

    engine = "podman"

    def __init__(self) -> None:
        self.acts: list[str] = []

    def deploy(self, _environment: Environment, _bundle: bytes) -> None:
        self.acts.append("deploy")

    def configure(self, _environment: Environment, _bundle: bytes) -> None:
        self.acts.append("configure")


@pytest.fixture
def told() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def launches(told: list[tuple[str, str]]) -> Launches:
    def tell(_environment: Environment, message: str, severity: str = "INFO") -> None:
        told.append((severity, message))

    return Launches(cast("Containers", Asked()), tell)


def test_a_launch_is_told_when_the_containers_have_come_up(
    launches: Launches, told: list[tuple[str, str]], environment: Environment
) -> None:
    launches.launch(environment, b"")
    assert (environment.status, environment.health, told) == ("Launching", "Unknown", [])
    launches.heard(environment, {"done": "deploy", "failure": ""})
    assert (environment.status, environment.health) == ("Ready", "Ok")
    assert told[-1] == ("INFO", "Successfully launched environment: shop-dev")


@pytest.mark.parametrize(
    ("deploys", "configures", "success"),
    [
        (True, False, ["New application version was deployed to running EC2 instances."]),
        (False, True, ["Successfully deployed new configuration to environment."]),
    ],
)
def test_an_update_is_told_when_the_containers_have_come_up(
    launches: Launches,
    told: list[tuple[str, str]],
    environment: Environment,
    deploys: bool,
    configures: bool,
    success: list[str],
) -> None:
    launches.update(environment, b"", deploys=deploys, configures=configures)
    assert (environment.status, environment.health, told) == ("Updating", "Unknown", [])
    launches.heard(environment, {"done": "deploy" if deploys else "configure", "failure": ""})
    assert (environment.status, environment.health) == ("Ready", "Ok")
    assert [message for _, message in told] == [*success, "Environment update completed successfully."]


def test_a_deployment_that_fails_makes_the_environment_severe_and_tells_no_success(
    launches: Launches, told: list[tuple[str, str]], environment: Environment
) -> None:
    launches.update(environment, b"", deploys=True, configures=True)
    launches.heard(environment, {"done": "deploy", "failure": "web does not stay up\n  web: no luck"})
    assert (environment.status, environment.health) == ("Ready", "Severe")
    assert environment.causes == ("web does not stay up", "  web: no luck")
    assert told == [("ERROR", "web does not stay up"), ("ERROR", "Failed to deploy application.")]
