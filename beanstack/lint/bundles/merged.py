"""The parts of all `.config` files that EB adds to the template of the environment's stack, merged in EB's order.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.shape import is_function

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.eb.findings import Path
    from beanstack.text.document import Document, Node

SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


class Part(NamedTuple):
    """A value and the file that it is in."""

    document: Document
    node: Node


class Merged:
    """The merged sections as plain data, and where each of its values is written."""

    def __init__(self, files: Iterable[tuple[Document, Node]]) -> None:
        self.sections: dict[str, dict[str, Any]] = {}
        self._parts: dict[Path, Part] = {}
        for document, root in files:
            for section in SECTIONS:
                node = root.child(section)
                if node and isinstance(node.value, dict):
                    self._add(self.sections, section, Part(document, node), ())

    def section(self, name: str) -> dict[str, Any]:
        """Return a section; empty if no file has it."""
        return self.sections.get(name, {})

    def part(self, path: Path) -> Part:
        """Return the part at a path of the merged data, or the nearest one above it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._parts:
                return self._parts[path[:length]]
        return next(iter(self._parts.values()))

    def _add(self, into: dict[str, Any], name: str, part: Part, above: Path) -> None:
        """Add a value below a name; a later file's mapping is merged into an earlier one, anything else replaces it."""
        path = (*above, name)
        node, before = part.node, into.get(name)
        self._parts[path] = part
        if node.tag:
            into[name] = {node.tag: node.plain()}
            return
        if not isinstance(node.value, dict):
            into[name] = _plain(node)
            self._place_items(part, path)
            return
        if isinstance(before, dict) and not _is_whole(node.plain(), before):
            below = before
        else:
            below = into[name] = {}
        for key, child in node.entries().items():
            self._add(below, key, Part(part.document, child), path)

    def _place_items(self, part: Part, path: Path) -> None:
        for key, child in part.node.children():
            below = (*path, key)
            self._parts[below] = Part(part.document, child)
            self._place_items(self._parts[below], below)


def _plain(node: Node) -> Any:
    """Return a value without places, but with the tags that are not YAML's own."""
    if node.tag:
        return {node.tag: node.plain()}
    if isinstance(node.value, dict):
        return {name: _plain(child) for name, child in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    return node.value


def _is_whole(value: Any, before: Any) -> bool:
    """Return whether one of two mappings is a function, which nothing can be merged with."""
    return is_function(value) or is_function(before)
