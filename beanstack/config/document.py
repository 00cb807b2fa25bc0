"""A tree of values that know their line and column, and how one lies over another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Path


@dataclass(frozen=True, slots=True)
class Node:
    """A value, its place (from 1), the place of its key (its own where it has none) and its path in the file.

    `told`: that it is wrong has been said, so nobody judges the value. `removes`: a null in the place of a value of
    `defaults`.
    """

    value: dict[str, Node] | list[Node] | str | int | float | bool | None
    place: tuple[int, int]
    key_place: tuple[int, int]
    path: Path
    told: bool = False
    removes: bool = False

    def plain(self) -> object:
        """The value without places; a mapping's nulls are left out, so that a model's default applies."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items() if node.value is not None}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def told_paths(self) -> Iterator[Path]:
        """Where in this tree the values are that nobody judges."""
        if self.told:
            yield ()
        else:
            for step, below in self.children():
                yield from ((step, *path) for path in below.told_paths())

    def children(self) -> Iterator[tuple[str | int, Node]]:
        """The values of a mapping by key or those of a list by index."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, list):
            yield from enumerate(self.value)

    def corrected(self, path: Path, name: str | None, *, judged: bool) -> Node:
        """This tree with the key at `path` called `name`, left out where that is None.

        Where it is not `judged`, nobody knows whether its value is meant so. An entry of that name is kept.
        """
        step, below = path[0], path[1:]
        if isinstance(self.value, list):
            items = [
                node.corrected(below, name, judged=judged) if index == step else node
                for index, node in enumerate(self.value)
            ]
            return replace(self, value=items)
        value = dict(cast("dict[str, Node]", self.value))
        if below:
            value[str(step)] = value[str(step)].corrected(below, name, judged=judged)
            return replace(self, value=value)
        node = value.pop(str(step))
        if name is not None and name not in value:
            value[name] = node if judged else replace(node, told=True)
        elif name is not None and judged and isinstance(node.value, dict) and isinstance(value[name].value, dict):
            value[name] = merged(value[name], node)
        return replace(self, value=value)

    def nearest(self, path: Path) -> tuple[Node, Path]:
        """The node at `path` or its nearest ancestor that exists, and what of the path is left."""
        node = self
        for index, step in enumerate(path):
            below = node.child(step)
            if below is None:
                return node, path[index:]
            node = below
        return node, ()

    def child(self, step: str | int) -> Node | None:
        """The value under a key or index."""
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def merged(base: Node, override: Node) -> Node:
    """`override` laid over `base`: mappings merge, everything else replaces, null included."""
    if override.value is None and base.value is not None:
        return replace(override, removes=True)
    if not isinstance(override.value, dict):
        return override
    if not isinstance(base.value, dict):
        return replace(override, told=override.told or base.told)
    value = dict(base.value)
    for key, node in override.value.items():
        value[key] = merged(value[key], node) if key in value else node
    return replace(base, value=value, told=base.told or override.told)
