"""The kept facts are what the pinned botocore and cfn-lint say."""

from __future__ import annotations

import pytest

from scripts.facts import KEPT, files

NAMES = sorted(path.name for path in KEPT.iterdir())


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return files()


def test_no_file_is_left_over_or_missing(made: dict[str, str]) -> None:
    assert sorted(made) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_facts_are_what_the_sources_say(name: str, made: dict[str, str]) -> None:
    assert (KEPT / name).read_text("utf-8") == made[name], "run `make facts`"
