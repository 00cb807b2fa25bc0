"""What IAM accepts: the characters of tags, and the names and paths of roles."""

from __future__ import annotations

import re
from typing import Any

from scripts.facts.sources import api

# [\p{L}\p{Z}\p{N}_.:/=+\-@]+: categories of Unicode, which Python's re does not know, and single signs.
CLASS = re.compile(r"\[((?:\\p\{[A-Z]\}|\\?[^\]\\])+)\][+*]")
CATEGORY = re.compile(r"\\p\{([A-Z])\}")


def facts() -> dict[str, Any]:
    """Return the categories and signs that tags may consist of, and the forms of roles' names and paths."""
    shapes = api("iam")["shapes"]
    key, value = (_characters(shapes[name]["pattern"]) for name in ("tagKeyType", "tagValueType"))
    if key != value:
        raise ValueError("keys and values of tags have different characters")
    return {
        "tag": key,
        "role_name": _limits(shapes["roleNameType"]),
        "role_path": _limits(shapes["pathType"]),
    }


def _characters(pattern: str) -> dict[str, Any]:
    match = CLASS.fullmatch(pattern)
    if not match:
        raise ValueError(f"not a class of characters: {pattern}")
    return {"categories": CATEGORY.findall(match[1]), "signs": CATEGORY.sub("", match[1]).replace("\\", "")}


def _limits(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: shape[key] for key in ("pattern", "max")}
