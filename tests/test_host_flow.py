"""The committed bundle on an instance: EB runs its commands, ECS starts its container, and each migration runs once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

BUNDLE = Path(__file__).parents[1] / "bundle/todobackend/dev"
ME = os.getuid()
RDS = {
    "RDS_HOSTNAME": "db.example",
    "RDS_PORT": "3306",
    "RDS_USERNAME": "ebroot",
    "RDS_PASSWORD": "it's $a \\ # = %",
    "RDS_DB_NAME": "ebdb",
}
MYSQL = """\
MYSQL_DATABASE=ebdb
MYSQL_HOST=db.example
MYSQL_PASSWORD=it's $a \\ # = %
MYSQL_PORT=3306
MYSQL_USER=ebroot
"""
MIGRATION = ["python3", "manage.py", "migrate", "--no-input"]
SERVER = [
    "uwsgi",
    "--http=0.0.0.0:8000",
    "--module=todobackend.wsgi",
    "--master",
    "--die-on-term",
    "--processes=4",
    "--threads=2",
    "--check-static=/public",
]
RECORD = """\
#!/bin/sh
{ printf '%s\\0' "${0##*/}" "$@"; printf 'MYSQL:'; env | grep '^MYSQL_' | sort; printf '\\036'; } >>"$RECORD"
if [ -e "${0%/*}/fail" ] && [ "${0##*/}" = python3 ]; then exit 3; fi
"""

pytestmark = pytest.mark.skipif(
    ME != 0 and ME not in (os.getgid(), *os.getgroups()), reason="this user cannot give files to a group of its number"
)


def bundled(path: str, tag: str, words: str) -> str:
    """A file of the bundle with another tag of its image, and with `words` before the hash of the migration's words."""
    return (BUNDLE / path).read_text("utf-8").replace(":1.0.0#", f":1.0.0#{words}").replace(":1.0.0", f":{tag}")


