"""YAML 1.1 as EB reads `.ebextensions`: `no` is false there, and `80:22` a number. https://yaml.org/type/"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from beanstack.text.document import Key, Mistake, Node
from beanstack.text.yamltext import TAG, YamlReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.eb.findings import Path

READ = ("null", "bool", "int", "float", "timestamp")  # what a plain scalar can be besides a text
LONGEST_NUMBER = 60  # characters; what is longer is no number that anyone means


def yaml11_tree(text: str) -> tuple[Node | None, list[Mistake]]:
    """Return the tree, None for an empty file, and what is wrong with keys and tags.

    Raise NotReadableError if the text is not YAML.
    """
    reader = _Reader(text)
    return reader.tree(), reader.mistakes


class _Reader(YamlReader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.resolve: Any = yaml.resolver.Resolver().resolve
        self.construct: Any = yaml.constructor.SafeConstructor().construct_object

    def value(self, event: Any, path: Path) -> Node:
        if event.tag and not event.tag.startswith(TAG):
            message = f"the tag {event.tag!a}: EB's reader knows none of CloudFormation's short forms"
            allowed = 'such as {"Ref": "Name"}'
            self.mistakes.append(Mistake("yaml-tag", event.start_mark.index, message, path, allowed))
            return replace(super().value(event, path), tag=event.tag)
        return super().value(event, path)

    def scalar(self, event: Any, path: Path) -> Node:
        value, reading = self.read(event)
        return Node(value, event.start_mark.index, event.end_mark.index, path, reading=reading)

    def read(self, event: Any) -> tuple[str | int | float | bool | None, str]:
        """Return a scalar's value, and how YAML 1.1 reads it if it is written as another text."""
        text = event.value
        tag = event.tag or self.resolve(yaml.ScalarNode, text, event.implicit)
        kind = str(tag).removeprefix(TAG)
        if kind not in READ or len(text) > LONGEST_NUMBER:
            return text, ""
        try:
            value = self.construct(yaml.ScalarNode(str(tag), text))
        except (ValueError, LookupError, AttributeError, OverflowError, yaml.YAMLError):
            return text, ""  # PyYAML's constructors expect the form of their type: 2020-13-45, !!int '', !!timestamp x
        if kind == "timestamp":
            return text, "" if event.tag else "a date"
        if event.tag or value is None or str(value).lower() == text.lower():
            return value, ""
        if kind == "bool":
            return value, str(value).lower()
        return value, f"the number {value}"

    def merged(self, node: Node, _: Key) -> Mapping[str, Node]:
        entries: dict[str, Node] = {}
        for source in reversed([node, *node.items()]):
            entries |= source.entries()
        return entries
