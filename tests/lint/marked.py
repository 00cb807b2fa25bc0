"""Files in which a mark precedes the place that a finding must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.lint.bundles.linter import bundle_findings

if TYPE_CHECKING:
    from pathlib import Path

MARK = "▲"


def places(text: str) -> list[tuple[int, int]]:
    """Return the line and column of each mark, as they are without the marks."""
    found, lines = [], text.split("\n")
    for number, line in enumerate(lines, 1):
        pieces = line.split(MARK)
        found += [(number, sum(map(len, pieces[: at + 1])) + 1) for at in range(len(pieces) - 1)]
    return found


def findings(folder: Path, files: dict[str, str]) -> list[tuple[str, int, int]]:
    """Return (ID, line, column) of each finding in a bundle of these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace(MARK, "").encode("utf-8", "surrogateescape"))
    return [(finding.id, finding.place.line, finding.place.column) for finding in bundle_findings(folder)]
