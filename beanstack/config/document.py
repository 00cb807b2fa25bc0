"""YAML 1.2 text -> a tree of values that know their line and column."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from beanstack.config.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.nodes import Node as YamlNode

TAG = "tag:yaml.org,2002:"
# Control characters, lone surrogates, byte order marks and the two Unicode line ends: no name, path or variable needs
# one, and each is lost or split by something on its way to a container (YAML 1.1, a process's environment, a terminal).
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# The same in a file, where tabs and line ends have a meaning.
STRAY = re.compile("(?!\t|\n|\r\n)" + CONTROL.pattern)
DIRECTIVE = re.compile(r"^%", re.MULTILINE)
BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")
LONGEST_NUMBER = 18  # characters; what no setting needs may be a text that has lost its quotes


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

    def corrected(self, path: tuple[str | int, ...], name: str | None) -> Node:
        """This tree with the key at `path` called `name`, left out where that is None or stands there already."""
        step, below = path[0], path[1:]
        if isinstance(self.value, list):
            items = [node.corrected(below, name) if index == step else node for index, node in enumerate(self.value)]
            return replace(self, value=items)
        given, value = cast("dict[str, Node]", self.value), {}
        for key, node in given.items():
            if key != step:
                value[key] = node
            elif below:
                value[key] = node.corrected(below, name)
            elif name is not None and name not in given:
                value[name] = node
        return replace(self, value=value)

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


def place_in(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at an index."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def parse(text: str, file: str) -> Node:
    """The document of `text`; `file` names it in errors.

    Raises ConfigError for all that is wrong with the YAML itself: syntax, no document or several, directives, duplicate
    keys, keys that are no strings, tags, anchors on anything but a plain value, control characters, numbers that are
    read as something else than what stands there.
    """
    for pattern, message in (
        (STRAY, "control character U+{:04X}"),
        (DIRECTIVE, "not YAML: a directive, which no file needs"),
    ):
        found = pattern.search(text)
        if found:
            place = place_in(text, found.start())
            raise ConfigError([Problem(file, *place, "", message.format(ord(found[0])))])
    yaml = YAML(typ="safe", pure=True)
    reader = _Reader(file, yaml)
    try:
        root = yaml.compose(text)
        node = reader.node(root, (), None) if root else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigError([Problem(file, line, column, "", f"not YAML: {_wording(error)}")]) from None
    except RecursionError:
        raise ConfigError([Problem(file, 1, 1, "", "not YAML: nested too deeply")]) from None
    except (OverflowError, ValueError):  # ruamel gives the escape no place
        found = BEYOND_UNICODE.search(text)
        place = place_in(text, found.start() if found else 0)
        raise ConfigError([Problem(file, *place, "", "not YAML: an escape that is no character")]) from None
    if node is None:
        raise ConfigError([Problem(file, 1, 1, "", "the file is empty")])
    if reader.problems:
        raise ConfigError(reader.problems)
    return node


class _Reader:
    """Turns ruamel's nodes into ours and gathers what is wrong on the way."""

    def __init__(self, file: str, yaml: YAML) -> None:
        self.file = file
        self.resolve = yaml.resolver.resolve
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
            if yaml.tag != f"{TAG}seq":
                self.tagged(yaml, path)
            value = [self.node(item, (*path, index), None) for index, item in enumerate(yaml.value)]
        bare = key is not None and value is None  # ruamel places what is not there at the next line
        return Node(value, _place(key if key and bare else yaml), _place(key or yaml), path)

    def items(self, yaml: MappingNode, path: tuple[str | int, ...]) -> Iterator[tuple[str, Node]]:
        if yaml.tag != f"{TAG}map":
            self.tagged(yaml, path)
        seen: dict[str, YamlNode] = {}
        for key, item in yaml.value:
            if key.tag == f"{TAG}merge":
                self.problem(key, path, "a merge key has no meaning here; `defaults` shares mappings")
                continue
            if not isinstance(key, ScalarNode) or key.tag != f"{TAG}str":
                written = f'; write "{key.value}" in quotes' if isinstance(key, ScalarNode) and key.value else ""
                self.problem(key, path, f"a key must be a string{written}")
                continue
            name = cast("str", self.scalar(key, (*path, key.value)))
            if name in seen:
                first = _place(seen[name])
                self.problem(key, (*path, name), f"duplicate key; it stands in line {first[0]} already")
            seen.setdefault(name, key)
            yield name, self.node(item, (*path, name), key)

    def scalar(self, yaml: ScalarNode, path: tuple[str | int, ...]) -> str | int | float | bool | None:
        text = str(yaml.value)
        if yaml.tag != str(self.resolve(ScalarNode, text, (yaml.style is None, True))):
            self.tagged(yaml, path)
            return text
        match yaml.tag.removeprefix(TAG):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" | "float":
                return self.number(yaml, path)
        found = CONTROL.search(text)  # what is left is text, or a date, which is the text that the user wrote
        if found:
            hint = "; a value is one line, and `>-` folds several into one" if found[0] == "\n" else ""
            self.problem(yaml, path, f"control character U+{ord(found[0]):04X}{hint}")
        return text

    def number(self, yaml: ScalarNode, path: tuple[str | int, ...]) -> str | int | float:
        """A number that is written as it is read: 0123, 8.40, 1_000 and 1e3 are rather texts without their quotes."""
        text = str(yaml.value)
        value = cast("int | float", self.construct(yaml)) if len(text) <= LONGEST_NUMBER else math.inf
        if str(value) == text:
            return value
        message = "no setting takes such a number; if it is text, write it in quotes"
        if math.isfinite(value):
            message = f'is read as the number {value}; write {value}, or "{text}" in quotes if it is text'
        self.problem(yaml, path, message)
        return text

    def tagged(self, yaml: YamlNode, path: tuple[str | int, ...]) -> None:
        tag = str(yaml.tag).replace(TAG, "!!")
        self.problem(yaml, path, f"the tag {tag} has no meaning here; write the value without it")

    def problem(self, yaml: YamlNode, path: tuple[str | int, ...], message: str) -> None:
        where = CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", ".".join(map(str, path)))
        self.problems.append(Problem(self.file, *_place(yaml), where, message))


def _place(yaml: YamlNode) -> tuple[int, int]:
    return yaml.start_mark.line + 1, yaml.start_mark.column + 1


def _wording(error: MarkedYAMLError) -> str:
    """What the parser says, in one line: what it found, then where it was."""
    problem, context = (" ".join((part or "").split()) for part in (error.problem, error.context))
    if problem.startswith("but "):  # the second half of a sentence
        return f"{context}, {problem}"
    if "'\\t'" in problem:
        return "a tab; indent with spaces"
    return f"{problem} {context}".rstrip()
