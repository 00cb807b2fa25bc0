#!/usr/bin/env python3
"""config/ -> bundle/, output/ and docs/reference/.

Renders and checks everything before it touches a file; then all are written beside their places before the first is
renamed, and what no configuration accounts for any more is removed. Exit status: 0 done, 1 `--check` found a
difference, 2 a mistake.
"""

from __future__ import annotations

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # importing takes longer than the rest: Ctrl-C is no traceback there

import argparse
import io
import os
import sys
from errno import ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack import reference, stacks, tree, yaml
from beanstack.archive import archive, key
from beanstack.bundle import bundle
from beanstack.config import ConfigError, load
from beanstack.resources import accepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.config import Application

PROJECT = Path(__file__).resolve().parent
CONFIG = PROJECT / "config"


def files(application: Application) -> dict[str, bytes]:
    """Everything that is generated for an application: contents by path from the project's root."""
    name, source = application.name, f"config/{application.name}.yaml"
    made = {f"output/{name}/application.yaml": yaml.text(stacks.application_stack(application), source).encode()}
    for environment in application.environments.values():
        bundled = bundle(application, environment)
        template = stacks.environment_stack(application, environment, key(archive(bundled)))
        made[f"output/{name}/{environment.name}.yaml"] = yaml.text(template, source).encode()
        made |= {f"bundle/{name}/{environment.name}/{path}": content for path, content in bundled.items()}
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still shows the diff
    try:
        return generate(options.config, options.root, check=options.check)
    except ConfigError as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        # A rename names the file that was to be written second, behind the temporary one.
        path = error.filename2 or error.filename or options.root
        print(f"generate.py: {path}: {error.strerror}", file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description="Makes bundle/ and output/ from the files in config/, and docs/reference/ from the models."
    )
    made.add_argument("config", nargs="*", type=Path, metavar="CONFIG", help="files; by default all of config/")
    made.add_argument(
        "--root",
        type=Path,
        default=PROJECT,
        metavar="DIR",
        help="write below DIR instead of the project: bundle/ and output/ of the applications, no docs/reference/",
    )
    made.add_argument("--check", action="store_true", help="write nothing; show what differs and exit 1")
    return made


def generate(configs: Sequence[Path], root: Path, *, check: bool) -> int:
    """Generates for the named files, or for all of config/, to which the project's generated folders belong whole."""
    above = next(path for path in (root, *root.absolute().parents) if path.exists())
    if not above.is_dir():
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(above))
    home = os.path.realpath(root) == str(PROJECT)
    named = {place(path): path for path in configs or all_configs()}
    ours = home or any(at.parent == CONFIG for at in named)
    others = [path for path in entries() if place(path) not in named] if ours else []
    configuration = load(named.values(), others, shown, accepted.judged)
    for warning in configuration.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    made: dict[str, bytes] = {}
    for application in configuration.applications:
        made |= files(application)
    owned = [
        f"{folder}/{application.name}" for application in configuration.applications for folder in ("bundle", "output")
    ]
    if home and not configs:
        owned = ["bundle", "output", reference.FOLDER]
        made |= reference.files()
    there = dict(tree.existing(root, owned))
    names = ", ".join(application.name for application in configuration.applications)
    return compared(names, made, there) if check else written(names, root, made, there)


def all_configs() -> list[Path]:
    """All entries of config/. Raises ConfigError where there is none."""
    from beanstack.config.errors import mistake

    found = entries()
    if not found:
        raise ConfigError([mistake("no configuration; add <application>.yaml", shown(CONFIG))])
    return found


def entries() -> list[Path]:
    """What lies in config/ and is called as a configuration or is no folder, readable or not; sorted."""
    found = sorted(CONFIG.iterdir()) if CONFIG.exists() else []
    return [path for path in found if not path.name.startswith(".") and (path.suffix == ".yaml" or not path.is_dir())]


def place(path: Path) -> Path:
    """Where a file lies, however one gets there; its own name stays, even that of a link."""
    return Path(os.path.realpath(path.parent), path.name)


def shown(path: Path) -> str:
    """The path as errors name it: from the working directory where it lies below, else from the root."""
    absolute = Path(os.path.normpath(Path.cwd() / path))
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute)


def compared(names: str, made: Mapping[str, bytes], there: Mapping[str, bytes | None]) -> int:
    """Prints what generation would change."""
    stale = there.keys() - made.keys()
    different = sorted(stale | {path for path, content in made.items() if there.get(path) != content})
    for path in different:
        sys.stdout.writelines(difference(path, there, made))
    if different:
        print(f"generate.py: {len(different)} files differ from config/; `make generate` makes them", file=sys.stderr)
        return 1
    print(f"{names}: {len(made)} files are what config/ says")
    return 0


def difference(path: str, there: Mapping[str, bytes | None], made: Mapping[str, bytes]) -> Iterator[str]:
    """A unified diff from what is there to what would be generated; its head alone where no line tells them apart."""
    from difflib import unified_diff

    old_name = f"a/{path}" if path in there else "/dev/null"
    new_name = f"b/{path}" if path in made else "/dev/null"
    lines = unified_diff(_lines(there.get(path, b"")), _lines(made.get(path, b"")), old_name, new_name)
    for line in list(lines) or [f"--- {old_name}\n", f"+++ {new_name}\n"]:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    text = (
        "(a link, or something else that is no plain file)\n" if content is None else content.decode("utf-8", "replace")
    )
    return text.splitlines(keepends=True)


def written(names: str, root: Path, made: Mapping[str, bytes], there: Mapping[str, bytes | None]) -> int:
    """Writes what differs and removes what is stale, with the folders that it leaves empty."""
    stale = [path for path in there if path not in made]
    changed = {path: content for path, content in sorted(made.items()) if there.get(path) != content}
    tree.write(root, changed, stale)
    done = [f"{len(changed)} written" if changed else "", f"{len(stale)} removed" if stale else ""]
    print(f"{names}: {len(made)} files, {', '.join(filter(None, done)) or 'nothing changed'}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
