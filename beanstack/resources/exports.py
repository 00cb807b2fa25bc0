"""The exports of an application's stack, which the stacks of its environments import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beanstack.config import Application

ACCESS_LOG_BUCKET = "AccessLogBucket"
BUNDLE_BUCKET = "BundleBucket"
SERVICE_ROLE = "ServiceRole"


def name(application: Application, export: str) -> str:
    """Return an export's name, which is unique in account and Region because the application's stack is."""
    return f"{application.name}-{export}"
