"""An environment's tags, as the resources take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Tags

if TYPE_CHECKING:
    from beanstack.config import Environment


def tags(environment: Environment) -> dict[str, Tags]:
    """Return the `Tags` property, sorted, or nothing where config names no tags."""
    if not environment.tags:
        return {}
    return {"Tags": Tags(dict(sorted(environment.tags.items())))}
