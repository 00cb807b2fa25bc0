"""How records and locks are read and shown; tests/recipes/test_locks.py writes them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from beanstack.operate import git, record
from beanstack.operate.history import lines
from beanstack.operate.lock import Holder
from beanstack.operate.record import Record, recorded

if TYPE_CHECKING:
    from pathlib import Path

BEGAN = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)
DEPLOYED = Record(
    key="deployments/dev/20261128T070000.000000Z-0123abcd.json",
    began=BEGAN,
    ended=BEGAN + timedelta(minutes=5),
    result="deployed",
    who="arn:aws:sts::385605022855:assumed-role/deploy/alice",
    host="build-7",
    commit="da74feb6bb4e0d8e1c5f9a3b7c2d4e6f8a0b1c2d",
    dirty=False,
    templates={"shop": "a" * 64, "shop-dev": "b" * 64},
    bundle=f"{'c' * 64}.zip",
    version="shop-dev-version-abc",
    tool="0.1.0",
)
RUNNING = DEPLOYED._replace(key="running", ended=None, result="under way", version="", commit="", dirty=True)
DESTROYED = DEPLOYED._replace(verb="destroy", result="done", version="", commit="")


def test_a_record_is_read_as_it_was_stored() -> None:
    for one in (DEPLOYED, RUNNING, DESTROYED):
        assert recorded(one.key, one.document()) == one


def test_a_record_of_another_version_of_beanstack_is_read_as_far_as_it_goes() -> None:
    document = {"began": "2026-11-28T07:00:00+00:00", "result": "deployed", "another": 1}
    found = recorded("key", document)
    assert (found.began, found.result, found.commit, found.templates) == (BEGAN, "deployed", "", {})


def test_history_has_a_line_for_each_record() -> None:
    assert lines([RUNNING, DEPLOYED, DESTROYED], "running") == [
        "Began (UTC)          What     Result     Commit                Version               Who",
        "2026-11-28 07:00:00  stack    under way  without git, changed  -                     " + DEPLOYED.who,
        "2026-11-28 07:00:00  stack    deployed   da74feb6bb4e          shop-dev-version-abc  " + DEPLOYED.who,
        "2026-11-28 07:00:00  destroy  done       -                     -                     " + DEPLOYED.who,
    ]
    assert lines([], "") == []


def test_a_deployment_that_lost_the_lock_without_an_end_was_interrupted() -> None:
    assert "interrupted" in lines([RUNNING], "")[1]


def test_a_holder_says_who_and_since_when() -> None:
    deploying = Holder("alice", "build-7", BEGAN, "", "key", BEGAN)
    assert str(deploying) == "alice on build-7 has been deploying since 2026-11-28 07:00:00 UTC"
    assert "running `make destroy` since" in str(deploying._replace(verb="destroy"))
    by_hand = Holder("alice", "build-7", BEGAN, "moving the database", "", None)
    assert str(by_hand) == "alice on build-7 locked it at 2026-11-28 07:00:00 UTC: moving the database"


def test_the_lock_of_a_deployment_expires_and_one_by_hand_does_not() -> None:
    holder = Holder("alice", "build-7", record.now(), "", "key", record.now() - timedelta(seconds=1))
    assert holder.is_expired
    assert not holder._replace(expires=record.now() + timedelta(seconds=60)).is_expired
    assert not holder._replace(expires=None).is_expired


def test_the_commit_is_the_one_that_is_checked_out(tmp_path: Path) -> None:
    assert git.head(tmp_path) == ""
    assert not git.uncommitted(tmp_path, "shop")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/shop.yaml").write_text("application: shop\n")
    run = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*run, "init", "--quiet"], check=True)
    assert git.head(tmp_path) == "", "no commit yet"
    subprocess.run([*run, "add", "config"], check=True)
    subprocess.run([*run, "commit", "--quiet", "--message", "one"], check=True)
    assert len(git.head(tmp_path)) == 40


def test_a_commit_is_changed_by_the_files_of_the_application_alone(tmp_path: Path) -> None:
    test_the_commit_is_the_one_that_is_checked_out(tmp_path)
    (tmp_path / "config/other.yaml").write_text("application: other\n")
    (tmp_path / "README").write_text("\n")
    assert not git.uncommitted(tmp_path, "shop")
    (tmp_path / "config/shop.yaml").write_text("application: shop\n#\n")
    assert git.uncommitted(tmp_path, "shop")
    subprocess.run(["git", "-C", str(tmp_path), "checkout", "--quiet", "."], check=True)
    assert not git.uncommitted(tmp_path, "shop")
    (tmp_path / "output/shop").mkdir(parents=True)
    (tmp_path / "output/shop/dev.yaml").write_text("{}\n")
    assert git.uncommitted(tmp_path, "shop"), "a file that is not committed"
