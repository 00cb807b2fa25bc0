"""What an application's stack hands to the stacks of its environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beanstack.config import Application

BUNDLE_BUCKET = "BundleBucket"
SERVICE_ROLE = "ServiceRole"


def name(application: Application, export: str) -> str:
    """An export's name, unique in account and region because the application's stack is."""
    return f"{application.name}-{export}"
