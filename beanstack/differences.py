"""The differences between the files that are there and those that generation makes, as unified diffs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def show(made: Mapping[str, bytes], there: Mapping[str, bytes | None]) -> int:
    """Print a diff for each file that generation would change or remove; return how many there are."""
    stale = there.keys() - made.keys()
    different = sorted(stale | {path for path, content in made.items() if there.get(path) != content})
    for path in different:
        sys.stdout.writelines(difference(path, there, made))
    return len(different)


def difference(path: str, there: Mapping[str, bytes | None], made: Mapping[str, bytes]) -> Iterator[str]:
    """Return a unified diff from what is there to what would be generated; only its head if all lines are equal."""
    from difflib import unified_diff  # takes longer to import than a check without differences takes to compare

    old_name = f"a/{path}" if path in there else "/dev/null"
    new_name = f"b/{path}" if path in made else "/dev/null"
    lines = unified_diff(_lines(there.get(path, b"")), _lines(made.get(path, b"")), old_name, new_name)
    for line in list(lines) or [f"--- {old_name}\n", f"+++ {new_name}\n"]:
        yield printable_lines(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _lines(content: bytes | None) -> list[str]:
    if content is None:
        return ["(a link, or something else that is not a regular file)\n"]
    return content.decode("utf-8", "replace").splitlines(keepends=True)
