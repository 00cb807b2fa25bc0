"""YAML 1.2 text -> a tree of values that know their line and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from beanstack.config.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.nodes import Node as YamlNode

TYPES = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": bool,
}
# Control characters, lone surrogates and the two Unicode line ends: no name, path or variable needs one, and each
# is lost or split by something on its way to a container (YAML 1.1, the environment of a process, a terminal).
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A value, its place (from 1), the place of its key (its own where it has none) and its path in the file."""

    value: dict[str, Node] | list[Node] | str | int | float | bool | None
    place: tuple[int, int]
    key_place: tuple[int, int]
    path: tuple[str | int, ...]

    def plain(self) -> object:
        """The value without places; a mapping's nulls are left out, so that a model's default applies."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items() if node.value is not None}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def nearest(self, path: tuple[str | int, ...]) -> tuple[Node, tuple[str | int, ...]]:
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
    if not (isinstance(base.value, dict) and isinstance(override.value, dict)):
        return override
    value = dict(base.value)
    for key, node in override.value.items():
        value[key] = merged(value[key], node) if key in value else node
    return Node(value, base.place, base.key_place, base.path)


def parse(text: str, file: str) -> Node:
    """The document of `text`; `file` names it in errors.

    Raises ConfigError for all that is wrong with the YAML itself: syntax, no document or several, duplicate keys,
    keys that are no strings, tags, anchors on anything but a plain value, control characters.
    """
    yaml = YAML(pure=True)
    yaml.allow_duplicate_keys = True  # they are reported below, all at once and in our words
    reader = _Reader(file, yaml)
    try:
        root = yaml.compose(text)
        node = reader.node(root, (), None) if root else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = " ".join(filter(None, (error.problem, error.context)))
        raise ConfigError([Problem(file, line, column, "", f"not YAML: {message}")]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise ConfigError([Problem(file, 1, 1, "", f"not YAML: {message}")]) from None
    if node is None:
        raise ConfigError([Problem(file, 1, 1, "", "the file is empty")])
    if reader.problems:
        raise ConfigError(reader.problems)
    return node


class _Reader:
    """Turns ruamel's nodes into ours and gathers what is wrong on the way."""

    def __init__(self, file: str, yaml: YAML) -> None:
        self.file = file
        self.construct = yaml.constructor.construct_object
        self.problems: list[Problem] = []

    def node(self, yaml: YamlNode, path: tuple[str | int, ...], key: YamlNode | None) -> Node:
        value: dict[str, Node] | list[Node] | str | int | float | bool | None
        if isinstance(yaml, ScalarNode):
            value = self.scalar(yaml, path)
        elif yaml.anchor:  # not followed, so that no file can grow without end or hold itself
            self.problem(yaml, (), "only a plain value can carry an anchor; `defaults` shares mappings")
            value = None
        elif isinstance(yaml, MappingNode):
            value = dict(self.items(yaml, path))
        else:
            value = [self.node(item, (*path, index), None) for index, item in enumerate(yaml.value)]
        return Node(value, _place(yaml), _place(key or yaml), path)

    def items(self, yaml: MappingNode, path: tuple[str | int, ...]) -> Iterator[tuple[str, Node]]:
        if yaml.tag != "tag:yaml.org,2002:map":
            self.problem(yaml, path, f"the tag {yaml.tag} has no meaning here")
        seen: dict[str, YamlNode] = {}
        for key, item in yaml.value:
            if not isinstance(key, ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                written = f' (write "{key.value}" in quotes)' if isinstance(key, ScalarNode) else ""
                self.problem(key, path, f"a key must be a string{written}")
                continue
            name = cast("str", self.scalar(key, (*path, key.value)))
            if name in seen:
                first = _place(seen[name])
                self.problem(key, (*path, name), f"duplicate key; it stands in line {first[0]} already")
            seen.setdefault(name, key)
            yield name, self.node(item, (*path, name), key)

    def scalar(self, yaml: ScalarNode, path: tuple[str | int, ...]) -> str | int | float | bool | None:
        if yaml.tag == "tag:yaml.org,2002:null":
            return None
        if yaml.tag not in TYPES:
            return self.untyped(yaml, path)
        if yaml.tag == "tag:yaml.org,2002:str":
            text = str(yaml.value)
            found = CONTROL.search(text)
            if found:
                self.problem(yaml, path, f"control character U+{ord(found[0]):04X}")
            return text
        return cast("int | float | bool", TYPES[yaml.tag](self.construct(yaml)))

    def untyped(self, yaml: ScalarNode, path: tuple[str | int, ...]) -> str:
        """What YAML alone would give a type that no key takes: a date is the text that the user wrote."""
        if yaml.tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"):
            self.problem(yaml, path, f"the tag {yaml.tag} has no meaning here")
        return str(yaml.value)

    def problem(self, yaml: YamlNode, path: tuple[str | int, ...], message: str) -> None:
        self.problems.append(Problem(self.file, *_place(yaml), ".".join(map(str, path)), message))


def _place(yaml: YamlNode) -> tuple[int, int]:
    return yaml.start_mark.line + 1, yaml.start_mark.column + 1