class Instance:
    """An instance below a folder: the paths of the committed bundle are read as paths below it.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.current, self.record = root / "var/app/current", root / "record"
        self.programs = root / "programs"
        self.programs.mkdir(parents=True)
        for name in ("python3", "uwsgi", "usermod"):
            (self.programs / name).write_text(RECORD)
            (self.programs / name).chmod(0o755)
        self.environment = {"PATH": f"{self.programs}:{os.environ['PATH']}", "RECORD": str(self.record)}

    @property
    def pending(self) -> Path:
        return self.root / "var/app-data/todobackend/beanstack-pending"

    def here(self, word: str) -> str:
        """A word of the bundle on this instance, of which this user owns everything."""
        inside = {
            "/var/app": self.root / "var/app",
            "/opt/beanstack/bin": self.current / "bin",
            "/opt/beanstack/pending": self.pending,
        }
        for start, path in inside.items():
            word = word.replace(start, str(path)) if word.startswith(start) else word
        return str(ME) if word == "1000" else word

    def commands(self, commands: Mapping[str, Any]) -> None:
        """Runs commands by their names; the first that fails ends the deployment, unless it is allowed to."""
        for name in sorted(commands):
            command = commands[name]
            words = [self.here(word) for word in command["command"]]
            done = subprocess.run(
                words, cwd=self.current, env=self.environment, capture_output=True, text=True, check=False
            )
            assert command.get("ignoreErrors") or done.returncode == 0, f"{name}: {done.stderr}"

    def deploy(self, *, leader: bool = False, tag: str = "1.0.0", words: str = "") -> None:
        """What EB does up to the start of the containers; `tag` is that of the bundle's image.

        `words` makes another hash of the migration's words.
        """
        self.current.mkdir(parents=True, exist_ok=True)
        config = yaml.safe_load(bundled(".ebextensions/init.config", tag, words))
        self.commands(config["commands"])
        shutil.rmtree(self.current)
        shutil.copytree(BUNDLE, self.current)
        container_commands = config["container_commands"]
        leaders = {name for name, command in container_commands.items() if command.get("leader_only")}
        self.commands({name: container_commands[name] for name in leaders} if leader else {})
        self.commands({name: command for name, command in container_commands.items() if name not in leaders})

    def start(self, *, tag: str = "1.0.0", words: str = "", **properties: str) -> subprocess.CompletedProcess[str]:
        """Starts the container as ECS does: entry point and command are one list of words."""
        container = json.loads(bundled("Dockerrun.aws.json", tag, words))["containerDefinitions"][0]
        command = [self.here(word) for word in [*container["entryPoint"], *container["command"]]]
        variables = {variable["name"]: variable["value"] for variable in container["environment"]}
        return subprocess.run(
            command,
            cwd=self.root,
            env={**self.environment, **(properties or RDS), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def ran(self) -> list[list[str]]:
        """What the stubs of python3 and uwsgi got since the last call, oldest first."""
        text = self.record.read_text("utf-8") if self.record.exists() else ""
        self.record.unlink(missing_ok=True)
        records = [record.partition("MYSQL:") for record in text.split("\036")[:-1]]
        assert all(variables == MYSQL for words, _, variables in records if not words.startswith("usermod"))
        return [words.split("\0")[:-1] for words, _, _ in records if not words.startswith("usermod")]


@pytest.fixture
def instance(tmp_path: Path) -> Callable[[str], Instance]:
    return lambda name: Instance(tmp_path / name)


@pytest.fixture
def host(instance: Callable[[str], Instance]) -> Instance:
    return instance("host")


def paths(folder: Path) -> Iterable[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_leader_migrates_and_then_serves(host: Instance) -> None:
    host.deploy(leader=True)
    done = host.start()
    assert done.returncode == 0, done.stderr
    assert host.ran() == [MIGRATION, SERVER]


def test_the_others_only_serve(host: Instance) -> None:
    host.deploy()
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]


def test_two_deployments_migrate_twice_and_leave_nothing_twice(host: Instance) -> None:
    for _ in range(2):
        host.deploy(leader=True)
        data = host.root / "var/app-data"
        folders = ["todobackend", "todobackend/beanstack-pending", "todobackend/public"]
        assert paths(data) == sorted([*folders, "todobackend/beanstack-pending/migration"])
        host.start()
        assert host.ran() == [MIGRATION, SERVER]
        assert paths(data) == folders


def test_a_second_deployment_before_any_start_migrates_once(host: Instance) -> None:
    host.deploy(leader=True)
    host.deploy(leader=True)
    host.start()
    host.start()
    assert host.ran() == [MIGRATION, SERVER, SERVER]


def test_a_restart_migrates_nothing(host: Instance) -> None:
    host.deploy(leader=True)
    for _ in range(3):
        host.start()
    assert host.ran() == [MIGRATION, SERVER, SERVER, SERVER]


def test_a_former_leader_migrates_nothing(instance: Callable[[str], Instance]) -> None:
    """Its container never came up, so its mark was still there when another instance was elected."""
    former, elected = instance("former"), instance("elected")
    former.deploy(leader=True)
    former.deploy()
    elected.deploy(leader=True)
    former.start()
    elected.start()
    assert (former.ran(), elected.ran()) == ([SERVER], [MIGRATION, SERVER])


def test_the_mark_of_a_failed_deployment_starts_no_migration_of_the_old_image(host: Instance) -> None:
    host.deploy(leader=True)
    host.start()
    host.ran()
    host.deploy(leader=True, tag="1.1.0")  # whose task ECS never starts
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]
    host.start(tag="1.1.0")
    host.start(tag="1.1.0")
    assert host.ran() == [MIGRATION, SERVER, SERVER]


def test_the_mark_of_new_words_is_not_taken_by_an_old_container_of_the_same_image(host: Instance) -> None:
    host.deploy(leader=True, words="new")
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]
    host.start(words="new")
    assert host.ran() == [MIGRATION, SERVER]


def test_a_rollback_forgets_the_failed_deployments_mark(host: Instance) -> None:
    host.deploy(leader=True, tag="1.1.0")
    host.deploy(tag="1.0.0")
    host.start(tag="1.1.0")
    assert host.ran() == [SERVER]


def test_a_failed_migration_is_tried_again_at_every_start_until_it_succeeds(host: Instance) -> None:
    host.deploy(leader=True)
    (host.programs / "fail").touch()
    for _ in range(2):
        done = host.start()
        assert done.returncode == 1
        assert "the migration failed with exit status 3" in done.stderr
        assert host.ran() == [MIGRATION]
    (host.programs / "fail").unlink()
    host.start()
    host.start()
    assert host.ran() == [MIGRATION, SERVER, SERVER]


def test_a_deployment_without_its_database_starts_nothing_and_keeps_the_mark(host: Instance) -> None:
    host.deploy(leader=True)
    done = host.start(**{**RDS, "RDS_PASSWORD": ""})
    assert done.returncode == 1
    assert "RDS_PASSWORD is missing, so MYSQL_PASSWORD cannot be set" in done.stderr
    assert host.ran() == []
    host.start()
    assert host.ran() == [MIGRATION, SERVER]


def test_files_in_a_volume_survive_a_deployment(host: Instance) -> None:
    host.deploy()
    kept = host.root / "var/app-data/todobackend/public/index.html"
    kept.write_text("kept")
    host.deploy(leader=True)
    assert kept.read_text() == "kept"
