"""What generation refuses of the folders that images are built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.generate import run
from tests.conftest import project_with_source

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
application: shop
defaults:
  region: eu-west-1
  account: "123456789012"
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  build: {context: app, repository: shop}
  containers:
    web: {memory: 64, ports: ["80:80"]}
environments:
  dev: {}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a source that can be built."""
    folder = project_with_source(tmp_path / "project", CONFIG)
    monkeypatch.chdir(folder)
    return folder


def generated(folder: Path) -> int:
    return run([], folder, folder, check_only=False)


def refusal(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert generated(folder) == 2
    assert not (folder / "output").exists()
    return capsys.readouterr().err.strip()


def test_a_source_with_a_dockerfile_is_accepted(folder: Path) -> None:
    assert generated(folder) == 0
    assert "Context: 'app'" in (folder / "output/shop/dev.yaml").read_text()


def test_a_folder_that_is_missing_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "app").rename(folder / "application")
    expected = "config/shop.yaml:6:20: defaults.build.context: there is no folder app in the project (in dev)"
    assert refusal(folder, capsys) == expected


def test_a_link_out_of_the_project_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "app").rename(folder.parent / "app")
    (folder / "app").symlink_to("../app")
    assert "defaults.build.context: app leads out of the project" in refusal(folder, capsys)


def test_a_source_without_a_dockerfile_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "app/Dockerfile").rename(folder / "app/Containerfile")
    assert "6:20: defaults.build.context: app has no Dockerfile" in refusal(folder, capsys)


def test_two_sources_of_one_repository_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "web").symlink_to("app")
    with (folder / "config/shop.yaml").open("a") as file:
        file.write("  prod: {build: {context: web}}\n")
    message = "the repository 'shop' keeps what app becomes; name another repository"
    assert refusal(folder, capsys) == f"config/shop.yaml:11:27: environments.prod.build.context: {message}"


def test_repositories_with_one_logical_id_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "config/shop.yaml").open("a") as file:
        file.write("  prod: {build: {repository: s.hop}}\n  test: {build: {repository: s-hop}}\n")
    message = "differs from the repository 's.hop' in punctuation alone, which CloudFormation ignores"
    assert refusal(folder, capsys) == f"config/shop.yaml:12:30: environments.test.build.repository: {message}"
