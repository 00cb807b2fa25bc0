"""Checks of checkov that a resource fails on purpose, with the reason in its template.

https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
"""

from __future__ import annotations

from typing import Any


def without_check(check: str, reason: str) -> dict[str, Any]:
    """Return the metadata by which checkov skips a check of a resource, and says why."""
    return without_checks((check, reason))


def without_checks(*checks: tuple[str, str]) -> dict[str, Any]:
    """Return the metadata by which checkov skips several checks, each with its reason."""
    skipped = [{"id": check, "comment": reason} for check, reason in checks]
    return {"Metadata": {"checkov": {"skip": skipped}}}
