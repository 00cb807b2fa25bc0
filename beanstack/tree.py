"""Files below a root: what is there, and contents that are written whole or not at all."""

from __future__ import annotations

import os
from errno import EISDIR, ENOTDIR
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def existing(root: Path, owned: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files below the owned folders; None for what is not a regular file, such as a link, never followed."""
    for folder in owned:
        way = [root / folder, *(root / parent for parent in Path(folder).parents[:-1])]
        blocked = next((path for path in way if path.is_file() and not path.is_symlink()), None)
        if blocked:  # found here, before anything is written
            raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(blocked))
        link = next((path for path in way if path.is_symlink()), None)
        if link:
            yield link.relative_to(root).as_posix(), None
        if link or not (root / folder).exists():
            continue
        for at, folders, names in os.walk(root / folder, onerror=_raise):
            linked = [name for name in folders if Path(at, name).is_symlink()]
            for name in [*names, *linked]:
                path = Path(at, name)
                plain = path.is_file() and not path.is_symlink()
                yield path.relative_to(root).as_posix(), path.read_bytes() if plain else None


def _raise(error: OSError) -> None:
    raise error


def update(root: Path, made: Mapping[str, bytes], there: Mapping[str, bytes | None]) -> tuple[int, int]:
    """Write what differs from what is there and remove the rest; return how many files were written and removed."""
    changed = {path: content for path, content in sorted(made.items()) if there.get(path) != content}
    stale = [path for path in there if path not in made]
    write(root, changed, stale)
    return len(changed), len(stale)


def write(root: Path, contents: Mapping[str, bytes], stale: Iterable[str]) -> None:
    """Write all files or none, then remove the stale ones; those that are in the way are removed before."""
    for path in contents:
        if not (root / path).is_symlink() and any(not [*below, *names] for _, below, names in os.walk(root / path)):
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(root / path))  # with nothing that could be stale
    root.mkdir(parents=True, exist_ok=True)
    temporaries: dict[str, Path] = {}
    try:
        for number, (path, content) in enumerate(contents.items()):
            temporaries[path] = folder_above(root, path) / f".{os.getpid()}-{number}.new"
            try:
                with temporaries[path].open("xb") as file:
                    file.write(content)
            except OSError as error:
                error.filename = str(root / path)
                raise
        folders = {str(folder) for path in contents for folder in PurePosixPath(path).parents}
        later = []
        for path in stale:
            if path in folders or not contents.keys().isdisjoint(map(str, PurePosixPath(path).parents)):
                remove(root, path)
            else:
                later.append(path)
        for path, temporary in temporaries.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(root / path)
        for path in later:
            remove(root, path)
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)


def folder_above(root: Path, path: str) -> Path:
    """Return the nearest existing folder above a path; a folder behind a link belongs to somebody else."""
    folder = root
    for part in PurePosixPath(path).parent.parts:
        if (folder / part).is_symlink() or not (folder / part).is_dir():
            break
        folder /= part
    return folder


def remove(root: Path, path: str) -> None:
    """Remove a file and the folders that it leaves empty."""
    (root / path).unlink()
    folder = (root / path).parent
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
