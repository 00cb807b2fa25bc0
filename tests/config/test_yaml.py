"""What YAML itself lets through or twists: each trap has its own message and its exact place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.conftest import SETTINGS, edited, shared

if TYPE_CHECKING:
    from tests.config.conftest import Loaded, Refusals

SHARED = shared()
NO_TAG = "has no meaning here; write the value without it"
NO_NUMBER = "no setting takes such a number; if it is text, write it in quotes"
NO_ANCHOR = "only a plain value can carry an anchor; `defaults` shares mappings"
NO_ALIAS = "only a plain value can have an alias; `defaults` shares mappings"

# What stands behind `MODE: ` in line 18, column 27, and what is said of it.
VALUES = {
    "0123": 'is read as the number 123; write 123, or "0123" in quotes if it is text',
    "0o17": 'is read as the number 15; write 15, or "0o17" in quotes if it is text',
    "0x1F": 'is read as the number 31; write 31, or "0x1F" in quotes if it is text',
    "1_000": 'is read as the number 1000; write 1000, or "1_000" in quotes if it is text',
    "+5": 'is read as the number 5; write 5, or "+5" in quotes if it is text',
    "8.40": 'is read as the number 8.4; write 8.4, or "8.40" in quotes if it is text',
    "1e3": 'is read as the number 1000.0; write 1000.0, or "1e3" in quotes if it is text',
    "085605022855": 'is read as the number 85605022855; write 85605022855, or "085605022855" in quotes if it is text',
    ".inf": NO_NUMBER,
    ".nan": NO_NUMBER,
    "1e999": NO_NUMBER,
    "1" + 5000 * "0": NO_NUMBER,
    "0x" + 50000 * "F": NO_NUMBER,
    "!!str 5": f"the tag !!str {NO_TAG}",
    '!!int "5"': f"the tag !!int {NO_TAG}",
    "!!bool maybe": f"the tag !!bool {NO_TAG}",
    "!!float much": f"the tag !!float {NO_TAG}",
    "!!null 5": f"the tag !!null {NO_TAG}",
    "!!binary YWJj": f"the tag !!binary {NO_TAG}",
    "!secret fast": f"the tag !secret {NO_TAG}",
    r'"a\tb"': "control character U+0009",
    r'"a\u0085b"': "control character U+0085",
    r'"a\ufeffb"': "control character U+FEFF",
    r'"a\nb"': "control character U+000A; a value is one line, and `>-` folds several into one",
}

# A whole file that nobody can read on, and the one message about it.
FILES = {
    "an empty file": ("", "1:1: the file is empty"),
    "a file of space": (" \n\n", "1:1: the file is empty"),
    "a document of nothing": ("---\n...\n", "1:1: the file is empty"),
    "a file of null": ("null\n", "1:1: the file is empty"),
    "a file of a tilde": ("# nothing yet\n~", "1:1: the file is empty"),
    "a file of comments": ("# one\n# two\n", "1:1: the file is empty"),
    "a file of text": ("hello\n", "1:1: expected a mapping of settings"),
    "a file that is a list": ("- a\n", "1:1: expected a mapping of settings"),
    "two documents": (
        f"{SHARED}---\na: b\n",
        "33:1: not YAML: a second document",
    ),
    "a directive": (f"%YAML 1.1\n---\n{SHARED}", "1:1: not YAML: a directive, which no file needs"),
    "a tab that indents": (
        edited(SHARED, ("      memory: 128", "\tmemory: 128")),
        "11:1: a tab; indent with spaces",
    ),
    "a key without its colon": (
        "database\n  engine: mysql\n",
        "2:9: not YAML: mapping values are not allowed in this context; does the line above lack a colon at its end?",
    ),
    "a colon in text below a key": ("a: b\nc: d: e\n", "2:5: not YAML: mapping values are not allowed in this context"),
    "a colon in text": ("description: a: b\n", "1:15: not YAML: mapping values are not allowed in this context"),
    "an open bracket": (
        "a: [b\nc: d\n",
        "2:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence",
    ),
    "an unknown escape": (
        'a: "\\q"\n',
        "1:5: not YAML: found unknown escape character while parsing a quoted scalar",
    ),
    "an escape that is no character": (
        'a:\n  "\\UFFFFFFFF"\n',
        "2:6: not YAML: found invalid Unicode character escape code while parsing a quoted scalar",
    ),
    "half a character": (
        'a: "\\ud800"\n',
        "1:7: not YAML: found invalid Unicode character escape code while parsing a quoted scalar",
    ),
    "a list as a key": ("{? [a] : b}\n", "1:4: not YAML: a key that is a mapping or a list"),
    "an unknown alias": ("a: *b\n", "1:4: not YAML: no anchor 'b'"),
    "a NUL at the end": (f"{SHARED}\0", "32:1: control character U+0000"),
    "a line end of old": ("a: b\rc: d\n", "1:5: control character U+000D"),
    "open mappings without end": ("{a: " * 1000, "1:242: nested more than 60 deep"),
}

ENVIRONMENT = "defaults.containers.web.environment"
DUPLICATE = "duplicate key 'MODE'; it is in line 18 already"

# Something else for a part of the file, and the message about it.
PARTS = {
    "an anchor on a mapping": ("{MODE: fast}", "&b {MODE: fast}", f"18:20: {ENVIRONMENT}: {NO_ANCHOR}"),
    "a merge key": (
        "{MODE: fast}",
        "{<<: {MODE: fast}}",
        f"18:21: {ENVIRONMENT}: a merge key has no meaning here; `defaults` shares mappings",
    ),
    "a tag on a mapping": ("{MODE: fast}", "!b {MODE: fast}", f"18:20: {ENVIRONMENT}: the tag !b {NO_TAG}"),
    "a tag on a list": (
        "[serve, --all]",
        "!b [serve, --all]",
        f"12:16: defaults.containers.web.command: the tag !b {NO_TAG}",
    ),
    "a set": ("{MODE: fast}", "!!set {}", f"18:20: {ENVIRONMENT}: the tag !!set {NO_TAG}"),
    "a tag that makes a number text": (
        "user: 1000",
        "user: !!str 1000",
        f"15:13: defaults.containers.web.user: the tag !!str {NO_TAG}",
    ),
    "a number as a key": (
        "{MODE: fast}",
        "{80: b}",
        f'18:21: {ENVIRONMENT}: a key must be a string; write "80" in quotes',
    ),
    "a number as a section's key": (
        "command: [serve, --all]",
        "command: [serve, --all]\n      80: b",
        '13:7: defaults.containers.web: a key must be a string; write "80" in quotes',
    ),
    "a number as a key, over a value that would be wrong too": (
        "scaling: {min: 1, max: 2}",
        "options: {80: 443}",
        '24:13: defaults.options: a key must be a string; write "80" in quotes',
    ),
    "a number as a key that is written otherwise": (
        "{MODE: fast}",
        "{0123: b}",
        f'18:21: {ENVIRONMENT}: a key must be a string; write "0123" in quotes',
    ),
    "a number as a key with its tag": (
        "{MODE: fast}",
        "{!!int 5: b}",
        f'18:21: {ENVIRONMENT}: a key must be a string; write "5" in quotes',
    ),
    "a truth value as a key": (
        "{MODE: fast}",
        "{true: b}",
        f'18:21: {ENVIRONMENT}: a key must be a string; write "true" in quotes',
    ),
    "a null as a key": ("{MODE: fast}", "{~: b}", f'18:21: {ENVIRONMENT}: a key must be a string; write "~" in quotes'),
    "a control character in a key": (
        "{MODE: fast}",
        r'{"MO\eDE": b}',
        f"18:21: {ENVIRONMENT}.MO\\x1bDE: control character U+001B",
    ),
    "a duplicate key": ("{MODE: fast}", "{MODE: fast, MODE: b}", f"18:33: {ENVIRONMENT}.MODE: {DUPLICATE}"),
    "a duplicate key in quotes": ("{MODE: fast}", '{MODE: fast, "MODE": b}', f"18:33: {ENVIRONMENT}.MODE: {DUPLICATE}"),
    "a duplicate section": (
        "  worker:",
        "  web: {environment: {MODE: fast}}\n    worker:",
        "19:5: defaults.containers.web: duplicate key 'web'; it is in line 10 already",
    ),
    "a duplicate key in a list": (
        "properties:",
        "  third: {memory: 6, linux_parameters: {devices: [{host_path: /a, host_path: /b}]}}\n  properties:",
        "23:69: defaults.containers.third.linux_parameters.devices.0.host_path: "
        "duplicate key 'host_path'; it is in line 23 already",
    ),
}

# Something else for a part of the file, and the message about it alone: no more is read of such a file.
STRAY = {
    "a NUL": ("fast", "fa\0st", "18:29: control character U+0000"),
    "a NUL in a key": ("MODE", "MO\0DE", "18:23: control character U+0000"),
    "an escape sequence of a terminal": ("{MODE: fast}", "{MODE: fast} # \x1b[2J", "18:35: control character U+001B"),
    "a line end of Unicode": ("fast", "fa\u2028st", "18:29: control character U+2028"),
    "a byte order mark in the middle": ("environments:", "\ufeffenvironments:", "29:1: control character U+FEFF"),
}

BYTES = {
    "Latin-1": (b"a: b\nc: \xe4\n", "2:4: not UTF-8: byte 0xE4"),
    "a wrong byte behind longer characters": ("a: éé".encode() + b"\xff", "1:6: not UTF-8: byte 0xFF"),
    "a wrong byte behind a byte order mark": (b"\xef\xbb\xbfa: \xff", "1:4: not UTF-8: byte 0xFF"),
    "half a character": (b"a: b\n# \xe2\x82", "2:3: not UTF-8: byte 0xE2"),
    "a surrogate": (b"a: \xed\xa0\x80", "1:4: not UTF-8: byte 0xED"),
    "UTF-16": ("a: b".encode("utf-16"), "1:1: not UTF-8: byte 0xFF"),
}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:20])
def test_a_value_that_yaml_twists_is_refused(value: str, refusals: Refusals) -> None:
    text = edited(SHARED, ("{MODE: fast}", f"{{MODE: {value}}}"))
    assert refusals(text) == [f"shop.yaml:18:27: defaults.containers.web.environment.MODE: {VALUES[value]}"]


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_refused(name: str, refusals: Refusals) -> None:
    content, message = FILES[name]
    assert refusals(content) == [f"shop.yaml:{message}"]


@pytest.mark.parametrize("name", PARTS)
def test_what_is_wrong_with_the_yaml_hides_no_other_mistake_and_makes_none(name: str, refusals: Refusals) -> None:
    old, new, message = PARTS[name]
    assert refusals(edited(SHARED, (old, new), ("memory: 128", "memory: 5"))) == [
        "shop.yaml:11:15: defaults.containers.web.memory: must be at least 6, found 5 (in dev, prod)",
        f"shop.yaml:{message}",
    ]


@pytest.mark.parametrize("name", STRAY)
def test_control_characters_are_reported_alone(name: str, refusals: Refusals) -> None:
    old, new, message = STRAY[name]
    assert refusals(edited(SHARED, (old, new), ("memory: 128", "memory: 5"))) == [f"shop.yaml:{message}"]


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_is_not_utf8_is_refused_at_the_character(name: str, refusals: Refusals) -> None:
    content, message = BYTES[name]
    assert refusals(content) == [f"shop.yaml:{message}"]


def test_lists_without_end_are_refused(refusals: Refusals) -> None:
    assert refusals("[" * 100_000) == ["shop.yaml:1:62: nested more than 60 deep"]


def test_everything_that_is_wrong_with_the_yaml_is_reported_at_once(refusals: Refusals) -> None:
    text = edited(SHARED, ("{MODE: fast}", "{A: !b c, B: 007, A: &e []}"))
    assert refusals(text) == [
        f"shop.yaml:18:24: {ENVIRONMENT}.A: the tag !b {NO_TAG}",
        f'shop.yaml:18:33: {ENVIRONMENT}.B: is read as the number 7; write 7, or "007" in quotes if it is text',
        f"shop.yaml:18:38: {ENVIRONMENT}.A: duplicate key 'A'; it is in line 18 already",
        f"shop.yaml:18:41: {ENVIRONMENT}.A: {NO_ANCHOR}",
    ]


def test_a_mistake_in_an_alias_is_reported_at_the_alias(refusals: Refusals) -> None:
    text = edited(SHARED, ("{MODE: fast}", "{MODE: &mode fast}"), ("essential: false", "essential: *mode"))
    assert refusals(text) == [
        "shop.yaml:20:18: defaults.containers.worker.essential: expected true or false, found 'fast' (in dev, prod)"
    ]


def test_an_alias_of_a_list_is_reported_with_its_anchor(refusals: Refusals) -> None:
    text = edited(SHARED, ("[serve, --all]", "&b [*b]"), ("[migrate, --now]", "*b"))
    assert refusals(text) == [
        f"shop.yaml:12:16: defaults.containers.web.command: {NO_ANCHOR}",
        f"shop.yaml:12:20: defaults.containers.web.command.0: {NO_ALIAS}",
        f"shop.yaml:17:16: defaults.containers.web.migrate: {NO_ALIAS}",
    ]


@pytest.mark.parametrize(
    "value", ["no", "off", "12:30:45", "2024-01-01", "8.4.0", "=", "'0123'", "é ☃ 🫛", "'#'", "100%"]
)
def test_text_without_quotes_is_read_as_it_is_written(value: str, loaded: Loaded) -> None:
    dev = loaded(edited(SHARED, ("{MODE: fast}", f"{{MODE: {value}}}"))).environments["dev"]
    assert dev.containers["web"].environment == {"MODE": value.strip("'")}


def test_a_tag_that_says_what_is_read_anyway_is_accepted(loaded: Loaded) -> None:
    tagged = edited(
        SHARED,
        ("{MODE: fast}", "!!map {!!str MODE: !!str fast}"),
        ("[serve, --all]", '!!seq [!!str serve, !!str "--all"]'),
        ("user: 1000", "user: !!int 1000"),
        ("essential: false", "essential: !!bool false"),
    )
    assert loaded(tagged) == loaded(SHARED)


def test_a_port_needs_no_quotes(loaded: Loaded) -> None:
    text = edited(SHARED, ('["80:8000"]', "[80:8000]"))
    assert loaded(text).environments["dev"].containers["web"].ports == ((80, 8000, "tcp"),)


def test_a_folded_text_is_one_line(loaded: Loaded) -> None:
    assert loaded(f"description: >-\n  Sells\n  things\n{SHARED}").description == "Sells things"


def test_a_plain_value_can_have_an_anchor(loaded: Loaded) -> None:
    text = edited(SHARED, ("{MODE: fast}", "{MODE: &mode fast, OTHER: *mode}"))
    assert loaded(text).environments["dev"].containers["web"].environment == {"MODE": "fast", "OTHER": "fast"}


@pytest.mark.parametrize(
    "text", ["\ufeff" + SHARED, SHARED.replace("\n", "\r\n"), f"---\n{SHARED}...\n", f"# a\tcomment\n{SHARED}"]
)
def test_a_file_of_another_editor_is_read_the_same(text: str, loaded: Loaded) -> None:
    assert loaded(text) == loaded(SHARED)


def test_a_list_on_lines_of_its_own_has_places_too(refusals: Refusals) -> None:
    text = edited(SETTINGS, ("command: [serve, --all]", "command:\n      - serve\n      - 8000"))
    assert refusals(shared(text, "  dev:\n")) == [
        "shop.yaml:14:11: defaults.containers.web.command.1: "
        'expected a string, found 8000; write "8000" in quotes (in dev)'
    ]
