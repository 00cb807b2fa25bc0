"""Deployments on an instance, in EB's order: what runs, what is kept, and what a failure leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.run.errors import RunError
from tests.run.scratch import RDS, Instance, bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

MIGRATION = ["python3", "manage.py", "migrate", "--no-input"]
SERVER = ["uwsgi", "--http=0.0.0.0:8000", "--module=todobackend.wsgi"]
FULL = 'mkdir -p "$1/var/app-data" && mount -t tmpfs -o nr_inodes=1 tmpfs "$1/var/app-data"'
READ_ONLY = (
    'mkdir -p "$1/var/app-data" && mount --bind "$1/var/app-data" "$1/var/app-data" '
    '&& mount -o remount,ro,bind "$1/var/app-data"'
)


def paths(folder: Path) -> Iterable[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_leader_migrates_and_then_serves(host: Instance) -> None:
    host.deploy(leader=True)
    done = host.start()
    assert done.returncode == 0, done.stderr
    variables = {
        "MYSQL_DATABASE": "ebdb",
        "MYSQL_HOST": "db.example",
        "MYSQL_PASSWORD": RDS["RDS_PASSWORD"],
        "MYSQL_PORT": "3306",
        "MYSQL_USER": "ebroot",
    }
    assert host.calls() == [(MIGRATION, variables), (SERVER, variables)]
    assert host.notices == []


def test_an_instance_that_is_not_the_leader_only_serves(host: Instance) -> None:
    host.deploy()
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]


def test_two_deployments_migrate_twice_and_leave_one_bundle(host: Instance) -> None:
    for _ in range(2):
        host.deploy(leader=True)
        data = host.root / "var/app-data"
        folders = ["todobackend", "todobackend/beanstack-pending", "todobackend/public"]
        assert paths(data) == sorted([*folders, "todobackend/beanstack-pending/migration"])
        host.start()
        assert host.ran() == [MIGRATION, SERVER]
        assert paths(data) == folders
        assert paths(host.root / "var/app") == sorted(["current", *(f"current/{path}" for path in tree())])
    assert (host.root / "etc/group").read_text().count("ec2-user") == 2  # its own group, and once in docker's


def tree() -> set[str]:
    """Return the committed bundle's files and folders."""
    files = set(bundled())
    return files | {path.rpartition("/")[0] for path in files if "/" in path}


def test_a_second_deployment_before_any_start_migrates_once(host: Instance) -> None:
    host.deploy(leader=True)
    host.deploy(leader=True)
    host.start()
    host.start()
    assert host.ran() == [MIGRATION, SERVER, SERVER]


def test_a_restart_a_reboot_and_a_change_of_options_migrate_nothing(host: Instance) -> None:
    """None of them runs a host command. A reboot only empties /tmp."""
    host.deploy(leader=True)
    host.start()
    host.start()
    host.start(properties={**RDS, "RDS_HOSTNAME": "other.example"})
    calls = host.calls()
    assert [words for words, _ in calls] == [MIGRATION, SERVER, SERVER, SERVER]
    assert calls[-1][1]["MYSQL_HOST"] == "other.example"


def test_an_instance_that_is_added_later_migrates_nothing(new_instance: Callable[[str], Instance]) -> None:
    """It starts the deployed version and is not the leader."""
    first, added = new_instance("first"), new_instance("added")
    first.deploy(leader=True)
    first.start()
    added.deploy()
    assert added.start().returncode == 0
    assert (first.ran(), added.ran()) == ([MIGRATION, SERVER], [SERVER])


def test_a_former_leader_migrates_nothing(new_instance: Callable[[str], Instance]) -> None:
    """Its container never started, so its mark was still there when another instance became the leader."""
    former, elected = new_instance("former"), new_instance("elected")
    former.deploy(leader=True)
    former.deploy()
    elected.deploy(leader=True)
    former.start()
    elected.start()
    assert (former.ran(), elected.ran()) == ([SERVER], [MIGRATION, SERVER])


def test_the_mark_of_a_failed_deployment_starts_no_migration_of_the_old_image(host: Instance) -> None:
    new = bundled("1.1.0")
    host.deploy(leader=True)
    host.start()
    host.ran()
    host.deploy(leader=True, bundle=new)  # whose task ECS never starts
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]
    host.start(bundle=new)
    host.start(bundle=new)
    assert host.ran() == [MIGRATION, SERVER, SERVER]


