"""Where in the file a value of a template is.

cfn-lint names the place of a key; a finding is about its value. So the file is read once more if there are findings.
"""

from __future__ import annotations

import re
from pathlib import Path as File
from typing import TYPE_CHECKING

from beanstack.text.document import Document, NotReadableError
from beanstack.text.yaml11 import yaml11_tree

if TYPE_CHECKING:
    from beanstack.eb.findings import Path
    from beanstack.text.document import Node

Place = tuple[int, int, int, int]  # line and column of the start and of the end, from 0, as cfn-lint counts
ANCHOR = re.compile(r"&\S+ +(?=\S)")


class Places:
    """The places of one file's values; none of a text that did not come from a file, or that is not YAML."""

    def __init__(self, filename: str | None) -> None:
        self._root: Node | None = None
        self._document = Document("", "")
        try:
            text = File(filename).read_text("utf-8") if filename else ""
            self._document = Document("", text)
            self._root, _ = yaml11_tree(text)
        except (OSError, ValueError, NotReadableError):
            pass  # which cfn-lint reports, or the text does not come from a file

    def place(self, path: Path) -> Place | None:
        """Return the place of the value at a path, None if the file has no such path, as with a transform."""
        node = self._root
        for key in path:
            node = _child(node, key) if node else None
        if node is None:
            return None
        anchor = ANCHOR.match(self._document.text, node.start)
        start = self._document.place(anchor.end() if anchor else node.start)
        end = self._document.place(node.end)
        return start.line - 1, start.column - 1, end.line - 1, end.column - 1


def _child(node: Node, key: str | int) -> Node | None:
    if isinstance(key, str) and node.tag in (f"!{key}", f"!{key.removeprefix('Fn::')}"):
        return node  # a function in its short form is the value of its own name
    return dict(node.children()).get(key)
