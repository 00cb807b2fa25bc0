"""How rows and lines are shown: colours and boxes on a terminal only, and nothing is ever cut."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.plan import Change

HEADS = ("Action", "Resource", "Type", "Replacement", "What differs")
COLOURS = {"ERROR": "red", "FATAL": "red", "WARN": "yellow"}
PIPED = 200  # columns of a table that no terminal shows


def console() -> Console:
    """Prints lines as they are, however long; a table is as wide as the terminal."""
    screen = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not screen.is_terminal:
        screen.width = PIPED
    return screen


def table(title: str, changes: Iterable[Change]) -> Table:
    """A plan's rows; what does not fit into a cell goes on in its next line."""
    made = Table(*(Column(head, overflow="fold") for head in HEADS), title=title, title_justify="left")
    for change in changes:
        made.add_row(change.action, change.resource, change.type, change.replacement, "\n".join(change.properties))
    return made