def test_an_old_container_does_not_take_the_mark_of_another_migration_command(host: Instance) -> None:
    new = bundled(words="new")
    host.deploy(leader=True, bundle=new)
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]
    host.start(bundle=new)
    assert host.ran() == [MIGRATION, SERVER]


def test_a_rollback_removes_the_mark_of_the_failed_deployment(host: Instance) -> None:
    new = bundled("1.1.0")
    host.deploy(leader=True, bundle=new)
    host.deploy()
    host.start(bundle=new)
    assert host.ran() == [SERVER]


def test_a_failed_deployment_leaves_the_old_containers_able_to_restart(host: Instance) -> None:
    host.deploy(leader=True)
    host.start()
    broken = bundled("1.1.0")
    broken[".ebextensions/zz.config"] = b"container_commands: {99: {command: [sh, -c, 'echo broken >&2; exit 7']}}"
    with pytest.raises(RunError, match="command 99 failed with exit status 7: broken"):
        host.stage(leader=True, bundle=broken)
    host.ran()
    assert host.start().returncode == 0
    assert host.ran() == [SERVER]
    assert paths(host.root / "var/app/current") == sorted(tree())


def test_a_failed_migration_is_tried_again_at_every_start_until_it_succeeds(host: Instance) -> None:
    host.deploy(leader=True)
    (host.record / "fail").touch()
    for _ in range(2):
        done = host.start()
        assert done.returncode == 1
        assert "the migration failed with exit status 3" in done.stderr
        assert host.ran() == [MIGRATION]
    (host.record / "fail").unlink()
    host.start()
    host.start()
    assert host.ran() == [MIGRATION, SERVER, SERVER]


@pytest.mark.parametrize("missing", RDS)
def test_a_missing_variable_stops_the_container_with_its_name_and_keeps_the_mark(host: Instance, missing: str) -> None:
    host.deploy(leader=True)
    done = host.start(properties={**RDS, missing: ""})
    assert done.returncode == 1
    assert f"{missing} is missing, so MYSQL_" in done.stderr
    assert host.ran() == []
    host.start()
    assert host.ran() == [MIGRATION, SERVER]


@pytest.mark.parametrize(
    ("prelude", "reason"), [(FULL, "No space left on device"), (READ_ONLY, "Read-only file system")]
)
def test_a_full_or_read_only_disk_stops_the_deployment_with_its_reason(
    host: Instance, prelude: str, reason: str
) -> None:
    host.deploy()
    host.host.prelude = prelude
    with pytest.raises(RunError, match=f"command 0._folder_public failed with exit status 1: .*{reason}") as raised:
        host.stage(leader=False, bundle=with_new_folder())
    assert "todobackend" in str(raised.value)
    assert paths(host.root / "var/app/current") == sorted(tree())


def with_new_folder() -> dict[str, bytes]:
    """Return a bundle of another application, whose folders do not exist on this instance yet."""
    return {path: content.replace(b"/todobackend/", b"/todobackend2/") for path, content in bundled().items()}


def test_only_the_containers_user_can_read_the_folder_of_the_mark(host: Instance) -> None:
    host.deploy(leader=True)
    mark = host.host.enter(["ls", "/var/app-data/todobackend/beanstack-pending"], "/", {}, "true")
    other = host.host.enter(
        [
            "setpriv",
            "--reuid=1001",
            "--regid=1001",
            "--clear-groups",
            "ls",
            "/var/app-data/todobackend/beanstack-pending",
        ],
        "/",
        {"PATH": "/usr/bin:/bin"},
        "true",
    )
    stat = host.host.enter(["stat", "-c", "%u:%g %a", "/var/app-data/todobackend/beanstack-pending"], "/", {}, "true")
    assert (mark.stdout, stat.stdout) == ("migration\n", "1000:1000 700\n")
    assert (other.returncode, "Permission denied" in other.stderr) == (2, True)


def test_no_secret_is_written_to_any_disk(host: Instance) -> None:
    """Host commands get the properties, including a secret, and the container gets its password."""
    host.stage(leader=True, properties={**RDS, "API_KEY": "hush-hush"})
    host.deploy(leader=True)
    host.start()
    secrets = (RDS["RDS_PASSWORD"].encode(), b"hush-hush")
    written = [path for path in host.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [
        path for path in written if path != host.record / "calls" and any(s in path.read_bytes() for s in secrets)
    ] == []


def test_files_in_a_volume_survive_a_deployment(host: Instance) -> None:
    host.deploy()
    kept = host.root / "var/app-data/todobackend/public/index.html"
    kept.write_text("kept")
    host.deploy(leader=True)
    assert kept.read_text() == "kept"
