"""The example from its zip to its answers: static files, a list in a real database, one migration a deployment."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beanstack.run.errors import RunError
from tests.e2e.conftest import committed_options

if TYPE_CHECKING:
    from tests.e2e.conftest import Bundle, Launch, Running


@pytest.fixture(scope="module")
def running(launch: Launch, bundle: Bundle) -> Running:
    """Deploy the example once, on its leader."""
    made = launch("e2e-dev")
    made.deploy(bundle)
    return made


def test_the_front_page_answers_with_its_static_files(running: Running) -> None:
    status, page = running.request("/?format=api")
    assert status == 200
    links = re.findall(rb'(?:href|src)="(/static/[^"]+)"', page)
    assert links
    assert {running.request(link.decode())[0] for link in links} == {200}


def test_todos_are_created_read_changed_and_deleted(running: Running) -> None:
    assert running.json("/todos") == []
    made = running.json("/todos", "POST", title="grüße 日本語 😀", order=2)
    assert isinstance(made, dict)
    assert made | {"url": ""} == {"url": "", "title": "grüße 日本語 😀", "completed": False, "order": 2}
    first = running.json("/todos", "POST", title="first", order=1)
    assert running.json(made["url"]) == made
    changed = running.json(made["url"], "PATCH", completed=True)
    assert changed == made | {"completed": True}
    assert running.json("/todos") == [first, changed]
    assert isinstance(first, dict)
    assert running.request(first["url"], "DELETE")[0] == 204
    assert running.request(first["url"])[0] == 404
    assert running.json("/todos") == [changed]


def test_the_leader_has_migrated_once(running: Running) -> None:
    assert running.migrations() == 1
    container = running.deployment.containers.name("todobackend")
    assert running.deployment.engine.check_call("exec", container, "ls", "/opt/beanstack/pending") == ""


def test_a_new_deployment_keeps_the_data_and_migrates_once_more(running: Running, bundle: Bundle) -> None:
    kept = running.json("/todos")
    url = running.url
    running.deploy(bundle)
    assert (running.url, running.json("/todos"), running.migrations()) == (url, kept, 1)


def test_a_change_of_options_migrates_nothing(running: Running, bundle: Bundle) -> None:
    """EB runs no host command then, so there is no mark."""
    kept = running.json("/todos")
    running.deployment.configure(bundle)
    assert (running.json("/todos"), running.migrations()) == (kept, 0)


def test_a_restart_migrates_nothing(running: Running, bundle: Bundle) -> None:
    running.deploy(bundle)
    folder = running.deployment.folder.path
    running.deployment.engine.start(folder, "restart", running.deployment.containers.name("todobackend"))
    running.until_it_answers()
    assert running.migrations() == 1


def test_an_instance_that_is_not_the_leader_serves_the_same_data_without_a_migration(
    running: Running, second: SecondInstance, bundle: Bundle
) -> None:
    other = second("e2e-second", variables(running))
    other.deploy(bundle, leader=False)
    own, its = running.request("/todos")[1], other.request("/todos")[1]
    assert its.replace(other.url.encode(), running.url.encode()) == own != b"[]"
    assert other.migrations() == 0


def test_a_wrong_password_is_reported_with_the_databases_own_message(
    running: Running, second: SecondInstance, bundle: Bundle
) -> None:
    wrong = second("e2e-wrong", variables(running) | {"RDS_PASSWORD": "wrong"})
    with pytest.raises(RunError, match="Access denied for user 'ebroot'") as raised:
        wrong.deploy(bundle)
    assert "todobackend does not stay up" in str(raised.value)
    said = (wrong.deployment.folder.path / "logs/todobackend").read_text()
    assert "entrypoint: the migration failed with exit status 1; it is tried again at the next start" in said
    assert said.count("entrypoint: migrating for ") > 1


def test_a_missing_variable_is_reported_with_its_name(running: Running, second: SecondInstance, bundle: Bundle) -> None:
    without = second("e2e-missing", {k: v for k, v in variables(running).items() if k != "RDS_PORT"})
    with pytest.raises(RunError, match="entrypoint: RDS_PORT is missing, so MYSQL_PORT cannot be set"):
        without.deploy(bundle)


def test_no_password_is_in_a_file_or_on_a_command_line(running: Running, bundle: Bundle) -> None:
    password = variables(running)["RDS_PASSWORD"].encode()
    seen: set[bytes] = set()
    watching = threading.Event()

    def watch() -> None:
        while not watching.is_set():
            for process in Path("/proc").iterdir():
                with contextlib.suppress(OSError):  # it may just have ended, or be no process
                    seen.add((process / "cmdline").read_bytes())

    thread = threading.Thread(target=watch)
    thread.start()
    running.deploy(bundle)
    watching.set()
    thread.join()
    files = [path for path in running.deployment.folder.path.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in files if password in path.read_bytes()] == []
    assert [line for line in seen if password in line] == []
    assert any(b"compose" in line for line in seen)


def variables(running: Running) -> dict[str, str]:
    """Return the variables with which EB would describe the environment's database to another instance."""
    coupled = running.deployment.containers.database(running.deployment.environment)
    assert coupled
    address = running.deployment.engine.address(running.deployment.containers.name("beanstack-database"))
    return {**coupled.variables, "RDS_HOSTNAME": address}


SecondInstance = Callable[[str, Mapping[str, str]], "Running"]


@pytest.fixture
def second(running: Running, launch: Launch) -> SecondInstance:
    """Return a function that starts another instance with some properties, on the network of the first one."""

    def made(name: str, properties: Mapping[str, str]) -> Running:
        options = {key: value for key, value in committed_options().items() if key[0] != "aws:rds:dbinstance"}
        options |= {("aws:elasticbeanstalk:application:environment", key): value for key, value in properties.items()}
        return launch(name, options, running)

    return made
