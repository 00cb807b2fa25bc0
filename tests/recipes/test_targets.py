"""make for somebody who has just cloned the project."""

from __future__ import annotations

import re
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import HELD_TO_MODES
from tests.recipes.conftest import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_clean_stops_the_local_aws_and_leaves_nothing(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    assert "local AWS: started at http://127.0.0.1:" in checkout.make("local-start").stdout
    port = int((checkout.folder / "build/localaws/port").read_text())
    assert checkout.make("local-start").stdout == "", "a server that is running is kept"
    assert checkout.make("clean").returncode == 0
    assert not (checkout.folder / "build").exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert "local AWS: not running" in checkout.make("local-stop").stdout


def test_clean_keeps_the_note_of_a_deployment_that_holds_the_lock(checkout: Checkout) -> None:
    build = checkout.folder / "build"
    kept = ["shop/prod/deployment.json", "shop/prod/rollback/rollback.json"]
    for path in (*kept, "shop/dev/0a.zip", "shop/dev/eb/a b", "top"):
        (build / path).parent.mkdir(parents=True, exist_ok=True)
        (build / path).touch()
    (build / "link").symlink_to(checkout.folder / "config")
    assert checkout.make("clean").returncode == 0
    assert sorted(str(path.relative_to(build)) for path in build.rglob("*") if path.is_file()) == kept
    assert sorted(path.name for path in build.iterdir()) == ["shop"]
    assert (checkout.folder / "config/todobackend.yaml").exists()
    (build / kept[0]).unlink()
    assert checkout.make("clean").returncode == 0
    assert not build.exists()


def test_make_alone_lists_every_target_and_installs_nothing(checkout: Checkout) -> None:
    venv = checkout.folder / ".venv"
    away = venv.rename(checkout.folder / "away")
    before = sorted(path.name for path in checkout.folder.iterdir())
    result = checkout.make()
    after = sorted(path.name for path in checkout.folder.iterdir())
    away.rename(venv)
    assert result.returncode == 0
    assert after == before
    listed = re.findall(r"^  ([a-z-]+) +\S", result.stdout, re.MULTILINE)
    asked = {"generate", "check", "test", "bundle", "plan", "stack", "status", "events", "url", "destroy", "clean"}
    assert asked | {"local-stop"} <= set(listed)
    assert "(applications: todobackend)" in result.stdout
    operators, _, developers = result.stdout.partition("\nFor developers of Beanstack:\n")
    assert "  stack  " in operators
    assert "  locks  " in developers


def test_the_operators_makefile_needs_no_developers_targets(pristine: Path, tmp_path: Path) -> None:
    project = Checkout(tmp_path / "project", applications=pristine)
    (project.folder / "dev.mk").unlink()
    result = project.make()
    assert result.returncode == 0
    assert "  check  " in result.stdout
    assert "developers" not in result.stdout
    linked = project.make("check")
    assert linked.returncode == 2
    assert ".venv is a link to another environment; remove the link" in linked.stderr
    checked = project.make("check", "INSTALLED=")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_in_which_no_virtual_environment_can_be_made_is_named(
    pristine: Path, tmp_path: Path, existing: bool
) -> None:
    project = Checkout(tmp_path / "project", applications=pristine)
    (project.folder / "dev.mk").unlink()
    (project.folder / ".venv").unlink()
    shut = project.folder
    if existing:
        shut = project.folder / ".venv"
        shut.mkdir()
    shut.chmod(0o555)
    done = project.make("check", before=HELD_TO_MODES)
    shut.chmod(0o755)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "you may not write to .venv, or to this folder: `chmod u+w` it, or work in a copy that"
    )


def test_a_project_that_has_moved_makes_its_virtual_environments_again(pristine: Path, tmp_path: Path) -> None:
    before, after = Checkout(tmp_path / "before", applications=pristine), tmp_path / "after  that"
    lock, venv = before.folder / "beanstack/locks/ebcli.txt", before.folder / ".venv-ebcli"
    lock.write_text("")
    making = "making .venv-ebcli from ebcli.txt"
    linked = before.operate("venv", "ebcli")
    assert linked.returncode == 2
    assert ".venv-ebcli is a link to somebody's environment, which does not fit" in linked.stderr
    venv.unlink()
    assert making in before.operate("venv", "ebcli").stderr
    assert making not in before.operate("venv", "ebcli").stderr
    lock.write_text("# another\n")
    assert making in before.operate("venv", "ebcli").stderr
    before.folder.rename(after)
    before.folder = after
    assert making in before.operate("venv", "ebcli").stderr
    assert making not in before.operate("venv", "ebcli").stderr
    assert str(after) in (after / ".venv-ebcli/bin/activate").read_text()


def test_a_python_that_is_too_old_is_reported(checkout: Checkout) -> None:
    stub = checkout.folder / "stub"
    stub.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (stub / name).write_text("#!/bin/sh\nexit 1\n")
        (stub / name).chmod(0o755)
    result = checkout.make("generate", "VENV=none", environment={"PATH": f"{stub}:/usr/bin:/bin"})
    assert result.returncode != 0
    assert "Beanstack needs Python 3.11 or later; install it, or name it: make PYTHON=" in result.stderr


def test_the_makefiles_recipes_are_short(checkout: Checkout) -> None:
    recipes = re.findall(
        r"^[^\s#].*:.*\n((?:\t.*\n|  \S.*\n)+)", (checkout.folder / "Makefile").read_text(), re.MULTILINE
    )
    assert recipes
    for recipe in recipes:
        commands = re.sub(r"\\\n", " ", recipe).splitlines()
        assert len(commands) <= 7, recipe


def test_shell_scripts_are_clean_for_sh(checkout: Checkout) -> None:
    for script in sorted((checkout.folder / "scripts").glob("*.sh")):
        assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
