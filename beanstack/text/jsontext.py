"""JSON text -> a tree with places. Strict, as EB's reader is: no comments, no trailing commas, no NaN."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from json import JSONDecodeError, decoder
from typing import TYPE_CHECKING

from beanstack.text.document import DEPTH, Key, Mistake, Node, NotReadableError, duplicate

if TYPE_CHECKING:
    from beanstack.eb.findings import Path

SPACE = re.compile(r"[ \t\n\r]*")
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
WORDS = {"true": True, "false": False, "null": None}
LONGEST_INTEGER = 300  # digits; Python refuses to read 4,301


def json_tree(text: str) -> tuple[Node, list[Mistake]]:
    """Return the tree and the keys that a mapping has twice. Raise NotReadableError if the text is not JSON."""
    reader = _Reader(text)
    node, end = reader.value(reader.skip(0), ())
    if reader.skip(end) != len(text):
        raise reader.error(reader.skip(end), "more text behind the end of the JSON value")
    return node, reader.mistakes


class _Reader:
    """Reads a value at an index; returns what it found, and the index behind it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mistakes: list[Mistake] = []

    def skip(self, at: int) -> int:
        found = SPACE.match(self.text, at)
        return found.end() if found else at

    def at(self, sign: str, index: int) -> bool:
        return self.text.startswith(sign, index)

    def error(self, at: int, message: str) -> NotReadableError:
        return NotReadableError("json-syntax", at, message)

    def value(self, at: int, path: Path) -> tuple[Node, int]:
        if len(path) > DEPTH:
            raise NotReadableError("too-complex", at, f"nested more than {DEPTH} deep")
        if self.at("{", at):
            return self.mapping(at, path)
        if self.at("[", at):
            return self.sequence(at, path)
        if self.at('"', at):
            text, end = self.string(at)
            return Node(text, at, end, path), end
        for word, meaning in WORDS.items():
            if self.at(word, at):
                return Node(meaning, at, at + len(word), path), at + len(word)
        return self.number(at, path)

    def number(self, at: int, path: Path) -> tuple[Node, int]:
        found = NUMBER.match(self.text, at)
        if not found:
            raise self.error(at, self.wrong(at))
        value: float = math.inf
        if found[1] or found[2]:
            value = float(found[0])
        elif len(found[0]) <= LONGEST_INTEGER:
            value = int(found[0])
        return Node(value, at, found.end(), path), found.end()

    def wrong(self, at: int) -> str:
        """Return the problems with a text that begins no value."""
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

    def sequence(self, at: int, path: Path) -> tuple[Node, int]:
        items: list[Node] = []
        here = self.skip(at + 1)
        while items or not self.at("]", here):
            node, here = self.value(here, (*path, len(items)))
            items.append(node)
            here = self.skip(here)
            if not self.at(",", here):
                break
            here = self.skip(here + 1)
        end = self.closed("]", here)
        return Node(items, at, end, path), end

    def mapping(self, at: int, path: Path) -> tuple[Node, int]:
        entries: dict[str, Node] = {}
        here = self.skip(at + 1)
        while entries or not self.at("}", here):
            key, here = self.key(here)
            node, here = self.value(here, (*path, key.name))
            first = entries.setdefault(key.name, replace(node, key=key)).key
            if first and first is not key:
                self.mistakes.append(duplicate(self.text, node.path, key, first))
            here = self.skip(here)
            if not self.at(",", here):
                break
            here = self.skip(here + 1)
        end = self.closed("}", here)
        return Node(entries, at, end, path), end

    def key(self, at: int) -> tuple[Key, int]:
        """Return a key, and the index at which its value begins."""
        if not self.at('"', at):
            is_known = self.text[at : at + 1] in "}/#"
            raise self.error(at, self.wrong(at) if is_known else "a key in double quotes is missing")
        name, here = self.string(at)
        here = self.skip(here)
        if not self.at(":", here):
            raise self.error(here, "a colon is missing behind the key")
        return Key(name, at), self.skip(here + 1)

    def closed(self, bracket: str, at: int) -> int:
        if not self.at(bracket, at):
            here = self.text[at : at + 1]
            raise self.error(at, f"a comma or {bracket!r} is missing" if here else "the text ends too early")
        return at + 1
