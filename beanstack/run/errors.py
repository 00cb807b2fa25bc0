"""What a user is told."""

from __future__ import annotations


class RunError(Exception):
    """Why an environment does not run here, and what to do about it; the message is for users."""
