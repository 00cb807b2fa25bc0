"""Edits of a configuration file in place: its YAML knows where each value is, and no other character changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.text.yaml12 import yaml12_tree

if TYPE_CHECKING:
    from beanstack.eb.findings import Path
    from beanstack.text.document import Node


class EditError(Exception):
    """A value that is not written out at its place, or a file with mistakes."""


def with_text(text: str, path: Path, value: str, beside: str) -> str:
    """Return a file's text with another text at a path of keys, which is inserted if it is missing.

    A new entry comes after `beside`, if its mapping has that key, and first otherwise. Raise EditError.
    """
    root, mistakes = yaml12_tree(text)
    if root is None or mistakes:
        raise EditError("the file has mistakes; `make generate` shows them")
    node, missing = root.nearest(path)
    if missing:
        edited = _inserted(text, node, missing, value, beside)
    else:
        edited = _replaced(text, node, value)
    after, mistakes = yaml12_tree(edited)
    if after is None or mistakes or after.plain() != _changed(root.plain(), path, value):
        raise EditError(f"{'.'.join(map(str, path))} is not written out at its place; change it by hand")
    return edited


def _replaced(text: str, node: Node, value: str) -> str:
    """Return the text with another value in place of a scalar, in its quotes if it has any."""
    if node.value is None:
        return _with_null_as(text, node, value)
    before, _, after = text[node.start : node.end].rpartition(str(node.value))
    return text[: node.start] + before + value + after + text[node.end :]


def _with_null_as(text: str, node: Node, value: str) -> str:
    """Return the text with a value in place of a null, which may be nothing behind a colon."""
    space = "" if text[node.start : node.end] else " "
    return text[: node.start] + space + value + text[node.end :]


def _inserted(text: str, node: Node, missing: Path, value: str, beside: str) -> str:
    """Return the text with a new entry in the mapping at `node`; keys that lead on to it are on the same line."""
    for key in reversed(missing[1:]):
        value = f"{{{key}: {value}}}"
    entry = f"{missing[0]}: {value}"
    if node.value is None:
        return _with_null_as(text, node, f"{{{entry}}}")
    if text[node.start] == "{":
        rest = f", {text[node.start + 1 :]}" if node.entries() else text[node.start + 1 :]
        return f"{text[: node.start + 1]}{entry}{rest}"
    first = next(iter(node.entries().values())).key_start
    indent = " " * (first - text.rfind("\n", 0, first) - 1)
    other = node.entries().get(beside)
    above = _end(text, other) if other else node.key_start
    return _with_line_below(text, above, f"{indent}{entry}")


def _with_line_below(text: str, index: int, line: str) -> str:
    """Return the text with a new line below the one that an index is in."""
    end = text.find("\n", index)
    if end < 0:
        return f"{text}\n{line}\n"
    line_end = "\r\n" if text[end - 1] == "\r" else "\n"
    return f"{text[: end + 1]}{line}{line_end}{text[end + 1 :]}"


def _end(text: str, node: Node) -> int:
    """Return where a value ends; a mapping without braces ends with its last entry, before comments that follow."""
    if text[node.start] != "{" and node.entries():
        return max(_end(text, entry) for entry in node.entries().values())
    return node.end


def _changed(plain: Any, path: Path, value: str) -> Any:
    """Return a tree of plain values with another one at a path."""
    if not path:
        return value
    key, *rest = path
    entries = plain or {}
    return {**entries, key: _changed(entries.get(key), tuple(rest), value)}
