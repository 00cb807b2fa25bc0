"""How an environment's settings lie over `defaults`, and what of them a model validates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beanstack.text.document import Node


def merged(base: Node, override: Node) -> Node:
    """Return `override` laid over `base`: mappings merge, everything else replaces, null included."""
    if not isinstance(base.value, dict) or not isinstance(override.value, dict):
        return override
    value = dict(base.value)
    for key, node in override.value.items():
        value[key] = merged(value[key], node) if key in value else node
    return replace(base, value=value)


def plain(node: Node) -> object:
    """Return a value without places; a mapping's nulls are left out, so that a model's default applies."""
    if isinstance(node.value, dict):
        return {key: plain(below) for key, below in node.value.items() if below.value is not None}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def with_bare_volumes(defaults: Node) -> Node:
    """Return `defaults` in which a bare volume is one without settings, as Compose declares it."""
    volumes = defaults.child("volumes")
    if not volumes or not isinstance(volumes.value, dict):
        return defaults
    bare = {name: replace(node, value={}) for name, node in volumes.entries().items() if node.value is None}
    given = replace(volumes, value={**volumes.value, **bare})
    return replace(defaults, value={**defaults.entries(), "volumes": given})
