"""The README's section "When something goes wrong": each of its commands, against the local AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.operate.comparison.model import ACTIONS
from tests.recipes.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

README = (PROJECT / "README.md").read_text("utf-8")
SECTION = README.partition("## When something goes wrong\n")[2].partition("\n## ")[0]


def test_each_command_works_on_an_environment_that_was_deployed_twice(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.commit()
    checkout.stack()
    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:1.0.1")
    assert checkout.make("generate").returncode == 0
    checkout.commit()
    checkout.stack()
    commands = re.findall(r"^make (.*?)  +#", SECTION, re.MULTILINE)
    assert "rollback" in commands
    for command in commands:
        if command.startswith("exec"):  # needs containers, with which tests/e2e/test_exec.py tries it
            continue
        result = checkout.make(*command.split(), "LOCAL=1")
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


def test_each_danger_has_a_row() -> None:
    rows = SECTION.partition("| --- | --- |\n")[2].partition("\n\n")[0]
    named = {name for row in rows.splitlines() for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])}
    assert named == set(ACTIONS)
