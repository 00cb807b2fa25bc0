"""A file's text as a tree in which every key and value knows its place, whether it came from JSON or YAML."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding, Place
from beanstack.eb.rules import Rule, bundle_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Value = Mapping[str, "Node"] | Sequence["Node"] | str | int | float | bool | None

DEPTH = 60  # no file that EB reads nests deeper than about 15; Python itself fails at 1,000
NODES = 100_000  # with every alias written out; a megabyte of honest text has fewer


@dataclass(frozen=True, slots=True)
class Key:
    """A mapping's key; `start` is an index into the text. `reading` as in Node."""

    name: str
    start: int
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A value from `start` to `end` of the text, under its key where it has one.

    `reading` says how YAML 1.1 reads a plain scalar that stands there as another text: `no`, `80:22`, `0644`.
    `size` counts the nodes inside it and itself.
    """

    value: Value
    start: int
    end: int
    key: Key | None = None
    reading: str = ""
    size: int = 1

    def child(self, name: str) -> Node | None:
        """The value of a mapping's key, unless it is missing or null."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return found if found is not None and found.value is not None else None

    def entries(self, name: str | None = None) -> Mapping[str, Node]:
        """The entries of this mapping, or of the one below `name`; none where it is no mapping."""
        node = self.child(name) if name else self
        return node.value if node and isinstance(node.value, dict) else {}

    def items(self, name: str | None = None) -> Sequence[Node]:
        """The items of this list, or of the one below `name`; none where it is no list."""
        node = self.child(name) if name else self
        return node.value if node and isinstance(node.value, list) else ()

    def text(self, name: str) -> str | None:
        """The text below a key, where it is one."""
        node = self.child(name)
        return node.value if node and isinstance(node.value, str) else None


@dataclass(frozen=True)
class Document:
    """A file's name and text, and its findings' places."""

    file: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of the character at an index."""
        if not self._starts:
            self._starts.extend(self._lines())
        line = bisect_right(self._starts, max(index, 0))
        return line, max(index, 0) - self._starts[line - 1] + 1

    def _lines(self) -> Iterator[int]:
        yield 0
        at = self.text.find("\n")
        while at >= 0:
            yield at + 1
            at = self.text.find("\n", at + 1)

    def finding(self, rule: str | Rule, at: Node | Key | int, message: str, allowed: str = "") -> Finding:
        """Return a finding at an index or at the start of a key or value; a rule on bundles is given by its name."""
        place = Place(self.file, *self.place(at if isinstance(at, int) else at.start))
        rule = bundle_rules()[rule] if isinstance(rule, str) else rule
        return Finding((), message, rule, allowed=allowed, place=place)


class NotReadableError(Exception):
    """Why a text is no tree: the one finding that says so."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding
