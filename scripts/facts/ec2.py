"""The instance types of EC2, by family."""

from __future__ import annotations

from typing import Any

from scripts.facts.sources import api


def facts() -> dict[str, Any]:
    """Return the sizes of each family."""
    sizes: dict[str, list[str]] = {}
    for name in api("ec2")["shapes"]["InstanceType"]["enum"]:
        family, _, size = name.partition(".")
        sizes.setdefault(family, []).append(size)
    return {"sizes": {family: sorted(sizes[family]) for family in sorted(sizes)}}
