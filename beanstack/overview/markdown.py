"""Markdown and Mermaid text in which no name or value can be taken for markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|&~])")
PLAIN = frozenset(" .,:/-()+@=")  # in a picture's labels, besides letters and digits
# Mermaid reads `\n`, `$$formulas$$` and `fa:icons` after it has decoded entities; a space without width parts them.
PARTED = re.compile(r"(?<=[\\$])|(?<=:)(?=fa-)")


def code(value: str) -> str:
    """Return a value as code that is also safe within a table's cell, where a pipe would end the cell."""
    shown = printable(value).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}"


def codes(values: Iterable[str]) -> str:
    """Return values as code, one after the other."""
    return ", ".join(map(code, values))


def prose(value: str) -> str:
    """Return a person's own words as text without markup."""
    return PUNCTUATION.sub(r"\\\1", printable(value))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose cells are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def label(*lines: str) -> str:
    """Return the quoted label of a node or an edge; what is not a letter, a digit or plain is written by its number.

    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
    """
    shown = [PARTED.sub("\u200b", printable(line)) for line in lines if line]
    return f'"{"<br/>".join("".join(map(_entity, line)) for line in shown)}"'


def _entity(character: str) -> str:
    return character if character.isalnum() or character in PLAIN else f"#{ord(character)};"
