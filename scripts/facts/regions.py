"""The partitions of AWS and their Regions."""

from __future__ import annotations

from typing import Any

from scripts.facts.sources import data


def facts() -> dict[str, Any]:
    """Return each partition: its domain, the pattern of its Regions' names, and the Regions."""
    partitions = {}
    for partition in data("partitions")["partitions"]:
        regions = [name for name in partition["regions"] if not name.endswith("-global")]
        partitions[partition["id"]] = {
            "domain": partition["outputs"]["dnsSuffix"],
            "pattern": partition["regionRegex"],
            "regions": sorted(regions),
        }
    return {"partitions": partitions}
