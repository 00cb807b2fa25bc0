"""What becomes of the local AWS's containers when something ends in the midst of a deployment."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from tests.e2e.conftest import LOCAL_FOLDER, containers
from tests.e2e.test_order import PORT, container, serving
from tests.recipes.conftest import PROJECT, Checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from beanstack.run.engine import Engine

COMPOSE = str(PROJECT / ".venv-compose/bin/podman-compose")
DEAF = "import time; time.sleep(1000)"


# Deadlines only end what would hang; a machine with other work may take long for what takes a second elsewhere.
DEADLINE = 180.0


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.1)


def zipped(*containers: dict[str, Any], **more: str) -> bytes:
    """Return a bundle of containers, and files by their names."""
    content = {"AWSEBDockerrunVersion": 2, "containerDefinitions": containers}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("Dockerrun.aws.json", json.dumps(content))
        for name, text in more.items():
            archive.writestr(f".ebextensions/{name}.config", text)
    return packed.getvalue()


class Process:
    """beanstack/run/serve.py, and a port for what it runs."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "beanstack.run.serve", engine.kind, COMPOSE, str(folder), str(PROJECT)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.reported() == {"engine": engine.kind}

    def ask(self, action: str, name: str, bundle: bytes = b"", port: int = 0) -> None:
        kind = ["aws:elasticbeanstalk:environment", "LoadBalancerType", "application"]
        packed = base64.b64encode(bundle).decode()
        request = {"action": action, "environment": name, "options": [kind], "bundle": packed, "port": port}
        assert self.process.stdin
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def reported(self) -> dict[str, Any]:
        assert self.process.stdout
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def done(self) -> tuple[str, str, str]:
        """Return how the next request ended: environment, action and failure."""
        report = self.reported()
        while "done" not in report:
            report = self.reported()
        return report["environment"], report["done"], report["failure"]

    def containers(self, name: str) -> list[str]:
        return containers(self.engine, self.folder / name)

    def end(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(DEADLINE)


@pytest.fixture
def new_process(engine: Engine, tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Return a function that starts processes that share a folder; all of them end with the test, even if it fails."""
    with ExitStack() as stack:

        def new() -> Process:
            made = Process(engine, tmp_path / "environments")
            stack.callback(made.end)
            return made

        yield new


@pytest.fixture
def process(new_process: Callable[[], Process]) -> Process:
    return new_process()


def deaf(image: str) -> bytes:
    """Return a bundle whose container runs and never answers."""
    return zipped(container(image, "web", "python3", "-c", DEAF, portMappings=PORT))


def test_a_stop_ends_the_deployment_that_it_meets(process: Process, image: str) -> None:
    process.ask("deploy", "local-deaf", deaf(image), 18331)
    until(lambda: process.containers("local-deaf"))
    began = time.monotonic()
    process.ask("stop", "local-deaf")
    assert [process.done(), process.done()] == [("local-deaf", "deploy", "stopped"), ("local-deaf", "stop", "")]
    assert time.monotonic() - began < 100
    assert process.containers("local-deaf") == []
    assert not (process.folder / "local-deaf").exists()


def test_a_stop_ends_a_host_command(process: Process, image: str) -> None:
    slow = "commands:\n  slow:\n    command: touch /var/app-data/begun; sleep 300\n"
    process.ask("deploy", "local-slow", zipped(serving(image, "web", '"up"', portMappings=PORT), slow=slow), 18332)
    until((process.folder / "local-slow/root/var/app-data/begun").exists)
    began = time.monotonic()
    process.ask("stop", "local-slow")
    assert [process.done(), process.done()] == [("local-slow", "deploy", "stopped"), ("local-slow", "stop", "")]
    assert time.monotonic() - began < 100
    assert process.containers("local-slow") == []


def test_bundles_of_any_size_are_accepted_during_a_deployment(process: Process, image: str) -> None:
    process.ask("deploy", "local-large", deaf(image), 18340)
    until(lambda: process.containers("local-large"))
    large = zipped(container(image, "web", portMappings=PORT), large="#" * 3_000_000)
    began = time.monotonic()
    process.ask("deploy", "local-large", large, 18340)
    process.ask("stop", "local-large")
    assert time.monotonic() - began < 30  # the deployment that is under way takes far longer
    assert [process.done()[1:] for _ in range(3)] == [("deploy", "stopped"), ("deploy", "stopped"), ("stop", "")]


def test_one_environment_does_not_wait_for_another(process: Process, image: str) -> None:
    process.ask("deploy", "local-deaf", deaf(image), 18333)
    until(lambda: process.containers("local-deaf"))
    process.ask("deploy", "local-up", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18334)
    assert process.done() == ("local-up", "deploy", "")


def test_a_request_after_a_stop_is_performed(process: Process, image: str) -> None:
    process.ask("deploy", "local-again", deaf(image), 18335)
    process.ask("stop", "local-again")
    process.ask("deploy", "local-again", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18335)
    assert [process.done()[1:] for _ in range(3)] == [("deploy", "stopped"), ("stop", ""), ("deploy", "")]


def test_an_interrupt_ends_a_deployment_and_keeps_the_data(process: Process, image: str) -> None:
    up = zipped(serving(image, "web", '"up"', portMappings=PORT))
    process.ask("deploy", "local-kept", up, 18341)
    assert process.done() == ("local-kept", "deploy", "")
    data = process.folder / "local-kept/root/var/app-data/kept"
    data.touch()
    process.ask("deploy", "local-kept", deaf(image), 18341)
    process.ask("interrupt", "local-kept")
    process.ask("deploy", "local-kept", up, 18341)
    assert [process.done()[1:] for _ in range(3)] == [("deploy", "stopped"), ("interrupt", ""), ("deploy", "")]
    assert data.exists()


def test_an_invalid_bundle_affects_only_its_own_deployment(process: Process, image: str) -> None:
    process.ask("deploy", "local-none", b"zip", 18336)
    assert process.done()[2].startswith("the source bundle is not a readable zip file")
    process.ask("deploy", "local-none", zipped({"name": 3, "image": []}), 18336)
    assert process.done()[2]
    process.ask("deploy", "local-none", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18336)
    assert process.done()[2] == ""


def test_the_containers_end_when_nobody_is_left_to_read_the_reports(
    new_process: Callable[[], Process], image: str
) -> None:
    made = new_process()
    made.ask("deploy", "local-broken", deaf(image), 18337)
    until(lambda: made.containers("local-broken"))
    assert made.process.stdout
    made.process.stdout.close()
    assert made.end() == 0
    assert made.containers("local-broken") == []


def test_containers_of_a_process_that_is_gone_are_stopped(new_process: Callable[[], Process], image: str) -> None:
    first = new_process()
    first.ask("deploy", "local-left", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18338)
    assert first.done()[2] == ""
    second = new_process()
    second.ask("deploy", "local-next", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18339)
    time.sleep(1)
    assert (first.containers("local-left") != [], first.containers("local-next")) == (True, [])
    first.process.kill()
    assert sorted([second.done(), second.done()]) == [("local-left", "stop", ""), ("local-next", "deploy", "")]
    assert second.containers("local-left") == []
    assert second.end() == 0
    assert second.containers("local-next") == []


@pytest.fixture(scope="module")
def checkout(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Return a copy of the project whose application starts and never answers."""
    made = Checkout(tmp_path_factory.mktemp("project") / "a checkout", engine.kind)
    try:
        made.edit("config/todobackend.yaml", "--http=0.0.0.0:8000", "--http=0.0.0.0:8001")
        assert made.make("generate").returncode == 0
        yield made
    finally:
        made.make("clean")


@pytest.fixture
def deploying(checkout: Checkout, engine: Engine) -> Iterator[subprocess.Popen[bytes]]:
    """Run `make stack` until a deployment is in progress."""
    assert containers(engine, checkout.folder / LOCAL_FOLDER) == []
    command = ["make", "--no-print-directory", f"ENGINE={engine.kind}", "stack", "LOCAL=1"]
    with subprocess.Popen(command, cwd=checkout.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as made:
        try:
            until(lambda: containers(engine, checkout.folder / LOCAL_FOLDER))
            yield made
        finally:
            made.terminate()


def test_make_destroy_in_a_deployment_needs_an_unlock_and_leaves_nothing(
    checkout: Checkout, engine: Engine, deploying: subprocess.Popen[bytes]
) -> None:
    refused = checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev")
    assert refused.returncode != 0
    assert "`make unlock APP=todobackend ENV=dev LOCAL=1` frees the lock" in refused.stderr
    assert checkout.make("unlock", "LOCAL=1").returncode == 0
    ended = checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev")
    assert ended.returncode == 0, ended.stderr
    assert deploying.wait(DEADLINE) != 0
    assert containers(engine, checkout.folder / LOCAL_FOLDER) == []


def test_make_local_stop_in_a_deployment_leaves_nothing(
    checkout: Checkout, engine: Engine, deploying: subprocess.Popen[bytes]
) -> None:
    stopped = checkout.make("local-stop")
    assert (stopped.returncode, stopped.stdout) == (0, "local AWS: stopped\n")
    assert containers(engine, checkout.folder / LOCAL_FOLDER) == []
    assert deploying.wait(DEADLINE) != 0


def test_a_server_that_is_killed_in_a_deployment_leaves_nothing(
    checkout: Checkout, engine: Engine, deploying: subprocess.Popen[bytes]
) -> None:
    os.kill(int((checkout.folder / "build/localaws/pid").read_text()), signal.SIGKILL)
    assert deploying.wait(DEADLINE) != 0
    stopped = checkout.make("local-stop")  # waits for it
    assert (stopped.returncode, stopped.stdout) == (0, "local AWS: not running\n")
    assert containers(engine, checkout.folder / LOCAL_FOLDER) == []


def test_an_environment_is_severe_when_the_process_of_the_containers_is_killed(
    checkout: Checkout, engine: Engine, deploying: subprocess.Popen[bytes]
) -> None:
    server = (checkout.folder / "build/localaws/pid").read_text()
    serving_ = subprocess.run(["pgrep", "-P", server], capture_output=True, text=True, check=True).stdout
    os.kill(int(serving_), signal.SIGKILL)
    assert deploying.wait(DEADLINE) != 0
    eb = checkout.client("elasticbeanstalk")
    described = eb.describe_environments(EnvironmentNames=["todobackend-dev"])["Environments"][0]
    assert (described["Status"], described["HealthStatus"]) == ("Ready", "Severe")
    ended = checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev")
    assert ended.returncode != 0
    assert "the process that runs the containers has ended" in ended.stderr
    stopped = checkout.make("local-stop")
    assert (stopped.returncode, "containers of todobackend-dev are still running" in stopped.stderr) == (2, True)
    assert checkout.make("local-start").returncode == 0
    assert checkout.make("local-stop").returncode == 0
    assert containers(engine, checkout.folder / LOCAL_FOLDER) == []


def test_an_aborted_update_runs_again_what_ran_before(checkout: Checkout, image: str) -> None:
    assert checkout.make("local-start").returncode == 0
    s3, iam, eb = (checkout.client(service) for service in ("s3", "iam", "elasticbeanstalk"))
    s3.create_bucket(Bucket="aborts")
    iam.create_role(RoleName="aborts", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="aborts")
    iam.add_role_to_instance_profile(InstanceProfileName="aborts", RoleName="aborts")
    eb.create_application(ApplicationName="aborts")
    bundles = {"up": zipped(serving(image, "web", '"up"', portMappings=PORT)), "deaf": deaf(image)}
    for label, bundle in bundles.items():
        s3.put_object(Bucket="aborts", Key=label, Body=bundle)
        source = {"S3Bucket": "aborts", "S3Key": label}
        eb.create_application_version(ApplicationName="aborts", VersionLabel=label, SourceBundle=source)
    settings = [
        ("aws:autoscaling:launchconfiguration", "IamInstanceProfile", "aborts"),
        ("aws:elasticbeanstalk:environment", "LoadBalancerType", "application"),
    ]
    options = [{"Namespace": space, "OptionName": name, "Value": value} for space, name, value in settings]
    named = {"EnvironmentName": "aborts"}
    eb.create_environment(ApplicationName="aborts", VersionLabel="up", OptionSettings=options, **named)

    def described() -> dict[str, Any]:
        found: dict[str, Any] = eb.describe_environments(EnvironmentNames=["aborts"])["Environments"][0]
        return found

    until(lambda: described()["Status"] == "Ready")
    assert described()["HealthStatus"] == "Ok", eb.describe_events(**named)
    eb.update_environment(VersionLabel="deaf", **named)
    assert (described()["Status"], described()["AbortableOperationInProgress"]) == ("Updating", True)
    time.sleep(2)  # somewhere in the deployment
    eb.abort_environment_update(**named)
    assert (described()["Status"], described()["AbortableOperationInProgress"]) == ("Aborting", False)
    until(lambda: described()["Status"] == "Ready")
    assert (described()["HealthStatus"], described()["VersionLabel"]) == ("Ok", "up")
    with urlopen(f"http://{described()['EndpointURL']}", timeout=10) as answer:
        assert answer.status == 200
    eb.restart_app_server(**named)
    until(lambda: described()["Status"] == "Ready")
    assert described()["HealthStatus"] == "Ok"
    eb.terminate_environment(**named)
    assert checkout.make("local-stop").returncode == 0
