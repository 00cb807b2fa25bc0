"""The error that this package raises for users."""

from __future__ import annotations


class RunError(Exception):
    """An environment cannot run here. The message says why and what to do."""
