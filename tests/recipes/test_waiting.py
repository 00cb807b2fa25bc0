"""What `make stack` waits for, what it takes for success, and what interrupts it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from beanstack.operate import health
from beanstack.operate.committed import deployment
from beanstack.operate.session import Clients
from tests.recipes.conftest import Checkout
from tests.recipes.proxy import Handler, Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HERE = "APP=todobackend ENV=dev LOCAL=1"
CONFIG = "config/todobackend.yaml"
DEV = "  dev: {}\n"
BASIC = "  dev: {options: {aws:elasticbeanstalk:healthreporting:system: {SystemType: basic}}}\n"


@pytest.fixture
def through(
    deployed: Checkout, tmp_path: Path
) -> Iterator[Callable[[Callable[[str, int], tuple[str, str] | None]], Checkout]]:
    """Return a function that gives a second copy, which reaches the local AWS of the first through a proxy.

    In the first, the local AWS would write its own port anew.
    """
    proxies = list[Proxy]()

    def put(fails: Callable[[str, int], tuple[str, str] | None]) -> Checkout:
        proxies.append(Proxy(deployed.url, fails))
        threading.Thread(target=proxies[0].serve_forever, daemon=True).start()
        beside = Checkout(tmp_path / "beside", applications=deployed.folder)
        shutil.copytree(deployed.folder / "build/localaws", beside.folder / "build/localaws")
        (beside.folder / "build/localaws/port").write_text(str(proxies[0].server_port))
        return beside

    yield put
    for proxy in proxies:
        proxy.shutdown()
        proxy.server_close()


def test_a_throttled_wait_goes_on_while_time_is_left(
    through: Callable[[Callable[[str, int], tuple[str, str] | None]], Checkout],
) -> None:
    def throttled(action: str, number: int) -> tuple[str, str] | None:
        return ("Throttling", "Rate exceeded") if action == "DescribeEnvironments" and number <= 7 else None

    result = through(throttled).operate("wait", "--timeout", "60")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Rate exceeded; trying again") == 1
    assert "todobackend-dev: Ready, health Ok" in result.stdout


def test_expired_credentials_do_not_end_the_deployment(
    through: Callable[[Callable[[str, int], tuple[str, str] | None]], Checkout],
) -> None:
    def expired(action: str, _: int) -> tuple[str, str] | None:
        return ("ExpiredToken", "The token has expired") if action == "DescribeEnvironments" else None

    checkout = through(expired)
    result = checkout.operate("wait")
    assert result.returncode != 0
    goes_on = "The deployment goes on by itself; once they are renewed, `make stack"
    assert f"The credentials have expired. {goes_on} {HERE}` waits again." in result.stderr
    assert "renew them and try again" in checkout.operate("url").stderr


def test_a_deployment_that_is_followed_goes_on_without_credentials(
    through: Callable[[Callable[[str, int], tuple[str, str] | None]], Checkout],
) -> None:
    def expired(action: str, _: int) -> tuple[str, str] | None:
        return ("ExpiredToken", "The token has expired") if action.startswith("DescribeStack") else None

    result = through(expired).operate("follow", "--", "false")
    assert result.returncode != 0
    assert "The credentials have expired. The deployment goes on by itself" in result.stderr


def test_ctrl_c_says_once_what_goes_on_and_how_to_stop_it(deployed: Checkout) -> None:
    deployed.inject("todobackend-dev", Status="Updating")
    words = [".venv/bin/python", "-m", "beanstack", "wait"]
    with subprocess.Popen(
        words,
        cwd=deployed.folder,
        env={**os.environ, "LOCAL": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert "todobackend-dev: Updating" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, printed = process.communicate(timeout=60)
    deployed.inject("todobackend-dev")
    assert process.returncode == 130
    advice = f"`make events {HERE}` shows it, `make abort {HERE}` stops it"
    assert printed == f"\nThe deployment continues on AWS; {advice}\n"


def test_good_health_counts_once_it_has_settled(deployed: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on AWS, where it may change at any time."""
    monkeypatch.setattr(health, "SETTLING", 1.0)
    clients = Clients(deployment(deployed.folder / "output/todobackend/dev.yaml"), deployed.url)
    clients.endpoint = None
    states: list[str] = []

    def report(line: str) -> None:
        if "Ready, health" in line:
            states.append(line.split()[3].strip(","))
            ill = {"HealthStatus": "Severe", "Health": "Red"} if len(states) == 1 else {}
            deployed.inject("todobackend-dev", **ill)

    began = time.monotonic()
    assert isinstance(health.wait(clients, report, 60), health.State)
    assert states == ["Ok", "Severe", "Ok"]
    assert time.monotonic() - began >= 1


