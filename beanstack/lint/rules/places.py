"""Where in the file a value of a template stands.

cfn-lint names the place of a key; a finding is about its value. So the file is read once more, when there are findings.
"""

from __future__ import annotations

import re
from pathlib import Path as File
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from beanstack.eb.findings import Path

Place = tuple[int, int, int, int]  # line and column of the start and of the end, from 0, as cfn-lint counts
LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # as YAML has it
ANCHOR = re.compile(r"&\S+ +(?=\S)")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Places:
    """The places of one file's values; none of a text that did not come from a file, or that PyYAML cannot read."""

    def __init__(self, filename: str | None) -> None:
        self._root, self._lines = None, []
        try:
            text = File(filename).read_text("utf-8") if filename else ""
            self._root, self._lines = yaml.compose(text, Loader), LINE_END.split(text)
        except (OSError, ValueError, RecursionError, yaml.YAMLError):
            pass  # which cfn-lint tells, or the text is none of a file

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
        line = self._lines[start.line] if start.line < len(self._lines) else ""
        anchor = ANCHOR.match(line, start.column)
        return start.line, anchor.end() if anchor else start.column, end.line, end.column


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(key, str) and node.tag in (f"!{key}", f"!{key.removeprefix('Fn::')}"):
        return node  # a function in its short form is the value of its own name
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key] if 0 <= key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None
