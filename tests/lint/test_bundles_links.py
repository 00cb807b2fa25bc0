"""Symbolic links in a zip: those that lead out of it, or to no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lint.test_bundles_unsafe import ids, zipped

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "../.."])
def test_a_link_in_a_zip_that_leads_out_is_refused(target: str, tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {}, {"app/link": target})) == ["E9602"]


@pytest.mark.parametrize(
    "links",
    [
        {"a": "a"},
        {"a/b": ".."},
        {"a/b": "."},
        {"app/x/y": "../../app"},
        {"a": "a/b"},
        {"a": "./b/../a/../a/c"},
        {"a": "x/" * 3000},
    ],
)
def test_a_link_in_a_zip_that_leads_in_a_circle_is_refused(links: dict[str, str], tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {}, links)) == ["E9603"]


@pytest.mark.parametrize("links", [{"a": "b", "b": "a"}, {"a": "b/c", "b": "a/d"}])
def test_two_links_of_a_zip_to_each_other_are_refused(links: dict[str, str], tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {}, links)) == ["E9603", "E9603"]


def test_a_link_by_way_of_another_leads_where_that_one_leads(tmp_path: Path) -> None:
    away = {"app/deep/here": "../..", "file": "app/deep/here/../passwd"}
    assert ids(zipped(tmp_path, {}, {"current": "releases/2", "releases/2/app": "../../lib/app"})) == []
    assert ids(zipped(tmp_path, {}, away)) == ["E9603", "E9602"]


def test_links_in_a_row_are_followed_as_far_as_linux_does(tmp_path: Path) -> None:
    row = {f"l{number}": f"l{number + 1}" for number in range(41)}
    assert ids(zipped(tmp_path, {}, row)) == ["E9603"]


def test_a_link_of_a_very_long_name_takes_no_time(tmp_path: Path) -> None:
    assert ids(zipped(tmp_path, {}, {"a/" * 32000 + "a": "b"})) == ["E9603"]


def test_many_long_links_take_no_time(tmp_path: Path) -> None:
    """Without a limit to their steps this takes hours."""
    links = {f"{number}": "x/../" * 400 + f"{number + 1}" for number in range(5000)}
    assert set(ids(zipped(tmp_path, {}, links))) == {"E9603"}