def test_basic_health_is_green_and_has_no_causes(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.edit(CONFIG, DEV, BASIC)
    checkout.make("generate")
    assert "todobackend-dev: Ready, health Green" in checkout.stack()
    assert "Health:      Green\n" in checkout.make("status", "LOCAL=1").stdout
    checkout.inject("todobackend-dev", Health="Red")
    red = checkout.operate("wait", "--timeout", "1")
    assert red.returncode == 1
    assert "expected: Ready, health Green, " in red.stderr
    assert "Health:      Red\n" in checkout.make("status", "LOCAL=1").stdout


@pytest.mark.parametrize(("accepted", "health", "status"), [("Info", "Info", 0), ("Info", "Warning", 1)])
def test_health_may_be_accepted_that_is_not_ok(deployed: Checkout, accepted: str, health: str, status: int) -> None:
    deployed.edit(CONFIG, DEV, f"  dev: {{deployment: {{accepted_health: {accepted}}}}}\n")
    deployed.make("generate")
    deployed.inject("todobackend-dev", HealthStatus=health, Causes=["Some requests fail."])
    result = deployed.operate("wait", "--timeout", "1")
    deployed.inject("todobackend-dev")
    assert result.returncode == status, result.stderr
    if status:
        assert "expected: Ready, health Ok or Info, version " in result.stderr


def test_an_instance_with_another_version_is_no_success(deployed: Checkout) -> None:
    beanstalk = deployed.client("elasticbeanstalk")
    names = {"ApplicationName": "todobackend", "EnvironmentName": "todobackend-dev"}
    [running] = beanstalk.describe_environments(EnvironmentNames=["todobackend-dev"])["Environments"]
    versions = beanstalk.describe_application_versions(ApplicationName="todobackend")["ApplicationVersions"]
    [source] = [one["SourceBundle"] for one in versions if one["VersionLabel"] == running["VersionLabel"]]
    beanstalk.create_application_version(ApplicationName="todobackend", VersionLabel="other", SourceBundle=source)
    deployed.inject("todobackend-dev", hang_next_update=True)
    beanstalk.update_environment(**names, VersionLabel="other")
    beanstalk.abort_environment_update(EnvironmentName="todobackend-dev")
    deployed.inject("todobackend-dev", HealthStatus="Ok", Health="Green", Causes=[])
    result = deployed.operate("wait", "--timeout", "1")
    deployed.inject("todobackend-dev")
    beanstalk.update_environment(**names, VersionLabel=running["VersionLabel"])
    assert result.returncode == 1
    assert f" runs other, not {running['VersionLabel']}\n" in result.stderr
    assert "Two versions serve: a deployment was aborted, or failed on some instances." in result.stderr
    assert deployed.operate("wait", "--timeout", "1").returncode == 0


def test_a_smoke_test_decides_when_health_is_good(deployed: Checkout) -> None:
    """EB's address is that of a server of this test, which is asked for the name in the stack's URL."""
    asked, hosts = list[str](), set[str]()

    class Application(Handler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            asked.append(self.path)
            hosts.add(self.headers["Host"])
            self.respond(200, b"welcome")

    deployed.edit(CONFIG, DEV, "  dev: {smoke_test: [{path: /todos, text: todo}, {path: /}]}\n")
    deployed.make("generate")
    skipped = deployed.operate("wait")
    assert "smoke test: skipped, because no container engine runs todobackend-dev" in skipped.stdout
    with ThreadingHTTPServer(("127.0.0.1", 0), Application) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        deployed.inject("todobackend-dev", EndpointURL=f"127.0.0.1:{server.server_port}")
        failed = deployed.operate("wait")
        assert failed.returncode == 1
        assert "  GET /todos answers 200 without the text 'todo'\n" in failed.stderr
        assert "EB reports it healthy, but it does not answer as `smoke_test` in config/ expects." in failed.stderr
        deployed.edit(CONFIG, "text: todo", "text: welcome")
        deployed.make("generate")
        passed = deployed.operate("wait")
        deployed.inject("todobackend-dev")
        server.shutdown()
    assert passed.returncode == 0, passed.stderr
    assert "smoke test: passed, 2 of 2" in passed.stdout
    assert set(asked) == {"/todos", "/"}
    [host] = hosts
    assert host.startswith("awseb-e-")
    assert host.endswith(".elb.amazonaws.com")
