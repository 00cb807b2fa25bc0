"""Containers that wait for each other, reach each other, fail or use memory, as on ECS."""

from __future__ import annotations

import fcntl
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.run.engine import KINDS
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from tests.e2e.conftest import Launch, Running

# Serves what its first argument says.
SERVE = """
import json, os, resource, sys
from urllib.request import urlopen
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(eval(sys.argv[1]).encode())
HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""


def container(image: str, name: str, *command: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "image": image, "memoryReservation": 32, "command": list(command), **keys}


def serving(image: str, name: str, shown: str, **keys: Any) -> dict[str, Any]:
    """Return a container that answers with the value of a Python expression."""
    return container(image, name, "python3", "-c", SERVE, shown, **keys)


PORT = [{"hostPort": 80, "containerPort": 8000}]


def deployed(launch: Launch, name: str, *containers: dict[str, Any], volumes: Any = ()) -> Running:
    running = launch(name, {("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application"})
    content = {"AWSEBDockerrunVersion": 2, "volumes": list(volumes), "containerDefinitions": containers}
    running.deploy({"Dockerrun.aws.json": json.dumps(content).encode()})
    return running


def test_a_container_starts_when_those_before_it_are_done(launch: Launch, image: str) -> None:
    """One writes what the next reads; the last one serves it, whatever became of the second."""
    volumes = [{"name": "shared", "host": {"sourcePath": "/srv/shared"}}]
    shared = {"mountPoints": [{"sourceVolume": "shared", "containerPath": "/shared"}], "user": "0"}
    running = deployed(
        launch,
        "e2e-order",
        serving(
            image,
            "web",
            'open("/shared/text").read()',
            portMappings=PORT,
            dependsOn=[
                {"containerName": "second", "condition": "COMPLETE"},
                {"containerName": "third", "condition": "HEALTHY"},
            ],
            volumesFrom=[{"sourceContainer": "first", "readOnly": True}],
        ),
        container(
            image,
            "second",
            *("sh", "-c", "sleep 1; printf second >>/shared/text; exit 7"),
            essential=False,
            dependsOn=[{"containerName": "first", "condition": "SUCCESS"}],
            **shared,
        ),
        container(image, "first", "sh", "-c", "sleep 1; printf 'first ' >/shared/text", essential=False, **shared),
        container(
            image,
            "third",
            *("sh", "-c", "sleep 1; touch /tmp/healthy; exec sleep 100"),
            healthCheck={"command": ["CMD-SHELL", "test -e /tmp/healthy"], "interval": 5, "retries": 9},
        ),
        volumes=volumes,
    )
    assert running.request("/") == (200, b"first second")
    assert any("second failed with exit status 7" in line for line in running.notices)


def test_a_container_whose_dependency_fails_is_not_started(launch: Launch, image: str) -> None:
    with pytest.raises(RunError, match=r"web cannot start: job has ended without SUCCESS\n  job: no luck"):
        deployed(
            launch,
            "e2e-failed",
            serving(
                image,
                "web",
                '"never"',
                portMappings=PORT,
                dependsOn=[{"containerName": "job", "condition": "SUCCESS"}],
            ),
            container(image, "job", "sh", "-c", "echo no luck; exit 3", essential=False),
        )


def test_a_link_is_a_name(launch: Launch, image: str) -> None:
    fetch = 'urlopen("http://store:8000/", timeout=9).read().decode()'
    web = serving(image, "web", fetch, portMappings=PORT, links=["db:store"])
    running = deployed(launch, "e2e-link", web, serving(image, "db", '"from the store"'))
    assert running.request("/") == (200, b"from the store")


def test_an_essential_container_that_does_not_stay_up_is_reported_with_its_last_output(
    launch: Launch, image: str
) -> None:
    crashing = container(image, "web", "sh", "-c", "echo 'out of $luck'; exit 9", portMappings=PORT)
    with pytest.raises(
        RunError, match=r"web does not stay up, exit status 9(, restarted \d+ times)?\n  web: out of \$luck"
    ) as raised:
        deployed(launch, "e2e-crash", crashing)
    assert "/ does not answer" in str(raised.value)


def test_a_container_that_needs_more_than_its_memory_is_reported(launch: Launch, image: str) -> None:
    grow = "grown = [b'x' * 1000000 for _ in range(1000000)]"
    growing = container(image, "web", "python3", "-c", grow, portMappings=PORT, memory=32)
    with pytest.raises(RunError, match=r"web was killed for memory \(memory: 32\)"):
        deployed(launch, "e2e-memory", growing)
    assert not Path("oom").exists(), "podman's monitor leaves this file in the working directory"


def test_a_container_that_ends_is_restarted(launch: Launch, image: str) -> None:
    running = deployed(launch, "e2e-restart", serving(image, "web", '"up"', portMappings=PORT))
    engine, name = running.deployment.engine, running.deployment.containers.name("web")
    # Its own end is no failure: it goes with the container that it ends.
    engine.call("exec", name, "python3", "-c", "import os, signal; os.kill(1, signal.SIGINT)")
    end = time.monotonic() + 180
    while (state := engine.state(name)) and state.restarts == 0 and time.monotonic() < end:
        time.sleep(0.1)
    running.until_it_answers()
    assert state
    assert (running.request("/"), state.restarts) == ((200, b"up"), 1)


def test_memory_users_folders_and_limits_are_the_containers(launch: Launch, image: str) -> None:
    shown = "json.dumps([os.getuid(), os.getcwd(), resource.getrlimit(resource.RLIMIT_NOFILE)])"
    running = deployed(
        launch,
        "e2e-limits",
        serving(
            image,
            "web",
            shown,
            portMappings=PORT,
            user="1234:1234",
            workingDirectory="/var",
            memory=200,
            ulimits=[
                {"name": "nofile", "softLimit": 512, "hardLimit": 600},
                {"name": "nproc", "softLimit": 500, "hardLimit": 500},
            ],
        ),
    )
    assert json.loads(running.request("/")[1]) == [1234, "/var", [512, 600]]
    inspected = json.loads(
        running.deployment.engine.check_call("container", "inspect", running.deployment.containers.name("web"))
    )
    assert inspected[0]["HostConfig"]["Memory"] == 200 * 1024 * 1024
    assert inspected[0]["HostConfig"]["MemoryReservation"] == 32 * 1024 * 1024


def test_a_container_that_crashes_is_gone_when_the_deployment_has_failed(launch: Launch, image: str) -> None:
    running = launch("e2e-stopped", {("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application"})
    content = {
        "AWSEBDockerrunVersion": 2,
        "containerDefinitions": [container(image, "web", "sh", "-c", "seq 100; exit 9", portMappings=PORT)],
    }
    with pytest.raises(RunError, match="web does not stay up") as raised:
        running.deploy({"Dockerrun.aws.json": json.dumps(content).encode()})
    assert running.deployment.engine.state(running.deployment.containers.name("web")) is None
    logs = running.deployment.folder.path / "logs"
    assert str(raised.value).endswith(f"\nThe containers' logs are in {logs}")
    assert (logs / "web").read_text().startswith("1\n2\n3\n")


def test_a_bundle_that_could_never_answer_leaves_the_old_containers_alone(launch: Launch, image: str) -> None:
    running = deployed(launch, "e2e-kept", serving(image, "web", '"kept"', portMappings=PORT))
    broken = [serving(image, "web", '"new"', portMappings=PORT, links=["nowhere"]), serving(image, "web", '"new"')]
    for definition in broken:
        content = {"AWSEBDockerrunVersion": 2, "containerDefinitions": [definition]}
        with pytest.raises(RunError, match=r"container 'nowhere', and there is none|no container publishes port 80"):
            running.deploy({"Dockerrun.aws.json": json.dumps(content).encode()})
    assert running.request("/") == (200, b"kept")


def test_one_process_at_a_time_works_on_an_environment(launch: Launch, image: str) -> None:
    running = deployed(launch, "e2e-alone", serving(image, "web", '"alone"', portMappings=PORT))
    folder = running.deployment.folder.path
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RunError, match="another process is working on e2e-alone; wait for it"):
            running.deployment.stop()
    other = next(kind for kind in KINDS if kind != running.deployment.engine.kind)
    (folder / "engine").write_text(other)
    with pytest.raises(RunError, match=f"e2e-alone is running on {other} here: use ENGINE={other}, or stop it first"):
        running.deployment.stop()
    (folder / "engine").write_text(running.deployment.engine.kind)
    assert running.request("/") == (200, b"alone")
