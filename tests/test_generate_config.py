"""What generate.py takes: the files that are named or lie in config/, and the root below which it writes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import HELD, MINIMAL, assert_refused, snapshot
from tests.conftest import Project as Copy

if TYPE_CHECKING:
    from tests.conftest import Project

DEV = "output/todobackend/dev.yaml"
CONFIG = "config/todobackend.yaml"


def test_another_root_gets_bundles_and_templates_and_the_project_nothing(project: Project, tmp_path: Path) -> None:
    before = snapshot(project)
    root = tmp_path / "a/new root"
    shutil.rmtree(project.root / "output")
    assert project.generate("--root", root).stdout == "todobackend: 14 files, 14 written\n"
    made = {path: content for path, (content, _) in before.items() if path != "output/README.md"}
    assert Copy(root).generated() == made
    assert not (project.root / "output").exists()
    assert project.generate("--root", root, "--check").returncode == 0
    assert project.generate("--root", "../a/new root", "--check").returncode == 0
    (root / DEV).unlink()
    assert project.generate("--root", root, "--check").returncode == 1


def test_in_another_root_only_the_applications_folders_are_touched(project: Project, tmp_path: Path) -> None:
    others = [Path(path) for path in ("output/notes.txt", "bundle/shop/dev/x", "docs/README.md")]
    for path in others:
        Copy(tmp_path).write(str(path), "another's")
    Copy(tmp_path).write("output/todobackend/old.yaml", "stale")
    assert project.generate("--root", tmp_path).stdout == "todobackend: 14 files, 14 written, 1 removed\n"
    assert [(tmp_path / path).read_text() for path in others] == ["another's"] * 3
    assert project.generate("--root", tmp_path, "--check").returncode == 0


@pytest.mark.parametrize("below", ["", "a/b"])
def test_a_file_as_root_is_an_error(project: Project, tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("x")
    assert_refused(project, "--root", tmp_path / "file" / below, "--check", says="file: Not a directory")
    assert_refused(project, "--root", tmp_path / "file" / below, says="file: Not a directory")


def test_help_names_the_folders_that_are_written(project: Project) -> None:
    printed = project.generate("--help").stdout
    assert all(folder in printed for folder in ("bundle/", "output/"))


@pytest.mark.parametrize("name", ["shop.yml", "README.md", "shop.yaml~"])
def test_a_file_of_another_ending_in_config_is_refused(project: Project, name: str) -> None:
    project.write(f"config/{name}", MINIMAL)
    assert_refused(project, says=f"config/{name}:1:1: configuration files must be named <application>.yaml")
    assert_refused(
        project, f"config/{name}", says=f"config/{name}:1:1: configuration files must be named <application>.yaml"
    )


def test_no_configuration_is_refused_and_nothing_is_wiped(project: Project) -> None:
    (project.root / CONFIG).unlink()
    project.write("config/.hidden.yaml", MINIMAL)
    assert_refused(project, says="config:1:1: no configuration; add <application>.yaml")
    shutil.rmtree(project.root / "config")
    assert_refused(project, says="config:1:1: no configuration; add <application>.yaml")


@pytest.mark.parametrize(("path", "reason"), [("config/none.yaml", "No such file"), ("config", "Is a directory")])
def test_a_configuration_that_cannot_be_read_is_named(project: Project, path: str, reason: str) -> None:
    assert_refused(project, path, says=f"{path}:1:1: cannot be read: {reason}")


def test_a_configuration_that_cannot_be_read_is_not_taken_for_deleted(project: Project) -> None:
    (project.root / "config/shop.yaml").symlink_to("nowhere")
    assert_refused(project, says="config/shop.yaml:1:1: cannot be read: No such file or directory")
    (project.root / "config/shop.yaml").unlink()
    (project.root / "config/shop.yaml").mkdir()
    assert_refused(project, says="config/shop.yaml:1:1: cannot be read: Is a directory")
    (project.root / "config/shop.yaml").rename(project.root / "config/old")
    assert project.generate().returncode == 0


def test_a_config_folder_that_cannot_be_read_is_an_error(project: Project) -> None:
    (project.root / "config").chmod(0)
    done = project.generate(prefix=HELD)
    (project.root / "config").chmod(0o755)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{project.root}/config: Permission denied; you may not read the folder ")


def test_a_path_is_opened_as_it_is_given_and_shown_in_short(project: Project, tmp_path: Path) -> None:
    far = Copy(tmp_path / "far").write("config/shop.yaml", MINIMAL.replace("memory: 64", "memory: 1"))
    Copy(tmp_path / "far").write("deep/er/x", "")
    (project.root / "link").symlink_to(tmp_path / "far/deep")
    assert_refused(project, "link/../config/shop.yaml", says="config/shop.yaml:6:40: ")
    far.write_text(MINIMAL)
    assert project.generate("link/../config/shop.yaml", "--root", tmp_path / "out").returncode == 0


def test_a_configuration_may_be_elsewhere(project: Project, tmp_path: Path) -> None:
    shutil.rmtree(project.root / "config")
    far = Copy(tmp_path / "far").write("todobackend.yaml", MINIMAL.replace("shop", "todobackend"))
    assert project.generate(far).returncode == 0
    assert project.generate(far, "--check").returncode == 0


def test_a_configuration_named_alone_takes_no_stack_of_another(project: Project) -> None:
    project.write("config/shop.yaml", MINIMAL.replace("dev:", "eu-dev:"))
    project.write("config/shop-eu.yaml", MINIMAL.replace("application: shop", "application: shop-eu"))
    project.write("config/broken.yaml", "[")
    taken = "the stack 'shop-eu-dev' is made from config/"
    assert_refused(project, "config/shop.yaml", says=f"config/shop.yaml:8:3: environments.eu-dev: {taken}shop-eu.yaml")
    assert_refused(project, "config/shop-eu.yaml", says=f"environments.dev: {taken}shop.yaml already\n")
    assert project.generate(CONFIG).returncode == 0


def test_two_configurations_with_one_stack_are_refused(project: Project) -> None:
    project.write("config/shop.yaml", MINIMAL.replace("dev:", "eu-dev:"))
    project.write("config/shop-eu.yaml", MINIMAL.replace("application: shop", "application: shop-eu"))
    assert_refused(project, says="the stack 'shop-eu-dev' is made from config/shop-eu.yaml already")
