"""config/<application>.yaml -> frozen settings, or all that is wrong with the files at once.

The merge of `defaults` and environment happens here, once; all other code sees whole settings.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from beanstack.config import names
from beanstack.config.errors import ConfigError, mistake, once
from beanstack.config.file import File
from beanstack.config.reader import parse, place_in
from beanstack.config.settings import Application, Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from beanstack.config.document import Node
    from beanstack.config.file import Judge
    from beanstack.eb.findings import Finding

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
    """The applications of some files; `shown` is how an error names one, `judge` what else has a say in them.

    Of the `others` nothing counts but their stacks, whose names are taken. Raises ConfigError with every mistake of
    every file; then nothing has been taken over in part.
    """
    findings: list[Finding] = []
    warnings: list[Finding] = []
    applications: list[Application] = []
    documents: list[tuple[str, Node]] = []
    for path in paths:
        name = shown(path)
        try:
            root, found = parse(_text(path, name), name)
            if path.suffix != ".yaml":
                raise ConfigError([mistake("configuration files must be named <application>.yaml", name)])
            findings += found
            if root:
                documents.append((name, root))
                file = File(name, root)
                applications.append(file.application(path.stem, judge))
                warnings += once(file.warnings)
        except ConfigError as error:
            findings += error.findings
    findings += names.shared_stacks([*_trees(others, shown), *documents], len(documents))
    if findings:
        raise ConfigError(findings)
    return Configuration(tuple(applications), tuple(warnings))


def _trees(paths: Iterable[Path], shown: Callable[[Path], str]) -> Iterator[tuple[str, Node]]:
    """Each file that can be read, whatever else is wrong with it."""
    for path in paths:
        with suppress(ConfigError):
            root, _ = parse(_text(path, shown(path)), shown(path))
            if root:
                yield shown(path), root


def _text(path: Path, name: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError([mistake(f"cannot be read: {error.strerror}", name)]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()  # without the byte order mark
        message = f"not UTF-8: byte 0x{error.object[error.start]:02X}"
        raise ConfigError([mistake(message, name, *place_in(before, len(before)))]) from None
