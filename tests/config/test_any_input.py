"""Whatever a file holds, `load` returns or tells the user where it is wrong; it never fails otherwise."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from beanstack.config import ConfigError, load
from beanstack.config.container import Container
from beanstack.config.settings import Settings
from beanstack.eb.findings import Finding, in_order
from tests.config.conftest import shared
from tests.conftest import FIXTURE

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

MANY = settings(max_examples=150)
BOM = b"\xef\xbb\xbf"
EXAMPLE = FIXTURE.read_text()

KEYS = st.sampled_from(["application", "defaults", "environments", *Settings.model_fields, *Container.model_fields])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.text(max_size=20), st.binary(max_size=5)
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=6),
    max_leaves=25,
)
SECTIONS = st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), DATA, max_size=6)
PIECES = st.sampled_from(
    ["- ", ": ", "{", "}", "[", "]", '"', "'", "|", ">", "&a ", "*a", "!!str ", "<<: ", "#", "\t", "\n", "---\n", "%",
     "0", "-1", "1e9", "null", "~", "\0", "\x85", "\ufeff", "é", "\U0001f331", "\\", '"\\ud800"', "? ", ", ", "  "]
)  # fmt: skip


@contextmanager
def files(*contents: bytes) -> Iterator[list[Path]]:
    """Files named todobackend.yaml, shop.yaml and so on, of some contents."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{name}.yaml") for name in ("todobackend", "shop")[: len(contents)]]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        yield paths


def judge(*contents: bytes) -> None:
    """Load the files; if they are refused, check every place that is named."""
    problems: tuple[Finding, ...] = ()
    with files(*contents) as paths:
        try:
            load(paths)
        except ConfigError as error:
            problems = error.findings
        lines = {str(path): path.read_bytes().removeprefix(BOM).split(b"\n") for path in paths}
    assert list(problems) == in_order(problems)
    for problem in problems:
        assert 1 <= problem.place.line <= len(lines[problem.place.file]), problem
        line = lines[problem.place.file][problem.place.line - 1].decode("utf-8", "replace")
        assert 1 <= problem.place.column <= len(line) + 1, problem
        assert problem.message
        assert not any(category(character) == "Cc" for character in str(problem)), problem


@MANY
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    judge(content)


@MANY
@given(st.text(max_size=200) | st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    judge(text.encode("utf-8", "surrogatepass"))


@MANY
@given(DATA, st.booleans())
def test_any_data_is_read_or_refused(data: Any, flow: bool) -> None:
    judge(yaml.dump(data, default_flow_style=flow, allow_unicode=True, sort_keys=False).encode())


@MANY
@given(SECTIONS, SECTIONS)
def test_any_settings_of_a_valid_file_are_read_or_refused(defaults: dict[str, Any], own: dict[str, Any]) -> None:
    valid = yaml.safe_load(EXAMPLE)
    valid["defaults"] |= defaults
    valid["environments"]["dev"] = own
    judge(yaml.dump(valid, default_flow_style=None, allow_unicode=True, sort_keys=False).encode())


@MANY
@given(st.randoms(use_true_random=False), st.lists(PIECES | st.text(max_size=3), min_size=1, max_size=4))
def test_any_small_edit_of_the_example_is_read_or_refused(chance: random.Random, pieces: list[str]) -> None:
    text = EXAMPLE
    for piece in pieces:
        start = chance.randrange(len(text))
        text = text[:start] + piece + text[start + chance.choice((0, 0, 1, 2, 10)) :]
    judge(text.encode("utf-8", "surrogatepass"))


@MANY
@given(st.randoms(use_true_random=False), st.integers(1, 3))
def test_any_lines_of_the_example_in_other_places_are_read_or_refused(chance: random.Random, moves: int) -> None:
    lines = EXAMPLE.splitlines(keepends=True)
    for _ in range(moves):
        line = lines.pop(chance.randrange(len(lines)))
        indented = chance.choice((line, f"  {line}", line.lstrip()))
        lines.insert(chance.randrange(len(lines)), indented)
    judge("".join(lines).encode(), shared().encode())


def test_the_example_is_right() -> None:
    with files(EXAMPLE.encode()) as paths:
        configuration = load(paths)
    assert configuration.warnings == ()
    assert list(configuration.applications[0].environments) == ["dev", "prod"]
