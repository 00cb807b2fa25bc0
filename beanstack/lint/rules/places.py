"""Where a value of a template is in its file.

cfn-lint gives the place of a key, but a finding is about a value. So a file with findings is read once more.
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
    """The places of the values in one file; none if the template does not come from a file, or is not YAML."""

    def __init__(self, filename: str | None) -> None:
        self._root: Node | None = None
        self._document = Document("", "")
        if filename is None:
            return
        try:
            self._document = Document("", File(filename).read_text("utf-8"))
            self._root, _ = yaml11_tree(self._document.text)
        except (OSError, ValueError, NotReadableError):
            pass  # which cfn-lint reports

    def place(self, path: Path) -> Place | None:
        """Return the place of the value at a path, None if the file has no such path, as with a transform."""
        node = self._root
        for key in path:
            if node is None:
                return None
            if isinstance(key, int) or node.tag not in (f"!{key}", f"!{key.removeprefix('Fn::')}"):
                node = node.below(key)  # otherwise a function in its short form: itself the value
        if node is None:
            return None
        anchor = ANCHOR.match(self._document.text, node.start)
        start = self._document.place(anchor.end() if anchor else node.start)
        end = self._document.place(node.end)
        return start.line - 1, start.column - 1, end.line - 1, end.column - 1
