#!/usr/bin/env python3
"""config/ -> bundle/, output/ and docs/reference/.

Renders and checks everything before it touches a file; then each file is written whole and renamed, and what no
configuration accounts for any more is removed. Exit status: 0 done, 1 `--check` found a difference, 2 a mistake.
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

from beanstack import reference, stacks, yaml
from beanstack.archive import archive, key
from beanstack.bundle import bundle
from beanstack.config import ConfigError, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from beanstack.config import Application

PROJECT = Path(__file__).resolve().parent


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
    made = argparse.ArgumentParser(description="Makes bundle/ and output/ from the files in config/.")
    made.add_argument("config", nargs="*", type=Path, metavar="CONFIG", help="files; by default all of config/")
    made.add_argument(
        "--root", type=Path, default=PROJECT, metavar="DIR", help="write below DIR instead of the project"
    )
    made.add_argument("--check", action="store_true", help="write nothing; show what differs and exit 1")
    return made


def generate(configs: Sequence[Path], root: Path, *, check: bool) -> int:
    """Generates for the named files, or for all of config/, which then owns its folders whole."""
    configuration = load(dict.fromkeys(map(shown, configs or all_configs())))
    for warning in configuration.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    made: dict[str, bytes] = {}
    for application in configuration.applications:
        made |= files(application)
    owned = [
        f"{folder}/{application.name}" for application in configuration.applications for folder in ("bundle", "output")
    ]
    if not configs:
        owned = ["bundle", "output", reference.FOLDER]
        made |= reference.files()
    there = dict(existing(root, owned))
    names = ", ".join(application.name for application in configuration.applications)
    return compared(names, made, there) if check else written(names, root, made, there)


def all_configs() -> list[Path]:
    """The files of config/, sorted. Raises ConfigError where there is none or one has another ending."""
    from beanstack.config import Problem

    folder = PROJECT / "config"
    found = sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    wrong = [path for path in found if path.suffix != ".yaml"]
    problems = [Problem(str(shown(path)), 1, 1, "", "a configuration is called <application>.yaml") for path in wrong]
    if not found:
        problems.append(Problem(str(shown(folder)), 1, 1, "", "no configuration; add <application>.yaml"))
    if problems:
        raise ConfigError(problems)
    return found


def shown(path: Path) -> Path:
    """The path as errors name it: from the working directory where it lies below, else from the root."""
    absolute = Path(os.path.normpath(Path.cwd() / path))
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute


def existing(root: Path, owned: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """The files below the owned folders; None for what is no plain file, such as a link, which is never followed."""
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
    changed = [path for path, content in sorted(made.items()) if there.get(path) != content]
    for path in stale:
        (root / path).unlink()
        remove_empty(root, (root / path).parent)
    for path in changed:
        write(root / path, made[path])
    done = [f"{len(changed)} written" if changed else "", f"{len(stale)} removed" if stale else ""]
    print(f"{names}: {len(made)} files, {', '.join(filter(None, done)) or 'nothing changed'}")
    return 0


def remove_empty(root: Path, folder: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def write(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
