"""How lines are shown: in colours on a terminal only, and nothing is ever cut."""

from __future__ import annotations

import sys

from rich.console import Console

COLOURS = {"ERROR": "red", "FATAL": "red", "WARN": "yellow"}


def console() -> Console:
    """Return what prints lines as they are, however long."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
