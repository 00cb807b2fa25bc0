"""Where in the file a value of a template stands.

cfn-lint names the place of a key; a finding is about its value. So the file is read once more, when there are findings.
"""

from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from beanstack.lint.rules.worlds import Path

Place = tuple[int, int, int, int]  # line and column of the start and of the end, from 0, as cfn-lint counts
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Places:
    """The places of one file's values; none of a text that did not come from a file, or that PyYAML cannot read."""

    def __init__(self, filename: str | None) -> None:
        try:
            self._root = yaml.compose(File(filename).read_text("utf-8"), Loader) if filename else None
        except (OSError, ValueError, RecursionError, yaml.YAMLError):
            self._root = None

    def place(self, path: Path) -> Place | None:
        """The place of the value at a path, None where the file has no such path, as with a transform."""
        node = self._root
        for key in path:
            if node is None:
                return None
            node = _child(node, key)
        if node is None:
            return None
        start, end = node.start_mark, node.end_mark
        return start.line, start.column, end.line, end.column


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(key, str) and node.tag in (f"!{key}", f"!{key.removeprefix('Fn::')}"):
        return node  # a function in its short form is the value of its own name
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key] if 0 <= key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None
