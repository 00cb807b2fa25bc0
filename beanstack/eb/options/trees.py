"""The conditions of rules between options: trees of `all`, `any` and `not`, as in facts/options.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Tree = Mapping[str, Any]


def leaves(tree: Tree) -> Iterator[Tree]:
    """Yield the single conditions of a tree."""
    if "not" in tree:
        yield from leaves(tree["not"])
    elif "all" in tree or "any" in tree:
        for branch in tree.get("all") or tree["any"]:
            yield from leaves(branch)
    else:
        yield tree


def named(tree: Tree) -> Iterator[tuple[str, str | None]]:
    """Yield the namespaces and options that a tree names; None is any option."""
    for leaf in leaves(tree):
        for key, value in leaf.items():
            if key in ("opt", "opt2"):
                yield split(value)
            elif key == "items_of":
                yield from map(split, value)
            elif key == "namespace":
                for name in namespaces(leaf):
                    yield name, None
            elif key == "expr":
                for term in value["multiply"]:
                    if isinstance(term, str):
                        yield split(term)


def assumed(tree: Tree) -> set[tuple[str, str | None]]:
    """Return the namespaces and options for which a tree uses the default if they are not set."""
    found: set[tuple[str, str | None]] = set()
    for leaf in leaves(tree):
        if leaf.get("assume_default"):
            found.update(named(leaf))
    return found


def split(reference: str) -> tuple[str, str]:
    """Return the namespace and the option of `namespace::Option`."""
    namespace, _, option = reference.rpartition("::")
    return namespace, option


def namespaces(leaf: Tree) -> list[str]:
    """Return the namespaces of a condition on namespaces."""
    names: str | list[str] = leaf["namespace"]
    return [names] if isinstance(names, str) else names
