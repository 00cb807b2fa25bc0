"""Files that were made to exhaust the stack or the memory are refused."""

from __future__ import annotations

import pytest

from tests.lint.test_bundles_any_input import checked

TEN = ",".join(10 * ["{0}"])
LEVELS = [f"{name}: &{name} [{TEN.format('*' + below)}]" for below, name in zip("abcdefgh", "bcdefghi", strict=True)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Dockerrun.aws.json", b"[" * 900_000),
        (".ebextensions/a.config", b"[" * 900_000),
        (".ebextensions/a.config", "\n".join(["a: &a x", *LEVELS]).encode()),
    ],
    ids=["brackets in JSON", "brackets in YAML", "aliases of aliases"],
)
def test_a_file_made_to_exhaust_the_machine_is_refused(name: str, content: bytes) -> None:
    assert checked({name: content}) == ["E9626"]
