"""YAML 1.2 as configuration files use it: its core schema, and every trap in it is a mistake.

`no` and `on` are texts, as they are written. Wrong are tags that change what is read, merge keys, duplicate keys, keys
that are not strings, anchors on anything but a plain value, control characters, and numbers that are read as something
else than what is written. https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.functions import FORMS, Function
from beanstack.text.document import Key, Mistake, Node, NotReadableError
from beanstack.text.yamltext import TAG, YamlReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.eb.findings import Path

    Scalar = str | int | float | bool | None

KINDS: Mapping[type, str] = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}
NULLS = ("", "~", "null", "Null", "NULL")
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# With the underscores and the 0b of YAML 1.1: what other readers take for a number is not passed on as a text.
INTEGER = re.compile(r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)")
FLOAT = re.compile(r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?")
NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
BASES = {"0b": 2, "0o": 8, "0x": 16}
LONGEST_NUMBER = 18  # characters; what no setting needs may be a text that has lost its quotes
# Control characters, lone surrogates, byte order marks and the two Unicode line ends: no name, path or variable needs
# one, and each is lost or split by something on its way to a container (YAML 1.1, a process's environment, a terminal).
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# The same in a file, where tabs and line ends have a meaning.
STRAY = re.compile("(?!\t|\n|\r\n)" + CONTROL.pattern)
DIRECTIVE = re.compile(r"^%", re.MULTILINE)
SHARED = "`defaults` shares mappings"
WITH_FUNCTIONS = "values of `properties` and `options`, and `resources` of statements, may be functions"


def yaml12_tree(text: str) -> tuple[Node | None, list[Mistake]]:
    """Return the tree, None if there is nothing to read, and everything that is wrong with the text."""
    stray = [Mistake("", found.start(), f"control character U+{ord(found[0]):04X}") for found in STRAY.finditer(text)]
    if stray:
        return None, stray
    directive = DIRECTIVE.search(text)
    if directive:
        return None, [Mistake("", directive.start(), "not YAML: a directive, which no file needs")]
    reader = _Reader(text)
    try:
        root = reader.tree()
    except NotReadableError as error:
        return None, [*reader.mistakes, error.mistake]
    if root is None or (root.value is None and not reader.mistakes):
        return None, [Mistake("", 0, "the file is empty")]
    return root, reader.mistakes


def takes_function(path: Path) -> bool:
    """Return whether a value at a path of a configuration may be a function of CloudFormation, such as `!Ref Name`."""
    if path[:1] not in (("defaults",), ("environments",)):
        return False
    settings = path[1:] if path[:1] == ("defaults",) else path[2:]
    if settings[:1] == ("instance_role",):
        return settings[1:2] == ("statements",) and settings[3:4] == ("resources",) and len(settings) == 5
    return (settings[:1], len(settings)) in ((("properties",), 2), (("options",), 3))


class _Reader(YamlReader):
    def mistake(self, at: int, path: Path, message: str) -> None:
        self.mistakes.append(Mistake("", at, message, path))

    def alias(self, event: Any, path: Path) -> Node:
        """Return the plain value that an alias repeats, at the alias's own place."""
        known = self.anchors.get(event.anchor)
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor in self.anchors and (known is None or isinstance(known.value, dict | list)):
            self.mistake(start, path, f"only a plain value can have an alias; {SHARED}")
            return Node(None, start, end, path)
        return replace(super().alias(event, path), start=start, end=end)

    def value(self, event: Any, path: Path) -> Node:
        at = event.start_mark.index
        if event.tag and not event.tag.startswith(TAG):
            return self.function(event, path)
        if not _is_tagged_as_read(event):
            written = event.tag.replace(TAG, "!!")
            self.mistake(at, path, f"the tag {written} has no meaning here; write the value without it")
        if event.anchor and not isinstance(event, yaml.ScalarEvent):
            self.mistake(at, path, f"only a plain value can carry an anchor; {SHARED}")
        return super().value(event, path)

    def function(self, event: Any, path: Path) -> Node:
        """Return a value with the tag of a function; one that cannot be there is a mistake."""
        at = event.start_mark.index
        function = Function(event.tag.removeprefix("!"), getattr(event, "value", ""))
        if not takes_function(path):
            hint = WITH_FUNCTIONS if function.name in FORMS else "write the value without it"
            self.mistake(at, path, f"the tag {event.tag} has no meaning here; {hint}")
        elif not isinstance(event, yaml.ScalarEvent):
            self.mistake(at, path, "a function takes one text here, as in !Ref Name")
        elif function.fault:
            self.mistake(at, path, function.fault)
        node = super().value(event, path)
        return replace(node, value=getattr(event, "value", node.value), tag=event.tag)

    def key(self, event: Any, path: Path) -> Key:
        before = len(self.mistakes)
        key = super().key(event, path)
        if event.tag and not event.tag.startswith(TAG):
            del self.mistakes[before:]
            self.mistake(key.start, path, f"the tag {event.tag} has no meaning here; write the value without it")
        elif isinstance(event, yaml.ScalarEvent) and not isinstance(_read(event), str):
            del self.mistakes[before:]  # such as how 0123 is read: this is the same mistake
            hint = f'; write "{event.value}" in quotes' if event.value else ""
            self.mistake(key.start, path, f"a key must be a string{hint}")
        return key

    def merged(self, node: Node, key: Key) -> Mapping[str, Node]:
        self.mistake(key.start, node.path[:-1], f"a merge key has no meaning here; {SHARED}")
        return {}

    def scalar(self, event: Any, path: Path) -> Node:
        start, text = event.start_mark.index, event.value
        value = _read(event)
        wrong = _wrong(text, value)
        if wrong and _is_tagged_as_read(event):
            self.mistake(start, path, wrong)
        return Node(value, start, event.end_mark.index, path)


def _is_tagged_as_read(event: Any) -> bool:
    """Return whether a value has no tag, or YAML's own for what it is read as without it."""
    if isinstance(event, yaml.ScalarEvent):
        kind = KINDS[type(_read(event))]
    else:
        kind = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
    return event.tag in (None, TAG + kind)


def _read(event: Any) -> Scalar:
    """Return what a scalar is read as, whatever its tag; only one without quotes is anything but text."""
    return event.value if event.style else _plain(event.value)


def _plain(text: str) -> Scalar:
    """Return what a scalar without quotes is read as."""
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if len(text) > LONGEST_NUMBER and (INTEGER.fullmatch(text) or FLOAT.fullmatch(text)):
        return math.inf
    digits = text.replace("_", "")
    if INTEGER.fullmatch(text):
        return int(digits, BASES.get(digits.lstrip("+-")[:2], 10))
    if FLOAT.fullmatch(text):
        return float(digits)
    if NO_NUMBER.fullmatch(text):
        return math.inf
    return text


def _wrong(text: str, value: Scalar) -> str:
    """Return the problems with a scalar, if anything is.

    A number must be written as it is read: 0123, 8.40, 1_000 and 1e3 are probably texts without their quotes.
    """
    if isinstance(value, str):
        found = CONTROL.search(value)
        if not found:
            return ""
        hint = "; a value is one line, and `>-` folds several into one" if found[0] == "\n" else ""
        return f"control character U+{ord(found[0]):04X}{hint}"
    if value is None or isinstance(value, bool) or str(value) == text:
        return ""
    if math.isfinite(value):
        return f'is read as the number {value}; write {value}, or "{text}" in quotes if it is text'
    return "no setting takes such a number; if it is text, write it in quotes"
