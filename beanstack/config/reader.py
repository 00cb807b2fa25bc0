"""YAML 1.2 text -> a tree of nodes, and all that is wrong with the YAML itself."""

from __future__ import annotations

import math
import re
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode

from beanstack.config.document import Node, merged
from beanstack.config.errors import mistake
from beanstack.eb.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.nodes import Node as YamlNode

    Scalar = str | int | float | bool | None

TAG = "tag:yaml.org,2002:"
# Control characters, lone surrogates, byte order marks and the two Unicode line ends: no name, path or variable needs
# one, and each is lost or split by something on its way to a container (YAML 1.1, a process's environment, a terminal).
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# The same in a file, where tabs and line ends have a meaning.
STRAY = re.compile("(?!\t|\n|\r\n)" + CONTROL.pattern)
MARK = "\ufffd"  # stands in a stray character's place, so that what follows keeps its own
DIRECTIVE = re.compile(r"^%", re.MULTILINE)
BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")
LONGEST_NUMBER = 18  # characters; what no setting needs may be a text that has lost its quotes


def place_in(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at an index."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def parse(text: str, file: str) -> tuple[Node | None, list[Finding]]:
    """The document of `text`, None where it cannot be read, and what is wrong with its YAML; `file` names it.

    Wrong are syntax, no document or several, directives, duplicate keys, keys that are no strings, tags, anchors on
    anything but a plain value, control characters, numbers that are read as something else than what stands there.
    """
    problems = list(_stray(text, file))
    directive = DIRECTIVE.search(text)
    if directive:
        place = place_in(text, directive.start())
        return None, [*problems, mistake("not YAML: a directive, which no file needs", file, *place)]
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    reader = _Reader(file, yaml, spoilt=bool(problems))
    try:
        root = yaml.compose(STRAY.sub(MARK, text) if problems else text)
        node = reader.node(root, (), None) if root else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        # A character that should not be there may be all that is wrong with its line.
        told = line in {problem.place.line for problem in problems}
        return None, problems if told else [*problems, mistake(f"not YAML: {_wording(error)}", file, line, column)]
    except RecursionError:
        return None, [*problems, mistake("not YAML: nested too deeply", file)]
    except (OverflowError, ValueError):  # ruamel gives the escape no place
        found = BEYOND_UNICODE.search(text)
        place = place_in(text, found.start() if found else 0)
        return None, [*problems, mistake("not YAML: an escape that is no character", file, *place)]
    if node is None or (node.value is None and not node.told):
        return None, [*problems, mistake("the file is empty", file)]
    return None if node.told else node, problems + reader.problems


def _stray(text: str, file: str) -> Iterator[Finding]:
    line, start = 1, 0  # of the line that has been reached, so that a file full of them is read once
    for found in STRAY.finditer(text):
        last = text.rfind("\n", start, found.start())
        if last >= 0:
            line, start = line + text.count("\n", start, last + 1), last + 1
        yield mistake(f"control character U+{ord(found[0]):04X}", file, line, found.start() - start + 1)


class _Composer(Composer):
    """Ruamel's, but a plain value that an alias stands for has the alias's place."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        alias = self.parser.peek_event() if self.parser.check_event(AliasEvent) else None
        node = super().compose_node(parent, index)
        if alias and isinstance(node, ScalarNode):
            node = copy(node)
            node.start_mark = alias.start_mark
        return node


class _Reader:
    """Turns ruamel's nodes into ours and gathers what is wrong on the way."""

    def __init__(self, file: str, yaml: YAML, *, spoilt: bool) -> None:
        self.file = file
        self.resolve = yaml.resolver.resolve
        self.construct = yaml.constructor.construct_object
        self.spoilt = spoilt
        self.problems: list[Finding] = []
        self.scalars: dict[tuple[str, str, str | None], tuple[Scalar, str | None]] = {}

    def node(self, yaml: YamlNode, path: tuple[str | int, ...], key: YamlNode | None) -> Node:
        value: dict[str, Node] | list[Node] | Scalar
        told = False
        if isinstance(yaml, ScalarNode):
            value, message = self.scalar(yaml)
            told = message is not None
            if message:
                self.problem(yaml, path, message)
        elif yaml.anchor:  # not followed, so that no file can grow without end or hold itself
            self.problem(yaml, (), "only a plain value can carry an anchor; `defaults` shares mappings")
            value, told = None, True
        elif isinstance(yaml, MappingNode):
            value = self.mapping(yaml, path)
        else:
            if yaml.tag != f"{TAG}seq":
                self.problem(yaml, path, _tagged(yaml))
            value = [self.node(item, (*path, index), None) for index, item in enumerate(yaml.value)]
        bare = key is not None and value is None  # ruamel places what is not there at the next line
        return Node(value, _place(key if key and bare else yaml), _place(key or yaml), path, told)

    def mapping(self, yaml: MappingNode, path: tuple[str | int, ...]) -> dict[str, Node]:
        """The entries of a mapping; those of a duplicate key are laid over each other."""
        if yaml.tag != f"{TAG}map":
            self.problem(yaml, path, _tagged(yaml))
        entries: dict[str, Node] = {}
        seen: dict[str, YamlNode] = {}
        for key, item in yaml.value:
            if key.tag == f"{TAG}merge":
                self.problem(key, path, "a merge key has no meaning here; `defaults` shares mappings")
                continue
            if not isinstance(key, ScalarNode):
                self.problem(key, path, "a key must be a string")
                continue
            name = CONTROL.sub("", str(key.value).replace(MARK, "") if self.spoilt else str(key.value))
            message = self.scalar(key)[1]
            node = self.node(item, (*path, name), key)
            if key.tag != f"{TAG}str":
                self.problem(key, path, "a key must be a string" + (f'; write "{name}" in quotes' if name else ""))
                node = Node(None, node.place, node.key_place, node.path, told=True)
            elif message:
                self.problem(key, (*path, str(key.value)), message)
            first = seen.setdefault(name, key)
            if first is not key:
                self.problem(key, (*path, name), f"duplicate key; it is in line {_place(first)[0]} already")
            entries[name] = merged(entries[name], node) if name in entries else node
        return entries

    def scalar(self, yaml: ScalarNode) -> tuple[Scalar, str | None]:
        """A plain value, and what is wrong with it, empty where that is told; found out once for all its aliases."""
        text = str(yaml.value)
        known = (text, str(yaml.tag), yaml.style)
        if known not in self.scalars:
            self.scalars[known] = self.read(yaml, text)
        return self.scalars[known]

    def read(self, yaml: ScalarNode, text: str) -> tuple[Scalar, str | None]:
        if yaml.tag != str(self.resolve(ScalarNode, text, (yaml.style is None, True))):
            return text, _tagged(yaml)
        match yaml.tag.removeprefix(TAG):
            case "null":
                return None, None
            case "bool":
                return text.lower() == "true", None
            case "int" | "float":
                return self.number(yaml, text)
        found = CONTROL.search(text)  # what is left is text, or a date, which is the text that the user wrote
        if not found:
            return text, "" if self.spoilt and MARK in text else None
        hint = "; a value is one line, and `>-` folds several into one" if found[0] == "\n" else ""
        return text, f"control character U+{ord(found[0]):04X}{hint}"

    def number(self, yaml: ScalarNode, text: str) -> tuple[Scalar, str | None]:
        """A number that is written as it is read: 0123, 8.40, 1_000 and 1e3 are rather texts without their quotes."""
        value = cast("int | float", self.construct(yaml)) if len(text) <= LONGEST_NUMBER else math.inf
        if str(value) == text:
            return value, None
        if math.isfinite(value):
            return text, f'is read as the number {value}; write {value}, or "{text}" in quotes if it is text'
        return text, "no setting takes such a number; if it is text, write it in quotes"

    def problem(self, yaml: YamlNode, path: tuple[str | int, ...], message: str) -> None:
        self.problems.append(Finding(path, message, place=Place(self.file, *_place(yaml))))


def _tagged(yaml: YamlNode) -> str:
    return f"the tag {str(yaml.tag).replace(TAG, '!!')} has no meaning here; write the value without it"


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
