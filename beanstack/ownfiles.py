"""The files that an application adds to its bundles: those of config/<application>/bundle/.

Litter that editors and systems leave behind stays out, as it does in the zip. Nothing here depends on modes or on the
umask: what is executable in the zip is decided by name and content (`archive.mode`).
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from beanstack import tree
from beanstack.archive import is_litter
from beanstack.config import ConfigError, folder
from beanstack.config.errors import mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from beanstack.eb.findings import Finding


def place(config: Path, application: str) -> Path:
    """Return where the files of an application lie, beside its configuration file."""
    return config / application / "bundle"


def read(config: Path, application: str) -> dict[str, bytes]:
    """Return an application's own files by their paths in its bundle.

    Raise ConfigError for names and links that must not be in a bundle, OSError for what cannot be read.
    """
    above = place(config, application)
    start = f"{above.relative_to(config).as_posix()}/"
    files: dict[str, bytes] = {}
    mistakes: list[Finding] = []
    for path, content in tree.existing(config, [start.rstrip("/")]):
        if is_litter(path):
            continue
        if content is None:
            message = "a link, or something else that is not a regular file; put a copy of the file in its place"
            mistakes.append(mistake(message, folder.shown(config / path)))
        elif "\\" in path or not path.isprintable():
            message = "the name has a backslash, or a character that cannot be printed; rename the file"
            mistakes.append(mistake(message, folder.shown(config / path)))
        else:
            files[path.removeprefix(start)] = content
    if mistakes:
        raise ConfigError(mistakes)
    return files


def check_places(own: Iterable[tuple[str, str]], generated: Mapping[str, str]) -> None:
    """Raise ConfigError if an own file would take the place of another; each has its path in the bundle and a source.

    A project's `templates/` is the one place for a file that replaces a generated one. Names that differ only in case
    are one file on macOS and Windows, where the bundle may be checked out.
    """
    mistakes = []
    taken = [(path, source, "; to replace it, use templates/") for path, source in generated.items()]
    for path, source in own:
        for other, origin, advice in taken:
            if _collide(path.casefold(), other.casefold()):
                mistakes.append(mistake(f"the bundle has {other} already, made from {origin}{advice}", source))
        taken.append((path, source, ""))
    if mistakes:
        raise ConfigError(mistakes)


def _collide(path: str, other: str) -> bool:
    """Return whether two paths are the same, or one needs a folder where the other is a file."""
    return path == other or path in _folders(other) or other in _folders(path)


def _folders(path: str) -> list[str]:
    return [str(above) for above in PurePosixPath(path).parents]


def with_lf(content: bytes) -> bytes:
    """Return a file with LF as its line ends if it is text, which is UTF-8 without a NUL byte.

    Everything else stays as it is. A hook with CRLF fails on an instance:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
    """
    if b"\r\n" not in content or b"\0" in content:
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return content
    return content.replace(b"\r\n", b"\n")
