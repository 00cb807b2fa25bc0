"""The verb `beanstack import`: writes the configuration of a running environment, by its name or from files.

Exit status: 0 written, 2 it cannot be imported, and nothing was written.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable, printable_lines
from beanstack.failures import failure
from beanstack.operate.arguments import add_local
from beanstack.takeover.draft import TakeoverError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beanstack.takeover.draft import Left
    from beanstack.takeover.making import Made, Names
    from beanstack.takeover.source import Source


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `beanstack import` and return the exit status."""
    parsed = parser().parse_args(arguments)
    try:
        return run(parsed)
    except TakeoverError as error:
        print(printable_lines(str(error)), file=sys.stderr)
    except OSError as error:
        print(failure(error), file=sys.stderr)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        print(printable_lines(f"AWS: {error}"), file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    made = argparse.ArgumentParser(
        prog="beanstack import",
        description="Write config/<application>.yaml for a running environment: its settings and its bundle.",
        epilog="example: beanstack import shop-prod --region eu-west-1",
    )
    made.add_argument(
        "name", nargs="?", default="", metavar="ENVIRONMENT", help="the environment's name in EB; AWS is called"
    )
    made.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="instead of AWS: a saved configuration (`eb config save`), or the JSON of "
        "`describe-configuration-settings`",
    )
    made.add_argument(
        "--bundle",
        type=Path,
        metavar="PATH",
        help="the source bundle, a folder or a zip; by default that of the version that runs",
    )
    made.add_argument("--app", default="", help="the application's name; by default the one that FILE names")
    made.add_argument("--env", default="", help="the environment's key in config; by default from the name in FILE")
    made.add_argument("--region", default="", help="the Region; by default the one that FILE names")
    add_local(made)
    made.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="by default the working directory")
    return made


def run(parsed: argparse.Namespace) -> int:
    """Read the environment and write its configuration; print what was left out and what the user has to fill in."""
    from beanstack.takeover.adding import added
    from beanstack.takeover.making import make
    from beanstack.takeover.source import open_bundle

    if bool(parsed.name) == bool(parsed.settings) or (parsed.settings and not parsed.bundle):
        raise TakeoverError("give either the environment's name in EB, or --settings and --bundle")
    with TemporaryDirectory() as folder:
        source, place = read(parsed, Path(folder))
        names = names_of(source, parsed)
        path: Path = parsed.project / f"config/{names.application}.yaml"
        made = make(source, *open_bundle(place), names)
    contents: dict[Path, bytes] = {}
    for name, content in made.files.items():
        contents[path.with_suffix("") / "bundle" / name] = content
    there = [str(place) for place, content in contents.items() if place.exists() and place.read_bytes() != content]
    if there:
        raise TakeoverError(f"{', '.join(there)}: exists with different content; nothing was written")
    contents[path] = (added(path, made.text, names, source) if path.exists() else made.text).encode()
    for place, content in contents.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    print(*map(printable, report(made, path)), sep="\n")
    return 0


def read(parsed: argparse.Namespace, folder: Path) -> tuple[Source, Path]:
    """Return what describes the environment, and the path of its bundle, which may be written into a folder."""
    from beanstack.takeover.source import read_settings

    if parsed.settings:
        return read_settings(parsed.settings), parsed.bundle
    from beanstack.takeover.asked import ask, save_bundle

    region = parsed.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise TakeoverError("the Region is not known; add --region")
    source, clients = ask(parsed.name, region, parsed.project, local=parsed.local)
    return source, parsed.bundle or save_bundle(clients, folder)


def names_of(source: Source, parsed: argparse.Namespace) -> Names:
    """Return the names in config: those that were given, or else those of the environment as far as they are valid."""
    from beanstack.takeover.making import Names, region_of

    application = parsed.app or as_name(source.application)
    environment = parsed.env or as_name(source.environment).removeprefix(f"{application}-")
    region = parsed.region or region_of(source)
    for option, value in (("--app", application), ("--env", environment), ("--region", region)):
        if not value:
            raise TakeoverError(f"{source.file} does not name it; add {option}")
    return Names(application, environment, region)


def as_name(name: str) -> str:
    """Return a name with hyphens in place of characters that names of stacks and folders cannot have."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lstrip("0123456789-")


def report(made: Made, path: Path) -> list[str]:
    """Return the lines that are printed."""
    draft = made.draft
    lines = [f"{path} was written."]
    if made.files:
        lines.append(f"{path.with_suffix('')}/bundle/ has {', '.join(made.files)} of the bundle.")
    lines += section("To fill in before `make stack`; the file marks each with FILL IN:", draft.to_fill_in)
    lines += section("Left out, or not as it was:", draft.left)
    return [*lines, "Next: `make generate`, then review what it made."]


def section(title: str, entries: Sequence[Left]) -> list[str]:
    """Return a list with its title; nothing if it is empty."""
    return [title, *(f"  {entry}" for entry in sorted(set(entries)))] if entries else []
