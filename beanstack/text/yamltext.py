"""YAML text -> a tree with places. What the readers of YAML 1.1 and 1.2 have in common.

Built from the parser's events, so that neither depth nor aliases can exhaust the machine.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.text.document import DEPTH, Key, Mistake, Node, NotReadableError, duplicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Path

TAG = "tag:yaml.org,2002:"
# What begins a comment in other languages, as a reader of the mistake may not see at its place.
OTHER_COMMENT = re.compile(r"^\s*(//|/\*|<!--|--(?!-)|;|%)", re.MULTILINE)
NODES = 100_000  # with every alias written out; a megabyte of honest text has fewer


class YamlReader:
    """Makes the tree and gathers mistakes; a subclass knows what plain scalars, tags and merge keys mean."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mistakes: list[Mistake] = []
        self.events: Iterator[Any] = iter(())
        self.anchors: dict[str, Node | None] = {}
        self.sizes: dict[str, int] = {}
        self.size = 0

    def tree(self) -> Node | None:
        """Return the tree, None for an empty file. Raise NotReadableError if the text is not YAML."""
        try:
            self.events = iter(yaml.parse(self.text, yaml.CSafeLoader))
            return self.document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = int(getattr(mark, "index", 0))
            if self.text.startswith("\t", at):
                raise NotReadableError("yaml-tab", at, "a tab; indent with spaces") from None
            words = " ".join(f"{error.problem or ''} {error.context or ''}".split())
            end = self.text.find("\n", at)
            if OTHER_COMMENT.search(self.text, 0, end if end >= 0 else len(self.text)):
                words += "; a comment begins with #"
            elif "mapping values" in words and self._follows_a_word(at):
                words += "; does the line above lack a colon at its end?"
            raise self.error(at, words) from None
        except yaml.reader.ReaderError as error:
            at = error.position if isinstance(error.position, int) else 0
            at = len(self.text.encode()[:at].decode(errors="replace"))  # the parser counts bytes here
            raise self.error(at, "a control character") from None

    def _follows_a_word(self, at: int) -> bool:
        """Return whether the line above a place is neither a key nor a comment, so that it may have lost its colon."""
        above = self.text[: self.text.rfind("\n", 0, at) + 1].rstrip("\n").rpartition("\n")[2].strip()
        return bool(above) and not above.startswith(("#", "- ")) and ": " not in above and not above.endswith(":")

    def error(self, at: int, message: str) -> NotReadableError:
        return NotReadableError("yaml-syntax", at, f"not YAML: {message}")

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                if root:
                    start: Any = event.start_mark
                    raise self.error(start.index, "a second document")
                root = self.node(event, ())
        return root

    def node(self, event: Any, path: Path) -> Node:
        """Return the node that an event begins; takes the events up to its end."""
        at = event.start_mark.index
        if len(path) > DEPTH:
            raise NotReadableError("too-complex", at, f"nested more than {DEPTH} deep")
        is_alias = isinstance(event, yaml.AliasEvent)
        before = self.size
        self.size += self.sizes.get(event.anchor, 1) if is_alias else 1
        if self.size > NODES:
            raise NotReadableError("too-complex", at, f"more than {NODES:,} values, with its aliases written out")
        if is_alias:
            return self.alias(event, path)
        if event.anchor:
            self.anchors[event.anchor] = None  # until it is whole
        node = self.value(event, path)
        if event.anchor:
            self.anchors[event.anchor] = node
            self.sizes[event.anchor] = self.size - before
        return node

    def alias(self, event: Any, path: Path) -> Node:
        """Return what an alias repeats, at the place of its anchor."""
        at = event.start_mark.index
        if event.anchor not in self.anchors:
            raise self.error(at, f"no anchor {event.anchor!a}")
        known = self.anchors[event.anchor]
        if known is None:
            raise NotReadableError("too-complex", at, f"the alias {event.anchor!a} holds itself")
        return replace(known, path=path)

    def value(self, event: Any, path: Path) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, path)
        return self.mapping(event, path)

    def sequence(self, event: Any, path: Path) -> Node:
        items: list[Node] = []
        for inner in self.events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            items.append(self.node(inner, (*path, len(items))))
        return Node(items, event.start_mark.index, inner.end_mark.index, path)

    def mapping(self, event: Any, path: Path) -> Node:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for inner in self.events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self.key(inner, path)
            node = self.node(next(self.events), (*path, key.name))
            if key.name == "<<" and isinstance(inner, yaml.ScalarEvent) and inner.implicit[0]:
                merged = {**self.merged(node, key), **merged}
                continue
            first = own.setdefault(key.name, replace(node, key=key)).key
            if first and first is not key:
                self.mistakes.append(duplicate(self.text, node.path, key, first))
        return Node({**merged, **own}, event.start_mark.index, inner.end_mark.index, path)

    def key(self, event: Any, path: Path) -> Key:
        """Return a key as it is written, without quotes."""
        node = self.node(event, (*path, getattr(event, "value", "")))
        if isinstance(node.value, dict | list):
            raise self.error(node.start, "a key that is a mapping or a list")
        written = node.value if isinstance(node.value, str) else self.text[node.start : node.end].strip()
        return Key(written, node.start, node.reading)

    def scalar(self, event: Any, path: Path) -> Node:
        """Return a plain value."""
        raise NotImplementedError

    def merged(self, node: Node, _: Key) -> Mapping[str, Node]:
        """Return the entries that a merge key adds to its mapping, which never hide the mapping's own."""
        raise NotImplementedError
