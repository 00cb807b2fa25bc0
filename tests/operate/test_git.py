"""What git says of a project, run for real."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from beanstack.operate import git
from tests.conftest import as_name

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a subfolder of a repository."""
    folder = tmp_path / "repository" / as_name("shöp")
    for path in ("config/shop.yaml", "output/shop/dev.yaml", "bundle/shop/dev/Dockerrun.aws.json", "templates/a"):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text("x")
    run(folder.parent, "init", "--quiet")
    run(folder.parent, "add", ".")
    run(folder.parent, "commit", "--quiet", "--message", "Begin")
    return folder


def test_what_is_committed_is_clean(project: Path) -> None:
    assert git.uncommitted(project, "shop") == []
    assert len(git.head(project)) == 40
    assert git.contains(project, git.head(project))


def test_changed_untracked_and_ignored_files_are_each_named_once(project: Path) -> None:
    (project / "config/shop.yaml").write_text("y")
    (project / "bundle/shop/prod").mkdir()
    (project / "bundle/shop/prod/new").write_text("y")
    (project / "output/shop/prod.yaml").write_text("y")
    (project / "README").write_text("of no application")
    (project / ".gitignore").write_text("prod.yaml\n")
    found = git.uncommitted(project, "shop")
    assert sorted(path.partition("/")[2] for path in found) == [
        *("bundle/shop/prod/new", "config/shop.yaml", "output/shop/prod.yaml")
    ]


def test_a_commit_that_git_does_not_know_is_not_contained(project: Path) -> None:
    assert not git.contains(project, "0" * 40)
    assert not git.is_shallow(project)


def test_without_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    assert (git.head(tmp_path), git.uncommitted(tmp_path, "shop"), git.unreadable(tmp_path)) == ("", [], "")


def test_a_repository_that_git_refuses_is_not_taken_for_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container of CI, where the files belong to somebody else."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert git.head(project) == ""
    assert "dubious ownership" in git.unreadable(project)


def test_a_machine_without_git_is_not_taken_for_no_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert git.unreadable(project) == "git is not installed"
