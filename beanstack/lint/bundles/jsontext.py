"""JSON text -> a tree with places. Strict, as EB's reader is: no comments, no trailing commas, no NaN."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from json import JSONDecodeError, decoder
from typing import TYPE_CHECKING

from beanstack.lint.bundles.document import DEPTH, Key, Node, NotReadableError

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.document import Document

SPACE = re.compile(r"[ \t\n\r]*")
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
WORDS = {"true": True, "false": False, "null": None}
LONGEST_INTEGER = 300  # digits; Python refuses to read 4,301


def json_tree(document: Document) -> tuple[Node, list[Finding]]:
    """The tree, and the keys that stand twice in it. NotReadableError where the text is no JSON."""
    reader = _Reader(document)
    node, end = reader.value(reader.skip(0), 0)
    if reader.skip(end) != len(document.text):
        raise reader.error(reader.skip(end), "more text behind the end of the JSON value")
    return node, reader.findings


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.findings: list[Finding] = []

    def skip(self, at: int) -> int:
        found = SPACE.match(self.text, at)
        return found.end() if found else at

    def error(self, at: int, message: str, rule: str = "json-syntax") -> NotReadableError:
        return NotReadableError(self.document.finding(rule, at, message))

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > DEPTH:
            raise self.error(at, f"nested more than {DEPTH} deep", "too-complex")
        first = self.text[at : at + 1]
        if first == "{":
            return self.mapping(at, depth)
        if first == "[":
            return self.sequence(at, depth)
        if first == '"':
            text, end = self.string(at)
            return Node(text, at, end), end
        for word, meaning in WORDS.items():
            if self.text.startswith(word, at):
                return Node(meaning, at, at + len(word)), at + len(word)
        return self.number(at)

    def number(self, at: int) -> tuple[Node, int]:
        found = NUMBER.match(self.text, at)
        if not found:
            raise self.error(at, self.wrong(at))
        whole = not (found[1] or found[2])
        read = int(found[0]) if whole and len(found[0]) <= LONGEST_INTEGER else math.inf if whole else float(found[0])
        return Node(read, at, found.end()), found.end()

    def wrong(self, at: int) -> str:
        first = self.text[at : at + 1]
        if first in ("}", "]"):
            return f"a comma before {first!r}, or a value that is missing"
        hints = {"": "the text ends too early", "/": "a comment; JSON has none", "#": "a comment; JSON has none"}
        return hints.get(first, f"{first!a} cannot begin a JSON value; strings need double quotes")

    def string(self, at: int) -> tuple[str, int]:
        try:
            text, end = decoder.scanstring(self.text, at + 1, True)  # type: ignore[attr-defined]
            return str(text), int(end)
        except JSONDecodeError as error:
            raise self.error(error.pos, f"{error.msg[0].lower()}{error.msg[1:]}".removesuffix(" at")) from None

    def sequence(self, at: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        here = self.skip(at + 1)
        while items or not self.text.startswith("]", here):
            node, here = self.value(here, depth + 1)
            items.append(node)
            here = self.skip(here)
            if not self.text.startswith(",", here):
                break
            here = self.skip(here + 1)
        return Node(items, at, self.closed("]", here)), here + 1

    def mapping(self, at: int, depth: int) -> tuple[Node, int]:
        entries: dict[str, Node] = {}
        here = self.skip(at + 1)
        while entries or not self.text.startswith("}", here):
            if not self.text.startswith('"', here):
                message = (
                    self.wrong(here) if self.text[here : here + 1] in "}/#" else "a key in double quotes is missing"
                )
                raise self.error(here, message)
            start = here
            name, here = self.string(here)
            here = self.skip(here)
            if not self.text.startswith(":", here):
                raise self.error(here, "a colon is missing behind the key")
            node, here = self.value(self.skip(here + 1), depth + 1)
            if name in entries:
                first = entries[name].key
                self.findings.append(duplicate(self.document, name, start, first.start if first else at))
            entries[name] = replace(node, key=Key(name, start))
            here = self.skip(here)
            if not self.text.startswith(",", here):
                break
            here = self.skip(here + 1)
        return Node(entries, at, self.closed("}", here)), here + 1

    def closed(self, bracket: str, at: int) -> int:
        if not self.text.startswith(bracket, at):
            here = self.text[at : at + 1]
            raise self.error(at, f"a comma or {bracket!r} is missing" if here else "the text ends too early")
        return at + 1


def duplicate(document: Document, name: str, at: int, first: int) -> Finding:
    """A key that stands twice in one mapping."""
    message = f"the key {name!a} is already in line {document.place(first)[0]}; one of the two is lost"
    return document.finding("duplicate-key", at, message)
