"""An essential container that ends over and over, beside one that answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.run.errors import RunError
from beanstack.run.steadiness import SETTLING
from tests.e2e.test_local_containers import new_process, process, until, zipped
from tests.e2e.test_order import PORT, container, deployed, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Launch
    from tests.e2e.test_local_containers import Process

__all__ = ["new_process", "process"]  # fixtures
OUT_OF_LUCK = r"exit status 9, restarted \d+ times\n  worker: out of luck"
LOADBALANCED = {("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application"}


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("e2e-beside", "echo out of luck; exit 9", OUT_OF_LUCK),
        (
            "e2e-later",
            "sleep 4; echo out of luck; exit 9",
            OUT_OF_LUCK,
        ),
        # An essential container may not end at all, even well.
        ("e2e-well", "echo done; exit 0", r"restarted \d+ times\n  worker: done"),
    ],
)
def test_a_container_that_ends_over_and_over_beside_one_that_answers_fails_the_deployment(
    launch: Launch, image: str, name: str, script: str, expected: str
) -> None:
    worker = container(image, "worker", "sh", "-c", script)
    with pytest.raises(RunError, match=f"worker does not stay up, {expected}"):
        deployed(launch, name, serving(image, "web", '"up"', portMappings=PORT), worker)


def test_one_that_is_killed_for_memory_is_reported_and_leaves_no_file_in_the_working_directory(
    launch: Launch, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    grow = "grown = [b'x' * 1000000 for _ in range(1000000)]"
    worker = container(image, "worker", "python3", "-c", grow, memory=32)
    running = launch("e2e-greedy", LOADBALANCED)
    content = {
        "AWSEBDockerrunVersion": 2,
        "containerDefinitions": [serving(image, "web", '"up"', portMappings=PORT), worker],
    }
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(RunError, match=r"worker was killed for memory \(memory: 32\)"):
        running.deploy({"Dockerrun.aws.json": json.dumps(content).encode()})
    assert list((tmp_path / "here").iterdir()) == []


def test_a_container_that_is_started_again_leaves_no_file_in_the_working_directory(
    launch: Launch, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """podman's monitor outlives the command that starts a container, in whose working directory it writes."""
    running = launch("e2e-again", LOADBALANCED)
    engine, name = running.deployment.engine, running.deployment.containers.name("greedy")
    (tmp_path / "state").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    grow = "grown = [b'x' * 1000000 for _ in range(1000000)]"
    options = ("--detach", "--name", name, "--memory", "32m", "--entrypoint", "python3")
    engine.start(tmp_path / "state", "run", *engine.run_options, *options, image, "-c", grow)

    def has_ended() -> bool:
        state = engine.state(name)
        return bool(state and state.has_ended)

    until(has_ended)
    engine.start(tmp_path / "state", "start", name)
    until(has_ended)
    assert list((tmp_path / "here").iterdir()) == []
    engine.remove(name)


def test_a_container_that_ends_once_and_then_stays_up_is_accepted(launch: Launch, image: str) -> None:
    """As one does that needs what another container has not done yet."""
    once = "[ -e /shared/mark ] || { touch /shared/mark; exit 1; }; exec sleep 1000"
    mounts = {"mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}], "user": "0"}
    running = deployed(
        launch,
        "e2e-once",
        serving(image, "web", '"up"', portMappings=PORT),
        container(image, "worker", "sh", "-c", once, **mounts),
        volumes=[{"name": "shared", "host": {"sourcePath": "/srv/shared"}}],
    )
    state = running.deployment.engine.state(running.deployment.containers.name("worker"))
    assert state
    assert (state.status, state.restarts, running.request("/")) == ("running", 1, (200, b"up"))


def reported(process: Process, action: str) -> dict[str, Any]:
    """Return the next report that has a key, such as `health`."""
    report = process.reported()
    while action not in report:
        report = process.reported()
    return report


def test_a_container_that_ends_long_after_its_deployment_changes_the_health(process: Process, image: str) -> None:
    """Each time it runs for longer than the deployment waits."""
    late = container(image, "worker", "sh", "-c", f"sleep {SETTLING + 5:.0f}; echo too late; exit 7")
    process.ask("deploy", "local-late", zipped(serving(image, "web", '"up"', portMappings=PORT), late), 18351)
    assert process.done() == ("local-late", "deploy", "")
    report = reported(process, "health")
    assert (report["environment"], report["health"]) == ("local-late", "Severe")
    assert report["causes"][0].startswith("worker does not stay up, exit status 7")
    assert report["output"]["worker"][-1] == "too late"


def test_a_container_that_is_removed_by_hand_changes_the_health(process: Process, image: str) -> None:
    process.ask("deploy", "local-hand", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18352)
    assert process.done() == ("local-hand", "deploy", "")
    process.engine.remove(*process.containers("local-hand"), at_once=True)
    report = reported(process, "health")
    assert (report["health"], report["output"]) == ("Severe", {"web": []})
    assert report["causes"][0].startswith("web does not stay up")
    process.ask("deploy", "local-hand", zipped(serving(image, "web", '"up"', portMappings=PORT)), 18352)
    assert process.done() == ("local-hand", "deploy", "")
