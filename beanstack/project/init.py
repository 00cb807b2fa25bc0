"""`beanstack init`: the files of a new project, or those that an existing folder lacks.

Nothing that is there is ever changed. Exit status: 0 all files are there, 1 some of those that were there differ from
what a new project would have, 2 a mistake, and nothing was written.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from beanstack import differences, generate, tree
from beanstack.bundle import TemplateError
from beanstack.config import ConfigError
from beanstack.config.folder import entries
from beanstack.config.names import application_problems
from beanstack.project import installed, skeleton
from beanstack.project.answers import QUESTIONS, Answers, answers
from beanstack.project.errors import ProjectError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def run(folder: Path, options: argparse.Namespace) -> int:
    """Run `beanstack init`: report mistakes, and return the exit status."""
    try:
        return init(folder, options)
    except (ProjectError, ConfigError, TemplateError) as error:
        print(error, file=sys.stderr)
    except EOFError:  # the terminal was closed in place of an answer
        print(file=sys.stderr)
    except OSError as error:
        print(tree.failure(error, folder), file=sys.stderr)
    return 2


def init(folder: Path, options: argparse.Namespace) -> int:
    """Write what a folder lacks, and report what it has."""
    made = dict(skeleton.files())
    wants_application = any(getattr(options, name) is not None for name in QUESTIONS)
    if wants_application or not entries(folder / "config"):
        made |= first_application(folder, options)
    made |= installed.files()
    there = found(folder, made)
    new = {path: content for path, content in made.items() if path not in there}
    differing = [path for path, content in there.items() if content != made[path]]
    tree.write(folder, new, [])
    if "generate.py" in new:
        (folder / "generate.py").chmod(0o755)
    report(made, there, differing)
    return 1 if differing else 0


def first_application(folder: Path, options: argparse.Namespace) -> dict[str, bytes]:
    """Return the files of the application that flags and answers describe."""
    name = folder.resolve().name
    suggested = {} if any(application_problems(name, name)) else {"application": name}
    given = answers(options, suggested, problem)
    made = skeleton.application_files(given, skeleton.one_container(given))
    config = skeleton.config_path(given.application)
    if made[config] != found(folder, [config]).get(config, made[config]):
        return {path: made[path] for path in (config, skeleton.README)}  # what is generated follows from another one
    return made | {generate.README: generate.readme()}


def problem(given: Answers) -> str:
    """Return what is wrong with answers; empty if nothing is."""
    try:
        skeleton.application_files(given, skeleton.one_container(given))
    except (ProjectError, ConfigError) as error:
        return str(error)
    return ""


def found(folder: Path, paths: Iterable[str]) -> dict[str, bytes | None]:
    """Return those of some files that a folder has; None for what is there and is no regular file."""
    there: dict[str, bytes | None] = {}
    for path in paths:
        place = folder / path
        if place.is_file() and not place.is_symlink():
            there[path] = place.read_bytes()
        elif place.is_symlink() or place.exists():
            there[path] = None
    return there


def report(made: Mapping[str, bytes], there: Mapping[str, bytes | None], differing: Sequence[str]) -> None:
    """Print each file with what became of it, and the differences to those that were left as they were."""
    for path in sorted(made):
        word = "differs" if path in differing else "identical" if path in there else "new"
        print(f"  {word:<9} {path}")
    differences.show({path: made[path] for path in differing}, {path: there[path] for path in differing})
    print(f"{len(made) - len(there)} files written, {len(there) - len(differing)} identical, {len(differing)} differ")
    if differing:
        print("what differs was left as it is; the lines with + are those of a new project")
