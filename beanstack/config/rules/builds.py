"""Rules on the sources that images are built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment


def account(env: Environment) -> Iterator[Finding]:
    """Yield sources without the account whose registry would keep the image."""
    if env.account:
        return
    for path in env.builds:
        message = "needs `account`, the ID of the AWS account whose registry keeps the image"
        yield Finding(path, message, at_key=True)
