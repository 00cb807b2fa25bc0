"""Which deployment is gone back to, and what git has of it."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from beanstack.operate import git
from beanstack.operate.committed import deployment
from beanstack.operate.earlier import choose, commits_to_revert, lasting, restore
from beanstack.operate.errors import DeploymentError
from beanstack.operate.going_back import platform_note
from beanstack.operate.record import Record
from beanstack.operate.restored import Restored, read
from tests.conftest import as_name, fixture_files

if TYPE_CHECKING:
    from pathlib import Path

OWN = ("shop-dev",)


def deployed(commit: str, result: str = "deployed", *, content: str = "", dirty: bool = False) -> Record:
    """Return a record whose files are named after its commit, unless their content is given."""
    made = content or commit
    templates = {"shop": "shared", "shop-dev": made}
    began = datetime(2026, 1, 1, tzinfo=UTC)
    return Record("", began, began, result, "me", "here", commit, dirty, templates, f"{made}.zip", "v", "1")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([deployed("b"), deployed("a")], "a"),
        ([deployed("b", "unhealthy"), deployed("a")], "a"),
        ([deployed("c", "failed"), deployed("b"), deployed("a")], "a"),
        ([deployed("c", "refused"), deployed("b", "interrupted"), deployed("a")], "a"),
        ([deployed("c"), deployed("b", "unhealthy"), deployed("a")], "a"),
        ([deployed("c"), deployed("b", dirty=True), deployed("a")], "a"),
        ([deployed("c"), deployed(""), deployed("a")], "a"),
        ([deployed("c"), deployed("b", content="c"), deployed("a")], "a"),
        ([deployed("b"), deployed("c"), deployed("b"), deployed("a")], "a"),  # c was rolled back
    ],
)
def test_the_last_good_deployment_before_the_one_that_runs_is_chosen(records: list[Record], expected: str) -> None:
    running, chosen = choose(records, OWN)
    assert running.result in ("deployed", "unhealthy", "interrupted")
    assert chosen.commit == expected


def test_a_commit_is_chosen_by_name_even_if_it_runs() -> None:
    records = [deployed("c"), deployed("b"), deployed("a")]
    assert [choose(records, OWN, commit)[1].commit for commit in "abc"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("records", "commit", "message"),
    [
        ([], "", "no deployment of this environment is recorded"),
        ([deployed("a", "failed")], "", "no deployment of this environment is recorded"),
        ([deployed("a")], "", "no good deployment before the one that runs"),
        ([deployed("b"), deployed("a", "unhealthy")], "a", "no good deployment of a is recorded"),
        ([deployed("b"), deployed("a", dirty=True)], "a", "no good deployment of a is recorded"),
    ],
)
def test_without_a_good_deployment_there_is_none_to_go_back_to(
    records: list[Record], commit: str, message: str
) -> None:
    with pytest.raises(DeploymentError, match=message):
        choose(records, OWN, commit)


def test_the_revert_names_each_commit_and_many_as_a_range() -> None:
    assert lasting(["c", "b"], "ENV=dev").endswith("`git revert c b` makes it last.")
    many = [f"c{number}" for number in range(20, 0, -1)]
    assert lasting(many, "ENV=dev").endswith("`git revert c1^..c20` makes it last.")
    assert "No commit is known to revert" in lasting([], "ENV=dev")


def run(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_files_of_a_commit_are_read_byte_for_byte_in_a_project_below_the_repository(tmp_path: Path) -> None:
    project = tmp_path / "below it"
    content = {as_name("bundle/a b/ü.txt"): b"\r\nline\r\n", "bundle/a b/c/d": b"\x00\xff"}
    for path, data in content.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(data)
    run(tmp_path, "init", "--quiet")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "--quiet", "--message", "x")
    commit = run(tmp_path, "rev-parse", "HEAD")
    for path in content:
        (project / path).unlink()
    assert git.files(project, commit, "bundle/a b") == content
    assert git.files(project, commit, "bundle/none") == {}
    assert git.file(project, commit, "bundle/none") is None
    assert git.commit(project, commit[:8]) == git.commit(project, "HEAD") == commit
    assert git.commit(project, "--all") == git.commit(project, "none") == ""


TEMPLATE = "output/todobackend/dev.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Commit what is generated for the fixture project, and then another template of dev."""
    project = tmp_path / "project"
    for path, content in fixture_files().items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(content)
    run(project, "init", "--quiet")
    run(project, "add", ".")
    run(project, "commit", "--quiet", "--message", "first")
    (project / TEMPLATE).write_bytes(fixture_files()[TEMPLATE] + b"# another\n")
    (project / "output/todobackend/prod.yaml").write_bytes(b"another, too")
    run(project, "commit", "--quiet", "--all", "--message", "second")
    return project


def first(project: Path) -> Record:
    """Return the record of a deployment of the first commit."""
    digest = hashlib.sha256(fixture_files()[TEMPLATE]).hexdigest()
    bundle = deployment(project / TEMPLATE).bundle_key
    templates = {"todobackend": "shared", "todobackend-dev": digest}
    return deployed(run(project, "rev-parse", "HEAD~"))._replace(templates=templates, bundle=bundle)


def test_the_files_of_the_environment_alone_are_restored(repository: Path, tmp_path: Path) -> None:
    folder, second = tmp_path / "restored", deployed(run(repository, "rev-parse", "HEAD"))
    (folder / "output/todobackend").mkdir(parents=True)
    (folder / "output/todobackend/old.yaml").write_text("of another rollback")
    now = deployment(repository / TEMPLATE)
    assert restore(repository, folder, first(repository), second, now) == now
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del found["rollback.json"]
    above = "bundle/todobackend/dev/"
    assert found == {path: data for path, data in fixture_files().items() if path.startswith(above) or path == TEMPLATE}
    noted = read(folder)
    assert noted == Restored(first(repository).commit, second.commit)
    assert commits_to_revert(repository, now, noted) == [run(repository, "rev-parse", "--short", "HEAD")]
    assert commits_to_revert(repository, now, noted._replace(replaced="f" * 40)) == []


def test_what_git_has_must_be_what_was_deployed(repository: Path, tmp_path: Path) -> None:
    now, folder, good = deployment(repository / TEMPLATE), tmp_path / "restored", first(repository)
    elsewhere = now._replace(region="eu-west-1")
    for wanted, place, message in (
        (good._replace(templates={"todobackend-dev": "other"}), now, f"{TEMPLATE} of .* is not what was deployed then"),
        (good._replace(bundle="other.zip"), now, "bundle/todobackend/dev/ of .* is not what was deployed then"),
        (good._replace(commit="f" * 40), now, f"git has no {TEMPLATE} of the commit ffffffffffff; `git fetch` it"),
        (good, elsewhere, "the environment was deployed elsewhere"),
    ):
        with pytest.raises(DeploymentError, match=message):
            restore(repository, folder, wanted, good, place)
        assert not folder.exists()


def test_another_platform_is_announced() -> None:
    environment = {"Type": "AWS::ElasticBeanstalk::Environment"}
    old, new = (
        {"Resources": {"Environment": {**environment, "Properties": {"PlatformArn": f"arn:::platform/ECS/{version}"}}}}
        for version in ("4.7.8", "4.7.7")
    )
    assert list(platform_note(old, new)) == ["the platform goes from 4.7.8 to 4.7.7, which replaces the instances"]
    assert list(platform_note(old, old)) == []
