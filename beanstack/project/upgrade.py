"""`beanstack upgrade`: pins another version of Beanstack, and writes its changes to the working tree for review.

The version that a project pins installs the other one beside it, and that one does the rest: it knows its own files,
and gets the folder of the former package to compare them with. It never changes a file that the user wrote. Exit
status:
0 done, 2 a mistake.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import beanstack
from beanstack import differences, generate, pin, tree, venv
from beanstack.bundle import TemplateError
from beanstack.config import ConfigError
from beanstack.eb.findings import printable_lines
from beanstack.failures import failure
from beanstack.pin import ProjectError
from beanstack.project import changes, installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BESIDE = "build/upgrade"
RELEASE = re.compile(r"[0-9][0-9A-Za-z.!+]*")


def run(project: Path, to: str, former: Path | None) -> int:
    """Run `beanstack upgrade`: report mistakes, and return the exit status."""
    try:
        pinned = pin.pin(project)
        if not pinned:
            raise ProjectError("the project pins no Beanstack; `beanstack init` makes a requirements.txt that does")
        if former or (not to and pinned != pin.this(pinned)):
            return apply(project, former or former_package(project), pinned)
        return delegate(project, to)
    except (ProjectError, ConfigError, TemplateError, venv.VenvError) as error:
        print(printable_lines(str(error)), file=sys.stderr)
    except OSError as error:
        print(failure(error, project), file=sys.stderr)
    return 2


def delegate(project: Path, to: str) -> int:
    """Install another Beanstack beside the pinned one, with its locked dependencies, and let it finish the upgrade."""
    is_release = not to or RELEASE.fullmatch(to)
    if is_release and pin.origin():  # an index that is not ours may have something else by this name
        raise ProjectError(
            "this Beanstack was not installed from an index; write TO= with a wheel or a git URL, or "
            "TO=beanstack==VERSION if your index has it"
        )
    wanted = f"beanstack=={to}" if to and is_release else to or "beanstack"
    beside = (project / BESIDE).resolve()
    package, environment = beside / "package", beside / "venv"
    try:
        installed.pip("install", "--quiet", "--no-deps", "--target", str(package), "--", wanted)
        lock = package / "beanstack/locks/project.txt"
        if not lock.exists():
            raise ProjectError(f"{wanted} has no `beanstack upgrade`: it is too old, or it is not Beanstack")
        venv.make(environment, lock, None)
        words = ["upgrade", "--project", str(project.resolve()), "--former", str(Path(beanstack.__file__).parent)]
        command = [str(environment / "bin/python"), "-m", "beanstack", *words]
        found_by = {**os.environ, "PYTHONPATH": str(package)}
        return subprocess.run(command, env=found_by, check=False).returncode  # noqa: S603 - our own words
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def former_package(project: Path) -> Path | None:
    """Return the package in the project's virtual environment; None if it is not installed there."""
    return next(project.glob(".venv/lib/python*/site-packages/beanstack"), None)


def apply(project: Path, former: Path | None, pinned: str) -> int:
    """Write the files that this Beanstack generates for a project, and print the changes and the user's tasks."""
    found = changes.find(project, former)
    made = generate.everything([], project, project)
    written = {path: new for path, new in found.written.items() if changes.content(project / path) != new}
    written |= {path: new for path, new in made.files.items() if made.there.get(path) != new}
    stale = [*found.stale, *(path for path in made.there if path not in made.files)]
    tree.write(project, written, stale)
    print(f"Beanstack {pinned} -> {pin.this(pinned)}")
    for path in sorted({*written, *stale}):
        print(f"  {'removed' if path in stale else 'written'} {path}")
    for shown in found.shown:
        print(f"\n{shown.why}")
        differences.show({shown.path: shown.new}, {} if shown.old is None else {shown.path: shown.old})
    print()
    print(*last_words(sorted({*written, *stale})), sep="\n")
    return 0


def last_words(paths: Sequence[str]) -> Iterator[str]:
    """Yield the effect of the changes on deployments, and the next steps."""
    templates = [path for path in paths if path.startswith("output/") and path.endswith(".yaml")]
    made = [*templates, *(path for path in paths if path.startswith("bundle/"))]
    if made:
        yield f"{len(made)} generated files change: the changelog says why, and `make plan` what it would deploy."
    else:
        yield "No bundle and no template changes, so there is nothing to deploy."
    if paths:
        yield "Next: review `git diff`, run `make check test`, and commit all of it; `git restore .` goes back."
