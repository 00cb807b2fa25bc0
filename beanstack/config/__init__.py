"""config/<application>.yaml -> frozen settings, or all that is wrong with the files at once.

The merge of `defaults` and environment happens here, once; all other code sees whole settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.config import names
from beanstack.config.errors import ConfigError, Problem, told_once
from beanstack.config.file import File
from beanstack.config.reader import parse, place_in
from beanstack.config.settings import Application, Environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from beanstack.config.document import Node

__all__ = ["Application", "ConfigError", "Configuration", "Environment", "Problem", "load"]


class Configuration(NamedTuple):
    """Applications in the order of their files, and what deserves a look though it is not wrong."""

    applications: tuple[Application, ...]
    warnings: tuple[Problem, ...]


def load(paths: Iterable[Path]) -> Configuration:
    """The applications of some files.

    Raises ConfigError with every mistake of every file; then nothing has been taken over in part.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    applications: list[Application] = []
    documents: list[tuple[str, Node]] = []
    for path in paths:
        try:
            root, found = parse(_text(path), str(path))
            problems += found
            if root:
                documents.append((str(path), root))
                file = File(str(path), root)
                applications.append(file.application(path.stem))
                warnings += told_once(file.warnings)
        except ConfigError as error:
            problems += error.problems
    problems += names.shared_stacks(documents)
    if problems:
        raise ConfigError(problems)
    return Configuration(tuple(applications), tuple(warnings))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError([Problem(str(path), 1, 1, "", f"cannot be read: {error.strerror}")]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()  # without the byte order mark
        message = f"not UTF-8: byte 0x{error.object[error.start]:02X}"
        raise ConfigError([Problem(str(path), *place_in(before, len(before)), "", message)]) from None
