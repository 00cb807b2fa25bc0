"""The errors that are reported to an operator."""

from __future__ import annotations


class DeploymentError(Exception):
    """A committed template that cannot be deployed as it is; the message is for users."""
