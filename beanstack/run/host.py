"""A container that provides an instance's file system, for the commands that EB runs there as root."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from beanstack.run.engine import Engine

# The variables that an engine and bash set by themselves.
OTHERS = ("PATH", "HOME", "HOSTNAME", "TERM", "container", "PWD", "OLDPWD", "SHLVL", "_")
SECONDS = 3600  # EB's longest command timeout
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # bash cannot rename a variable with another name
# A variable such as DOCKER_HOST would steer the engine's own program. So variables travel under other names, and this
# script gives them their own names back inside the container.
RENAME = 'while [[ $1 != -- ]]; do declare -x "$1=${!2}"; unset "$2"; shift 2; done; shift; exec "$@"'


@dataclass(frozen=True)
class ContainerHost:
    """A running container with bash."""

    engine: Engine
    name: str

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a program in a folder with exactly these variables, whose values appear on no command line."""
        values: dict[str, str] = {}
        passed: list[str] = []
        renamed: list[str] = []
        for number, name in enumerate(sorted(env)):
            alias = name
            if NAME.fullmatch(name):
                alias = f"BEANSTACK_{number}"
                renamed += [name, alias]
            values[alias] = env[name]
            passed += ["--env", alias]
        unset = []
        for name in OTHERS:
            if name not in env:
                unset += ["-u", name]
        inside = ["/bin/bash", "-c", RENAME, "bash", *renamed, "--", "/usr/bin/env", *unset, *words]
        options = ["--workdir", cwd, *passed]
        return self.engine.call("exec", *options, self.name, *inside, variables=values, timeout=SECONDS)


@contextmanager
def running_container(
    engine: Engine, name: str, image: str, volumes: Iterable[str], folder: Path
) -> Iterator[ContainerHost]:
    """Run a container of this name as long as the context lasts, in place of one that was left behind.

    `folder` is where the engine may leave files.
    """
    engine.remove(name, at_once=True)
    options = [*engine.run_options, "--name", name]
    for volume in volumes:
        options += ["--volume", volume]
    engine.start(folder, "run", "--detach", *options, "--entrypoint", "sleep", image, str(SECONDS))
    try:
        yield ContainerHost(engine, name)
    finally:
        engine.remove(name, at_once=True)
