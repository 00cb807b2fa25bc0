"""A command in a container that runs on this machine, of `make run` or of the local AWS."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from beanstack.run.containers import Containers
from beanstack.run.engine import find_engine
from beanstack.run.errors import RunError
from beanstack.run.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from beanstack.run.engine import Engine


def execute(folders: Sequence[Path], choice: str, container: str, words: Sequence[str]) -> int:
    """Run a command in a container of the first environment that runs it, and return the command's exit status.

    `folders` are those of environments, whose names they have. Input and output are this process's own. Raise RunError
    if no such container runs.
    """
    names = dict[str, None]()
    for path in folders:
        name = path.name
        folder = Folder(path, name)
        engine = find_engine(choice or folder.kind, None)
        if not engine or not folder.path.is_dir():
            continue
        containers = Containers(engine, folder.project)
        there = containers.running()
        if container in there:
            return inside(engine, containers.name(container), words)
        names |= dict.fromkeys(there)
    if names:
        raise RunError(f"no container {container!r} runs here; these do: {', '.join(names)}")
    raise RunError(f"{folders[0].name} does not run here; `make run` or `make stack LOCAL=1` starts it")


def inside(engine: Engine, name: str, words: Sequence[str]) -> int:
    """Run a command in a container, with a terminal where this process has one."""
    options = ["--interactive", "--tty"] if sys.stdin.isatty() and sys.stdout.isatty() else ["--interactive"]
    done = subprocess.run(  # noqa: S603 - the user's words, which no shell reads
        [engine.kind, "exec", *options, name, *words], env=dict(engine.environment), check=False
    )
    return done.returncode
