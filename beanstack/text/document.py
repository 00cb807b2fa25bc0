"""A file's text, and the tree that a reader makes of it: every key and value knows its place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.findings import Finding, Place
from beanstack.eb.rules import Rule, bundle_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Path

    Value = Mapping[str, "Node"] | Sequence["Node"] | str | int | float | bool | None

DEPTH = 60  # no file that is read here nests deeper than about 15; Python itself fails at 1,000
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Key:
    """A mapping's key; `start` is an index into the text. `reading` as in Node."""

    name: str
    start: int
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A value from `start` to `end` of the text, at `path` in the file and under its key if it has one.

    `reading` says how YAML reads a plain scalar that is written as another text: `no`, `80:22`, `0644`. `tag` is one
    that is not YAML's own, such as `!Ref`.
    """

    value: Value
    start: int
    end: int
    path: Path = ()
    key: Key | None = None
    reading: str = ""
    tag: str = ""

    @property
    def key_start(self) -> int:
        """Where its key begins, or itself if it has none."""
        return self.key.start if self.key else self.start

    def child(self, name: str) -> Node | None:
        """Return the value of a mapping's key, unless it is missing or null."""
        found = self.entries().get(name)
        if found is None or found.value is None:
            return None
        return found

    def entries(self, name: str | None = None) -> Mapping[str, Node]:
        """Return the entries of this mapping or of the one below `name`; none if it is not a mapping."""
        node = self.child(name) if name else self
        return node.value if node and isinstance(node.value, dict) else {}

    def items(self, name: str | None = None) -> Sequence[Node]:
        """Return the items of this list or of the one below `name`; none if it is not a list."""
        node = self.child(name) if name else self
        return node.value if node and isinstance(node.value, list) else ()

    def children(self) -> Iterator[tuple[str | int, Node]]:
        """Return the values of a mapping by key, or those of a list by index."""
        yield from self.entries().items()
        yield from enumerate(self.items())

    def below(self, step: str | int) -> Node | None:
        """Return the value of a mapping's key, or that of a list at an index; None if there is none."""
        if isinstance(step, str):
            return self.entries().get(step)
        items = self.items()
        return items[step] if 0 <= step < len(items) else None

    def text(self, name: str) -> str | None:
        """Return the text below a key, if it is one."""
        node = self.child(name)
        return node.value if node and isinstance(node.value, str) else None

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {name: child.plain() for name, child in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def nearest(self, path: Path) -> tuple[Node, Path]:
        """Return the node at a path below this one or its nearest ancestor, and what of the path is missing there."""
        node = self
        for index, step in enumerate(path):
            below = node.below(step)
            if below is None:
                return node, path[index:]
            node = below
        return node, ()


class Mistake(NamedTuple):
    """What is wrong with a text, found by its reader at an index; `kind` is the name of a rule on bundles."""

    kind: str
    start: int
    message: str
    path: Path = ()
    allowed: str = ""


class NotReadableError(Exception):
    """A text is not a tree, because of one mistake."""

    def __init__(self, kind: str, start: int, message: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(kind, start, message)


@dataclass(frozen=True)
class Document:
    """A file's name and text; makes findings with places of what is found at an index."""

    file: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def place(self, index: int) -> Place:
        """Return the line and column of the character at an index."""
        if not self._starts:
            self._starts.extend(self._lines())
        line = bisect_right(self._starts, index)
        return Place(self.file, line, index - self._starts[line - 1] + 1)

    def _lines(self) -> Iterator[int]:
        yield 0
        at = self.text.find("\n")
        while at >= 0:
            yield at + 1
            at = self.text.find("\n", at + 1)

    def finding(self, rule: str | Rule, at: Node | Key | int, message: str, allowed: str = "") -> Finding:
        """Return a finding at an index or at the start of a key or value; a rule on bundles is given by its name."""
        place = self.place(at if isinstance(at, int) else at.start)
        if isinstance(rule, str):
            rule = bundle_rules()[rule]
        return Finding((), message, rule, allowed=allowed, place=place)


def duplicate(text: str, path: Path, key: Key, first: Key) -> Mistake:
    """Return the problems with a key that its mapping, at `path`, has twice."""
    line = text.count("\n", 0, first.start) + 1
    return Mistake("duplicate-key", key.start, f"duplicate key {key.name!a}; it is in line {line} already", path)
