"""The configuration files of a project: which entries of `config/` count, where they lie, how errors name them."""

from __future__ import annotations

import os
from pathlib import Path

from beanstack.config.errors import ConfigError, mistake


def all_configs(folder: Path) -> list[Path]:
    """Return all entries of a project's `config/`. Raise ConfigError if there is none, or none for a folder's files."""
    found = entries(folder)
    if not found:
        raise ConfigError([mistake("no configuration; add <application>.yaml", shown(folder))])
    names = {path.stem for path in found}
    alone = [path.parent for path in sorted(folder.glob("*/bundle")) if path.parent.name not in names]
    if alone:
        raise ConfigError(
            [mistake(f"the files are for no application; add {path.name}.yaml", shown(path)) for path in alone]
        )
    return found


def entries(folder: Path) -> list[Path]:
    """Return what a project's `config/` holds, sorted: what is named as a configuration, and every other file.

    Files with another suffix are included, so that `shop.yml` is refused instead of ignored; a folder without the
    suffix is not, because an application's own files may lie there.
    """
    found = sorted(folder.iterdir()) if folder.exists() else []
    return [path for path in found if not path.name.startswith(".") and (path.suffix == ".yaml" or not path.is_dir())]


def place(path: Path) -> Path:
    """Return where a file lies, however it was reached; its own name stays, even if it is a link."""
    return Path(os.path.realpath(path.parent), path.name)


def shown(path: Path) -> str:
    """Return the path as errors name it: relative to the working directory if it lies below, otherwise absolute."""
    absolute = Path(os.path.normpath(Path.cwd() / path))
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute)
