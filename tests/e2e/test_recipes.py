"""`make run` and `make stack LOCAL=1` as a user calls them."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.e2e.conftest import LOCAL_FOLDER, containers
from tests.recipes.conftest import PROJECT, Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.run.engine import Engine


@pytest.fixture(scope="module")
def checkout(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout(tmp_path_factory.mktemp("project") / "a checkout", engine.kind)
    yield made
    made.make("clean")


def url_of(output: str) -> str:
    found = re.search(r"^  URL: (http://127\.0\.0\.1:\d+)$", output, re.MULTILINE)
    assert found, output
    return found[1]


def todos(url: str) -> object:
    with urlopen(f"{url}/todos", timeout=60) as response:
        return json.loads(response.read())


def add(url: str, title: str) -> None:
    data, headers = json.dumps({"title": title}).encode(), {"Content-Type": "application/json"}
    with urlopen(Request(f"{url}/todos", data, headers), timeout=60) as response:
        assert response.status == 201


def silent(url: str) -> bool:
    try:
        todos(url)
    except URLError:
        return True
    return False


def test_make_run_answers_and_make_run_stop_ends_it(checkout: Checkout) -> None:
    ran = checkout.make("run", "ENV=dev")
    assert ran.returncode == 0, ran.stderr
    assert "port 80 of the instance is port " in ran.stderr
    url = url_of(ran.stdout)
    assert todos(url) == []
    assert "todobackend:\n" in (checkout.folder / "build/run/todobackend-dev/compose.yaml").read_text()
    stopped = checkout.make("run-stop", "ENV=dev")
    assert (stopped.returncode, stopped.stdout) == (0, "todobackend-dev: stopped, and its data deleted\n")
    assert silent(url)
    assert not (checkout.folder / "build/run/todobackend-dev").exists()


def test_the_readmes_commands_run(checkout: Checkout) -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    block = readme.partition("## Run it on your machine\n\n```sh\n")[2].partition("```")[0]
    run, curl, stop = [line.partition("  #")[0].split() for line in block.splitlines()]
    assert (run[0], curl[:2], stop[0]) == ("make", ["curl", "--fail"], "make")
    url = url_of(checkout.make(*run[1:]).stdout)
    asked = curl[2].replace("http://127.0.0.1:8080", url)  # where 8080 was taken, it is another
    assert subprocess.run([*curl[:2], asked], capture_output=True, check=True).stdout == b"[]"
    assert checkout.make(*stop[1:]).returncode == 0


def test_make_run_shows_the_last_output_of_a_container_that_fails(checkout: Checkout) -> None:
    checkout.edit("config/todobackend.yaml", "manage.py, migrate", "manage.py, migrat")
    assert checkout.make("generate").returncode == 0
    ran = checkout.make("run")
    assert ran.returncode == 2
    assert "Unknown command: 'migrat'" in ran.stderr
    assert "entrypoint: the migration failed with exit status 1; it is tried again at the next start" in ran.stderr
    checkout.edit("config/todobackend.yaml", "manage.py, migrat", "manage.py, migrate")
    assert checkout.make("generate").returncode == 0
    assert checkout.make("run").returncode == 0
    assert checkout.make("run-stop").returncode == 0


def test_make_stack_answers_redeploys_and_ends(checkout: Checkout, engine: Engine) -> None:
    first = checkout.make("stack", "LOCAL=1")
    assert first.returncode == 0, first.stdout + first.stderr
    url = url_of(first.stdout)
    add(url, "milk")
    again = checkout.make("stack", "LOCAL=1")
    assert "No changes to deploy. Stack todobackend-dev is up to date" in again.stdout
    assert url_of(again.stdout) == url

    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:1.0.1")
    assert checkout.make("generate").returncode == 0
    second = checkout.make("stack", "LOCAL=1")
    assert second.returncode == 0, second.stdout + second.stderr
    assert url_of(second.stdout) == url
    assert todos(url) == [{"url": f"{url}/todos/1", "title": "milk", "completed": False, "order": None}]
    images = containers(engine, checkout.folder / LOCAL_FOLDER, "{{.Image}}")
    assert {image.rpartition("/")[2] for image in images if "/todobackend:" in image} == {"todobackend:1.0.1"}

    ended = checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev")
    assert ended.returncode == 0, ended.stderr
    assert silent(url)


def test_a_dead_application_fails_make_stack_with_its_last_output(checkout: Checkout) -> None:
    checkout.edit("config/todobackend.yaml", "--module=todobackend.wsgi", "--need-app")
    assert checkout.make("generate").returncode == 0
    failed = checkout.make("stack", "LOCAL=1")
    assert failed.returncode != 0
    assert "Ready, health Severe" in failed.stderr
    assert "todobackend does not stay up" in failed.stderr
    printed = failed.stderr.partition("\ntodobackend printed last:\n")[2]
    assert "  *** no app loaded. GAME OVER ***" in printed


def test_the_local_aws_stops_its_containers_when_it_ends(checkout: Checkout) -> None:
    checkout.edit("config/todobackend.yaml", "--need-app", "--module=todobackend.wsgi")
    assert checkout.make("generate").returncode == 0
    ran = checkout.make("stack", "LOCAL=1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    url = url_of(ran.stdout)
    assert todos(url) == []
    assert checkout.make("local-stop").returncode == 0
    assert silent(url)


def test_without_an_engine_the_stack_is_deployed_and_nothing_listens(checkout: Checkout) -> None:
    checkout.engine = "none"
    ran = checkout.make("stack", "LOCAL=1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "  URL: http://awseb-" in ran.stdout
    assert "nothing listens there: no container engine runs it" in ran.stdout
