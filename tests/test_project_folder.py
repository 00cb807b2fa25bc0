"""tests/project/, which is copied into projects, passes for any content of config/ and finds what is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import MINIMAL, PROJECT, Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """Return a project elsewhere that has the tests and no application."""
    project = Project(tmp_path / "a project")
    shutil.copytree(PROJECT / "tests/project", project.root / "tests/project")
    shutil.copy2(PROJECT / "generate.py", project.root)
    (project.root / "config").mkdir()
    return project


def checked(project: Project, *arguments: str) -> tuple[int, str]:
    """Run the project's tests there; return the exit status and what pytest printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout


@pytest.mark.parametrize("names", [["shop"], ["mill", "shop"]], ids=" and ".join)
def test_a_project_of_any_applications_passes(empty: Project, names: list[str]) -> None:
    for name in names:
        empty.write(f"config/{name}.yaml", MINIMAL.replace("application: shop", f"application: {name}"))
    assert empty.generate().returncode == 0
    status, printed = checked(empty)
    assert status == 0, printed
    assert f"{3 + len(names)} passed" in printed


def test_a_project_without_an_application_says_so(empty: Project) -> None:
    status, printed = checked(empty)
    assert status == 5  # pytest's own for no tests
    assert "1 skipped" in printed
    assert "config/ holds no application yet" in printed


def test_an_answer_that_is_wrong_fails_with_the_reason(empty: Project) -> None:
    empty.write("config/shop.yaml", MINIMAL)
    assert empty.generate().returncode == 0
    template = empty.root / "output/shop/dev.yaml"
    template.write_text(template.read_text("utf-8").replace("'MinSize'", "'MinSizes'"))
    empty.write("bundle/shop/dev/.ebextensions/a.config", "file: {}\n")
    empty.write("config/mill.yaml", MINIMAL.replace("application: shop", "application: mill\ncolour: red"))
    status, printed = checked(empty)
    assert status == 1
    assert "4 failed, 1 passed" in printed
    assert "config/mill.yaml:2:1: " in printed  # of the configuration, and of the generated files
    assert "E9502" in printed
    assert "unknown key 'file'" in printed
