"""How an environment's settings lie over `defaults`, and what of them a model validates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.eb.functions import Function

if TYPE_CHECKING:
    from beanstack.eb.findings import Path
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
    if node.tag:
        return Function(node.tag.removeprefix("!"), str(node.value))
    if isinstance(node.value, dict):
        return {key: plain(below) for key, below in node.value.items() if below.value is not None}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def without_functions(settings: Node) -> tuple[Node, dict[Path, Function]]:
    """Return settings with an empty text for each function among properties and options, and these by their paths."""
    found: dict[Path, Function] = {}
    entries = dict(settings.entries())
    for key in ("properties", "options"):
        if key in entries:
            entries[key] = _known(entries[key], (key,), found)
    return replace(settings, value=entries), found


def _known(node: Node, path: Path, found: dict[Path, Function]) -> Node:
    """Return a value with an empty text for each function in it, which is added to those that were found."""
    if node.tag:
        found[path] = Function(node.tag.removeprefix("!"), str(node.value))
        return replace(node, value="", tag="")
    if not isinstance(node.value, dict):
        return node
    return replace(node, value={key: _known(below, (*path, key), found) for key, below in node.entries().items()})


def with_bare_volumes(defaults: Node) -> Node:
    """Return `defaults` in which a bare volume is one without settings, as Compose declares it."""
    volumes = defaults.child("volumes")
    if not volumes or not isinstance(volumes.value, dict):
        return defaults
    bare = {name: replace(node, value={}) for name, node in volumes.entries().items() if node.value is None}
    given = replace(volumes, value={**volumes.value, **bare})
    return replace(defaults, value={**defaults.entries(), "volumes": given})
