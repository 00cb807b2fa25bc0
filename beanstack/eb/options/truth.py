"""Logic with three values: true, false, or unknown (None)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def every(truths: Iterable[bool | None]) -> bool | None:
    """Return whether all are true."""
    found = set(truths)
    if False in found:
        return False
    return None if None in found else True


def some(truths: Iterable[bool | None]) -> bool | None:
    """Return whether at least one is true."""
    found = set(truths)
    if True in found:
        return True
    return None if None in found else False


def contrary(truth: bool | None) -> bool | None:
    """Return the opposite; of unknown it is unknown."""
    return None if truth is None else not truth
