"""YAML 1.1 text -> a tree with places, as EB reads `.ebextensions`: `no` is false there and `80:22` a number.

Built from the parser's events, so that neither depth nor aliases can exhaust the machine. https://yaml.org/type/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.eb.findings import shown
from beanstack.lint.bundles.document import DEPTH, NODES, Key, Node, NotReadableError
from beanstack.lint.bundles.jsontext import duplicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.document import Document, Value

TAG = "tag:yaml.org,2002:"
LONGEST_NUMBER = 60  # characters; what is longer is no number that anyone means


def yaml_tree(document: Document) -> tuple[Node | None, list[Finding]]:
    """The tree, None for an empty file, and what is wrong with keys and tags. NotReadableError where it is no YAML."""
    reader = _Reader(document)
    try:
        return reader.tree(), reader.findings
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = int(getattr(mark, "index", 0))
        if "\t" in document.text[at : at + 1] or "'\\t'" in (error.problem or ""):
            raise reader.error("yaml-tab", at, "a tab; YAML is indented with spaces") from None
        told = " ".join(f"{error.problem or 'not YAML'} {error.context or ''}".split())
        raise reader.error("yaml-syntax", at, f"not YAML: {told}") from None
    except yaml.reader.ReaderError as error:
        at = error.position if isinstance(error.position, int) else 0
        at = len(document.text.encode()[:at].decode(errors="replace"))  # the parser counts bytes here
        raise reader.error("yaml-syntax", at, "not YAML: a control character") from None


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.anchors: dict[str, Node | None] = {}
        self.size = 0
        self.resolve: Any = yaml.resolver.Resolver().resolve
        self.untagged: Any = yaml.ScalarNode
        self.construct: Any = yaml.constructor.SafeConstructor().construct_object

    def error(self, rule: str, at: int, message: str) -> NotReadableError:
        return NotReadableError(self.document.finding(rule, at, message))

    def tree(self) -> Node | None:
        events: Iterator[Any] = iter(yaml.parse(self.document.text, yaml.CSafeLoader))
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                if root:
                    start: Any = event.start_mark
                    raise self.error("yaml-syntax", start.index, "not YAML: a second document")
                root = self.node(event, events, 0)
        return root

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        """The node that an event begins; takes the events up to its end."""
        at = event.start_mark.index
        if depth > DEPTH:
            raise self.error("too-complex", at, f"nested more than {DEPTH} deep")
        if isinstance(event, yaml.AliasEvent):
            node = self.alias(event, at)
        else:
            if event.anchor:
                self.anchors[event.anchor] = None  # until it is whole
            node = self.scalar(event) if isinstance(event, yaml.ScalarEvent) else self.collection(event, events, depth)
            if event.anchor:
                self.anchors[event.anchor] = node
            if event.tag and not event.tag.startswith(TAG):
                message = f"the tag {event.tag!a}: EB's reader knows none of CloudFormation's short forms"
                self.findings.append(self.document.finding("yaml-tag", at, message, 'such as {"Ref": "Name"}'))
        self.size += node.size if isinstance(event, yaml.AliasEvent) else 1
        if self.size > NODES:
            raise self.error("too-complex", at, f"more than {NODES:,} values, with its aliases written out")
        return node

    def alias(self, event: Any, at: int) -> Node:
        if event.anchor not in self.anchors:
            raise self.error("yaml-syntax", at, f"not YAML: no anchor {event.anchor!a}")
        known = self.anchors[event.anchor]
        if known is None:
            raise self.error("too-complex", at, f"the alias {event.anchor!a} holds itself")
        return known

    def collection(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        value: Value
        if isinstance(event, yaml.SequenceStartEvent):
            value = []
            for inner in events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                value.append(self.node(inner, events, depth + 1))
            children = value
        else:
            inner, value = self.mapping(events, depth)
            children = list(value.values())
        return Node(value, event.start_mark.index, inner.end_mark.index, size=1 + sum(c.size for c in children))

    def mapping(self, events: Iterator[Any], depth: int) -> tuple[Any, dict[str, Node]]:
        """The event that ends the mapping, and its entries; a merged one never hides the mapping's own."""
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return event, merged | own
            key = self.node(event, events, depth + 1)
            node = self.node(next(events), events, depth + 1)
            plain = isinstance(event, yaml.ScalarEvent) and event.implicit[0]
            if plain and key.value == "<<":
                for source in reversed([node, *node.items()]):
                    merged |= source.entries()
                continue
            if isinstance(key.value, dict | list):
                raise self.error("yaml-syntax", key.start, f"{shown(key.value)} as a key")
            name = self.name(key)
            if name in own:
                first = own[name].key
                self.findings.append(duplicate(self.document, name, key.start, first.start if first else 0))
            own[name] = replace(node, key=Key(name, key.start, key.reading))
        raise self.error("yaml-syntax", len(self.document.text), "not YAML: the text ends too early")

    def name(self, key: Node) -> str:
        """A key as it is written, without quotes."""
        return key.value if isinstance(key.value, str) else self.document.text[key.start : key.end].strip()

    def scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        text = event.value
        tag = event.tag or self.resolve(yaml.ScalarNode, text, event.implicit)
        kind = str(tag).removeprefix(TAG)
        if kind not in ("null", "bool", "int", "float", "timestamp") or len(text) > LONGEST_NUMBER:
            return Node(text, start, end)
        try:
            value: Any = self.construct(self.untagged(str(tag), text))
        except (ValueError, KeyError, OverflowError, yaml.YAMLError):
            return Node(text, start, end)
        if event.tag or value is None:
            return Node(text if kind == "timestamp" else value, start, end)
        if kind == "timestamp":
            return Node(text, start, end, reading="a date")
        if kind == "bool":
            return Node(value, start, end, reading="" if text.lower() == str(value).lower() else str(value).lower())
        return Node(value, start, end, reading="" if text == str(value) else f"the number {value}")
