"""Real containers: an engine, the example's image, a database, and the zip that `make bundle` made.

`E2E=skip` leaves all of it out and says so; without it a machine on which no engine works is a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from beanstack.operate.committed import deployment, template
from beanstack.run import images
from beanstack.run.deployment import Deployment
from beanstack.run.engine import Engine, find_engine
from beanstack.run.environment import Environment, options
from beanstack.run.folder import Folder
from beanstack.run.front import Means
from beanstack.run.health import probe

PROJECT = Path(__file__).parents[2]
OUTPUT = PROJECT / "output/todobackend/dev.yaml"
LOCAL_FOLDER = "build/localaws/environments/todobackend-dev"  # of what `make stack LOCAL=1` runs in a checkout
Bundle = dict[str, bytes]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    if os.environ.get("E2E") == "skip":
        for item in here:
            item.add_marker(pytest.mark.skip(reason="E2E=skip: nothing is run in containers"))


@pytest.fixture(scope="session")
def engine() -> Engine:
    found = find_engine(os.environ.get("ENGINE", ""), PROJECT / ".venv-compose/bin/podman-compose")
    if found is None:
        pytest.fail("no container engine works here, neither Docker nor podman; E2E=skip leaves these tests out")
    return found


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """Return the files of the zip that the committed template names."""
    made = subprocess.run(["make", "bundle", "ENV=dev"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    path = PROJECT / "build/todobackend/dev" / deployment(OUTPUT).bundle_key
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="session")
def image(engine: Engine, bundle: Bundle) -> str:
    """Return the example's image, and build it if it is missing; tests use its Python."""
    name = json.loads(bundle["Dockerrun.aws.json"])["containerDefinitions"][0]["image"]
    return images.application_image(engine, name, PROJECT / "examples/todobackend", print)


class JoiningDeployment(Deployment):
    """A deployment whose containers reach those of another environment."""

    network: str

    def write_file(self, composed: Mapping[str, object]) -> None:
        super().write_file({**composed, "networks": {"default": {"name": self.network, "external": True}}})


@dataclass
class Running:
    """An environment on this machine, and the lines that it reported."""

    deployment: Deployment
    notices: list[str]
    url: str = ""

    def deploy(self, bundle: Bundle, *, leader: bool = True) -> None:
        self.url = self.deployment.deploy(bundle, leader=leader)

    def request(self, path: str, method: str = "GET", **content: object) -> tuple[int, bytes]:
        """Send a request, with JSON if there is content, and return the status and the body."""
        url = path if path.startswith("http") else self.url + path
        data = json.dumps(content).encode() if content else None
        headers = {"Content-Type": "application/json"} if data else {}
        try:
            with urlopen(Request(url, data, headers, method=method), timeout=60) as response:
                return response.status, response.read()
        except HTTPError as error:
            return error.code, error.read()

    def until_it_answers(self) -> None:
        """Wait for the containers to come up again by themselves."""
        check = self.deployment.environment.health_check
        end = time.monotonic() + 180
        while probe(check, int(self.url.rpartition(":")[2])) and time.monotonic() < end:
            time.sleep(0.2)

    def json(self, path: str, method: str = "GET", **content: object) -> object:
        status, body = self.request(path, method, **content)
        assert status in (200, 201), body
        return json.loads(body)

    def logs(self, service: str = "todobackend") -> str:
        return "\n".join(self.deployment.engine.logs(self.deployment.containers.name(service), lines=1000))

    def migrations(self) -> int:
        """Return how often the running container has migrated."""
        return self.logs().count("entrypoint: migrating for ")


Launch = Callable[..., Running]


@pytest.fixture(scope="module")
def launch(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    """Return a function that makes environments with names of their own; all are stopped in the end."""
    with ExitStack() as stack:  # stops the last one first, because it may have joined the network of the first

        def made(
            name: str, settings: Mapping[tuple[str, str], str] | None = None, joins: Running | None = None
        ) -> Running:
            notices: list[str] = []
            environment = Environment("todobackend", name, committed_options() if settings is None else settings)
            kind = JoiningDeployment if joins else Deployment
            folder = tmp_path_factory.mktemp(name)
            means = Means(lambda: str(PROJECT / ".venv-localaws/bin/python"), folder.parent)
            deployment = kind(engine, environment, folder, notices.append, sources=PROJECT, means=means)
            if joins and isinstance(deployment, JoiningDeployment):
                deployment.network = f"{joins.deployment.folder.project}_default"
            running = Running(deployment, notices)
            stack.callback(deployment.stop)
            return running

        yield made


def containers(engine: Engine, folder: Path, what: str = "{{.Names}}") -> list[str]:
    """Return the containers of an environment, by its folder: another checkout's environment may have the same name."""
    project = Folder(folder, folder.name).project
    return engine.check_call("ps", "--all", "--format", what, "--filter", f"name={project}-").split()


def committed_options() -> dict[tuple[str, str], str]:
    """Return the options of the committed template."""
    settings = template(OUTPUT.read_text("utf-8"))["Resources"]["Environment"]["Properties"]["OptionSettings"]
    return options(settings)
