"""config/<application>.yaml -> frozen settings, or all that is wrong with the files at once.

The merge of `defaults` and environment happens here, once; all other code sees whole settings.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from beanstack.config import fragment, names
from beanstack.config.errors import ConfigError, misread, mistake, once
from beanstack.config.file import File
from beanstack.config.settings import Application, Environment
from beanstack.text.document import Document, Mistake
from beanstack.text.yaml12 import yaml12_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from beanstack.config.file import Judge
    from beanstack.config.fragment import Fragment
    from beanstack.eb.findings import Finding
    from beanstack.text.document import Node

__all__ = ["Application", "ConfigError", "Configuration", "Environment", "load"]


class Configuration(NamedTuple):
    """Applications in the order of their files, and what deserves a look though it is not wrong."""

    applications: tuple[Application, ...]
    warnings: tuple[Finding, ...]


def load(
    paths: Iterable[Path],
    others: Iterable[Path] = (),
    shown: Callable[[Path], str] = str,
    judge: Judge | None = None,
) -> Configuration:
    """Return the applications of some files.

    `shown` returns the name of a file for messages; `judge` yields further findings on an environment. Of the `others`
    only the names of their stacks and repositories count, which are taken. Raise ConfigError with every mistake of
    every file.
    """
    findings: list[Finding] = []
    warnings: list[Finding] = []
    applications: list[Application] = []
    trees: list[tuple[Document, Node]] = []
    for path in paths:
        try:
            document, root, mistakes = _read(path, shown(path))
            trees.append((document, root))
            file = File(document, root, mistakes, partial(_fragment, path, shown))
            applications.append(file.application(path.stem, judge))
            warnings += once(file.warnings)
        except ConfigError as error:
            findings += error.findings
    findings += names.made_twice([*_trees(others, shown), *trees], len(trees))
    if findings:
        raise ConfigError(findings)
    return Configuration(tuple(applications), tuple(warnings))


def _fragment(config: Path, shown: Callable[[Path], str], name: str) -> Fragment:
    """Return the resources of a file that lies in the folder of a configuration's application."""
    file = config.parent / config.stem / name
    return fragment.read(file, shown(file))


def _trees(paths: Iterable[Path], shown: Callable[[Path], str]) -> Iterator[tuple[Document, Node]]:
    """Yield each file that can be read, even if it has mistakes."""
    for path in paths:
        with suppress(ConfigError):
            document, root, _ = _read(path, shown(path))
            yield document, root


def _read(path: Path, name: str) -> tuple[Document, Node, list[Mistake]]:
    """Return a file, its tree and what is wrong with its YAML. Raise ConfigError if there is no tree."""
    document = Document(name, _text(path, name))
    if path.suffix != ".yaml":
        raise ConfigError([mistake("configuration files must be named <application>.yaml", name)])
    root, mistakes = yaml12_tree(document.text)
    if root is None:
        raise ConfigError(misread(document, mistakes))
    return document, root, mistakes


def _text(path: Path, name: str) -> str:
    try:
        content = path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise ConfigError([mistake(f"cannot be read: {error.strerror}", name)]) from None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        document = Document(name, content[: error.start].decode())
        wrong = Mistake("", len(document.text), f"not UTF-8: byte 0x{content[error.start]:02X}")
        raise ConfigError(misread(document, [wrong])) from None
