"""A project of one's own, from the wheel alone: made, tested, deployed to the local AWS, edited, and upgraded.

`make` installs the project's requirements.txt from the package index that pip is configured with.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT, Project
from tests.test_wheel import beanstack, build, copy_source, wheel  # noqa: F401 - fixtures are among them

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMIT = ("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message")


def run(project: Project, *words: str | Path) -> str:
    """Run a command in the project, which must succeed; return what it printed on standard output."""
    done = subprocess.run(words, cwd=project.root, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make(project: Project, *words: str) -> str:
    return run(project, "make", "--no-print-directory", *words)


def commit(project: Project, message: str) -> None:
    run(project, "git", "add", "--all")
    run(project, "git", *COMMIT, message)


@pytest.fixture(scope="module")
def made(beanstack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:  # noqa: F811
    """Return a new project, committed; its applications are deployed to a local AWS that runs no container."""
    project = Project(tmp_path_factory.mktemp("new") / "shop")
    flags = ("--region", "eu-west-1", "--image", "nginx:1.27")
    subprocess.run([beanstack, "init", project.root, *flags], check=True, capture_output=True)
    for name in (".venv-localaws", ".venv-compose"):
        (project.root / name).symlink_to(PROJECT / name)
    run(project, "git", "init", "--quiet", "--initial-branch=main")
    commit(project, "Begin")
    try:
        yield project
    finally:
        if (project.root / "build/localaws").exists():
            make(project, "local-stop")


def test_a_new_project_deploys_and_passes_its_tests_at_once(made: Project) -> None:
    deployed = make(made, "stack", "LOCAL=1", "ENGINE=none")
    assert "shop-dev: Ready, health Ok, version shop-dev-version-" in deployed
    assert "4 passed" in make(made, "test")
    assert "shop: 8 files are up to date" in make(made, "check")
    assert run(made, "git", "status", "--porcelain") == ""


def test_it_keeps_the_wheel_that_no_index_has(made: Project) -> None:
    [wheel_of_project] = (made.root / "vendor").iterdir()
    pin = (made.root / "requirements.txt").read_text("utf-8").splitlines()[2]
    assert pin == f"./vendor/{wheel_of_project.name} \\"
    assert "Beanstack 0.1.0" in (made.root / "output/README.md").read_text("utf-8")


def test_a_change_of_its_config_is_generated_and_deployed(made: Project) -> None:
    config = made.root / "config/shop.yaml"
    config.write_text(config.read_text("utf-8").replace("{min: 1, max: 2}", "{min: 1, max: 3}"), "utf-8")
    assert make(made, "generate") == "shop: 8 files, 1 written\n"
    assert run(made, "git", "status", "--porcelain").split() == ["M", "config/shop.yaml", "M", "output/shop/dev.yaml"]
    commit(made, "Allow three instances")
    reviewed = make(made, "review", "BASE=HEAD~1")
    assert "- **dev**: 1 other setting changes; no interruption; no database; IAM unchanged\n" in reviewed
    assert "shop-dev: Ready, health Ok" in make(made, "stack", "LOCAL=1", "ENGINE=none")


def another(folder: Path, version: str, *edits: tuple[str, str, str]) -> Path:
    """Return the wheel of this source with another version and some edits: a file, what it has, and what instead."""
    source = folder / "source"
    copy_source(source)
    for name, old, new in [("beanstack/__init__.py", "0.1.0", version), *edits]:
        text = (source / name).read_text("utf-8")
        assert old in text
        (source / name).write_text(text.replace(old, new), "utf-8")
    return build(source, folder / version)


def test_an_upgrade_that_changes_nothing_is_no_deployment(made: Project, tmp_path: Path) -> None:
    wheel_of_next = another(tmp_path, "0.2.0", ("Makefile", "## Run the tests", "## Run all tests"))
    shown = make(made, "upgrade", f"TO={wheel_of_next}")
    assert shown.startswith("Beanstack 0.1.0 -> 0.2.0\n")
    assert "No bundle and no template changes, so there is nothing to deploy." in shown
    assert run(made, "git", "status", "--porcelain", "--untracked-files=all").splitlines() == [
        *(" M Makefile", " M output/README.md", " M requirements.txt"),
        *(" D vendor/beanstack-0.1.0-py3-none-any.whl", "?? vendor/beanstack-0.2.0-py3-none-any.whl"),
    ]
    command = [made.root / ".venv/bin/python", made.root / "generate.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the project pins Beanstack 0.2.0, and this is Beanstack 0.1.0. " in done.stderr
    assert make(made, "generate") == "shop: 8 files, nothing changed\n"
    commit(made, "Take Beanstack 0.2.0")
    assert make(made, "stack", "LOCAL=1", "ENGINE=none").count("No changes to deploy") == 2
