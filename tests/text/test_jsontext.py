"""JSON as EB reads it: strict, with the place of every key and value."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beanstack.text.document import DEPTH, NotReadableError
from beanstack.text.jsontext import json_tree

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_what_python_writes_is_read_back(value: Any, indent: Any, ascii_only: bool) -> None:
    tree, mistakes = json_tree(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    assert tree.plain() == value
    assert mistakes == []


def test_keys_and_values_know_their_places() -> None:
    text = '{"a": [1, {"b" : "c"}]}'
    tree, _ = json_tree(text)
    inner = tree.entries()["a"].items()[1].entries()["b"]
    assert inner.key
    assert (inner.path, inner.key.start, inner.start, inner.end) == (
        ("a", 1, "b"),
        text.index('"b"'),
        text.index('"c"'),
        text.index("}"),
    )


def test_a_duplicate_key_is_reported_where_it_is_repeated_and_the_first_one_counts() -> None:
    tree, [mistake] = json_tree('{"a": 1,\n "a": 2}')
    assert (mistake.kind, mistake.start, mistake.path) == ("duplicate-key", 10, ("a",))
    assert mistake.message == "duplicate key 'a'; it is in line 1 already"
    assert tree.plain() == {"a": 1}


@pytest.mark.parametrize(
    ("text", "start", "message"),
    [
        ("", 0, "the text ends too early"),
        ("{", 1, "the text ends too early"),
        ('{"a"', 4, "a colon is missing behind the key"),
        ('{"a": 1,}', 8, "a comma before '}', or a value that is missing"),
        ('{"a": }', 6, "a comma before '}', or a value that is missing"),
        ("[1, ]", 4, "a comma before ']', or a value that is missing"),
        ("[1 2]", 3, "a comma or ']' is missing"),
        ("[1", 2, "the text ends too early"),
        ("{a: 1}", 1, "a key in double quotes is missing"),
        ("['a']", 1, '"\'" cannot begin a JSON value; strings need double quotes'),
        ("// a\n1", 0, "a comment; JSON has none"),
        ('{"a": 1} # b', 9, "more text behind the end of the JSON value"),
        ("NaN", 0, "'N' cannot begin a JSON value; strings need double quotes"),
        ('"a', 0, "unterminated string starting"),
        ('["a\nb"]', 3, "invalid control character"),
        (r'["\q"]', 2, "invalid \\escape"),
    ],
)
def test_what_is_no_json_is_refused_at_its_place(text: str, start: int, message: str) -> None:
    with pytest.raises(NotReadableError) as caught:
        json_tree(text)
    mistake = caught.value.mistake
    assert (mistake.kind, mistake.start) == ("json-syntax", start)
    assert mistake.message == message


@pytest.mark.parametrize(("text", "value"), [("1e3", 1000.0), ("-0", 0), ("1" * 400, math.inf), ("1e999", math.inf)])
def test_a_number_beyond_all_use_is_infinite(text: str, value: float) -> None:
    assert json_tree(text)[0].value == value


def test_depth_has_a_limit() -> None:
    json_tree("[" * DEPTH + "]" * DEPTH)
    with pytest.raises(NotReadableError) as caught:
        json_tree("[" * (DEPTH + 2))
    assert caught.value.mistake.kind == "too-complex"
