"""What follows from truths of which some are not to be known (None)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def every(truths: Iterable[bool | None]) -> bool | None:
    """Whether all hold."""
    found = list(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[bool | None]) -> bool | None:
    """Whether at least one holds."""
    return contrary(every(contrary(truth) for truth in truths))


def contrary(truth: bool | None) -> bool | None:
    """Whether it does not hold."""
    return None if truth is None else not truth
