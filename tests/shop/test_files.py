"""examples/shop is a project as `beanstack init` makes it today, apart from what its team wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from beanstack.project import skeleton
from beanstack.project.answers import Answers
from tests.conftest import PROJECT

SHOP = PROJECT / "examples/shop"
ANSWERS = Answers("shop", "eu-west-1", "123456789012", "nginx:1.28", "80", "/up")
SAME_IN_EVERY_PROJECT = skeleton.files()
OF_ITS_APPLICATION = skeleton.application_files(ANSWERS, skeleton.one_container(ANSWERS))
# What a team writes itself, beside config/ and README.md: its images, and here the Beanstack of this repository.
OWN = ("app", "proxy", "dev.mk", "build", ".venv", ".venv-compose", ".venv-ebcli", ".venv-localaws")


@pytest.mark.parametrize("path", sorted(SAME_IN_EVERY_PROJECT))
def test_a_file_is_the_one_that_init_makes(path: str) -> None:
    assert (SHOP / path).read_bytes() == SAME_IN_EVERY_PROJECT[path]


@pytest.mark.parametrize("path", sorted(OF_ITS_APPLICATION))
def test_a_file_that_init_makes_for_an_application_is_there(path: str) -> None:
    assert (SHOP / path).is_file()


def test_there_is_nothing_that_init_does_not_make_but_what_a_team_writes() -> None:
    made = {Path(path).parts[0] for path in (*SAME_IN_EVERY_PROJECT, *OF_ITS_APPLICATION)}
    caches = {".pytest_cache", ".ruff_cache", ".mypy_cache"}
    assert {path.name for path in SHOP.iterdir()} - made - caches <= set(OWN)
