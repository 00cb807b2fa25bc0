"""The README's examples, commands and links, tried."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from beanstack.config import load

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text("utf-8")
EXAMPLE = PROJECT / "config/todobackend.yaml"
of_the_example = pytest.mark.skipif(not EXAMPLE.exists(), reason=f"{EXAMPLE.name}, which the README shows, is not here")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_its_configuration_is_accepted(tmp_path: Path) -> None:
    [example] = blocks("yaml")
    path = tmp_path / "todobackend.yaml"
    path.write_text(example, "utf-8")
    [application] = load([path]).applications
    assert list(application.environments) == ["dev", "prod"]


@of_the_example
def test_its_errors_are_those_that_are_printed(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    wrong = text.replace("memory_reservation: 395", "memry: 395").replace("{min: 2, max: 4}", "{min: 2, max: 40000}")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/todobackend.yaml").write_text(wrong, "utf-8")
    command: list[str | Path] = [sys.executable, PROJECT / "generate.py", "config/todobackend.yaml", "--root", tmp_path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr in blocks("text")


@of_the_example
def test_the_shipped_example_pins_what_cannot_change_later() -> None:
    [application] = load([EXAMPLE]).applications
    databases = [environment.database for environment in application.environments.values()]
    assert [database and database.version for database in databases] == ["8.4.11", "8.4.11"]


@of_the_example
def test_its_linters_pass_what_is_shipped() -> None:
    commands = [
        line for block in blocks("sh") for line in block.splitlines() if re.match(r"\.venv/bin/.*\blint\b", line)
    ]
    assert commands
    for command in commands:
        words = command.replace(".venv/bin/", f"{Path(sys.executable).parent}/").split()
        done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_its_commands_for_an_application_of_ones_own_are_the_tutorials() -> None:
    """tests/test_new_project.py runs the tutorial's."""
    tutorial = (PROJECT / "docs/tutorial.md").read_text("utf-8").splitlines()
    section = README.partition("## Your own application\n")[2].partition("\n## ")[0]
    [commands] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    for command in commands.splitlines():
        assert command.replace(".venv/bin/", "tool/bin/").replace("../shop", "shop") in tutorial


def test_every_command_is_a_target_of_make() -> None:
    makefiles = (PROJECT / "Makefile").read_text("utf-8") + (PROJECT / "dev.mk").read_text("utf-8")
    targets = re.findall(r"^([a-z0-9-]+):", makefiles, re.MULTILINE)
    named = re.findall(r"(?:^|`)make ([a-z0-9-]+)", README, re.MULTILINE)
    assert named
    assert set(named) <= set(targets)


@of_the_example
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_link_and_path_leads_somewhere(page: str) -> None:
    text = (PROJECT / page).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("https://") or (PROJECT / link).exists(), link
    for path in re.findall(r"`((?:beanstack|templates|config|docs|requirements|tests)/[\w./*-]*)`", text):
        assert list(PROJECT.glob(path.rstrip("/"))), path
