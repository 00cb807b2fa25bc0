"""`beanstack init`: the files of a new project, or those that an existing folder lacks. It never changes existing
files. Exit status: 0 all files are there, 1 some existing files differ from those of a new project, 2 a mistake, and
nothing was written.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from beanstack import differences, generate, tree
from beanstack.bundle import TemplateError
from beanstack.config import ConfigError
from beanstack.config.folder import entries
from beanstack.config.names import application_problems
from beanstack.eb.findings import printable, printable_lines
from beanstack.failures import failure
from beanstack.pin import ProjectError
from beanstack.project import described, installed, skeleton
from beanstack.project.answers import QUESTIONS, Answers, answers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from beanstack.takeover.draft import Draft


def run(folder: Path, options: argparse.Namespace) -> int:
    """Run `beanstack init`: report mistakes, and return the exit status."""
    try:
        return init(folder, options)
    except (ProjectError, ConfigError, TemplateError) as error:
        print(printable_lines(str(error)), file=sys.stderr)
    except EOFError:  # the terminal was closed in place of an answer
        print(file=sys.stderr)
    except OSError as error:
        print(failure(error, folder), file=sys.stderr)
    return 2


def init(folder: Path, options: argparse.Namespace) -> int:
    """Write the missing files of a folder, and report all files."""
    made = dict(skeleton.files())
    containers = None
    wants_application = any(getattr(options, name) is not None for name in QUESTIONS)
    configs = entries(folder / "config")
    if wants_application or not configs:
        containers, added = first_application(folder, options)
        made |= added
    elif not found(folder, [skeleton.README]):  # as after `beanstack import` into an empty folder
        made[skeleton.README] = skeleton.readme(configs[0].stem)
    made |= installed.files()
    there = found(folder, made)
    new = {path: content for path, content in made.items() if path not in there}
    differing = [path for path, content in there.items() if content != made[path]]
    tree.write(folder, new, [])
    if "generate.py" in new:
        (folder / "generate.py").chmod(0o755)
    report(made, there, differing)
    for line in remarks(containers) if containers else ():
        print(printable(line))
    return 1 if differing else 0


def first_application(folder: Path, options: argparse.Namespace) -> tuple[Draft, dict[str, bytes]]:
    """Return the containers and the files of the application that flags, answers and the folder's files describe."""
    name = folder.resolve().name
    suggested = {} if any(application_problems(name, name)) else {"application": name}
    seen = described.draft(folder, name)
    unasked = ["port", *([] if described.lacks_image(seen) else ["image"])] if seen else []
    given = answers(options, suggested, unasked, lambda tried: problem(folder, tried))
    containers = containers_of(folder, given)
    config = skeleton.config_path(given.application)
    try:
        made = skeleton.application_files(given, containers)
    except ConfigError as error:
        if not seen:
            raise
        raise ProjectError(f"{described.source(folder)} cannot be converted to {config}:\n{error}") from None
    if made[config] != found(folder, [config]).get(config, made[config]):
        return containers, {path: made[path] for path in (config, skeleton.README)}  # the rest follows from another one
    made |= {generate.README: generate.readme()}
    refuse_strangers(folder, made)
    return containers, made


def refuse_strangers(folder: Path, made: Mapping[str, bytes]) -> None:
    """Raise ProjectError for existing files in folders from which `make generate` would remove them."""
    others = [path for path, _ in tree.existing(folder, ["bundle", "output"]) if path not in made]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise ProjectError(
            f"{folder / min(others)}{more}: `make generate` would remove them, because bundle/ and output/ are its "
            "own; move them elsewhere first"
        )


def containers_of(folder: Path, given: Answers) -> Draft:
    """Return the containers that the folder's files or the answers describe."""
    containers = described.draft(folder, given.application)
    if containers is None:
        return skeleton.one_container(given)
    if given.image:
        containers.set(("image",), given.image)  # of each container that names none
    return containers


def problem(folder: Path, given: Answers) -> str:
    """Return the problems with the answers; empty if there are none."""
    try:
        skeleton.application_files(given, containers_of(folder, given))
    except (ProjectError, ConfigError) as error:
        return str(error)
    return ""


def remarks(containers: Draft) -> Iterator[str]:
    """Yield the parts of the described containers that the configuration changes or omits."""
    for left in containers.left:
        yield f"not in config/: {left}"
    for left in containers.to_fill_in:
        yield f"to fill in, at FILL IN in config/: {left}"


def found(folder: Path, paths: Iterable[str]) -> dict[str, bytes | None]:
    """Return the contents of those files that a folder has; None for one that is not a regular file."""
    there: dict[str, bytes | None] = {}
    for path in paths:
        place = folder / path
        if place.is_file() and not place.is_symlink():
            there[path] = place.read_bytes()
        elif place.is_symlink() or place.exists():
            there[path] = None
    return there


def report(made: Mapping[str, bytes], there: Mapping[str, bytes | None], differing: Sequence[str]) -> None:
    """Print each file and whether it was written, with a diff for each existing file that differs."""
    for path in sorted(made):
        word = "differs" if path in differing else "identical" if path in there else "new"
        print(f"  {word:<9} {path}")
    differences.show({path: made[path] for path in differing}, {path: there[path] for path in differing})
    print(f"{len(made) - len(there)} files written, {len(there) - len(differing)} identical, {len(differing)} differ")
    if differing:
        print("files that differ were not changed; lines with + are those of a new project")
    elif len(there) < len(made):
        print("next: read config/, then run `make stack LOCAL=1`, which deploys it to an AWS on this machine")
