"""A container as an instance's file system, for the commands that EB runs there as root."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

    from beanstack.run.engine import Engine

# What an engine and bash set by themselves.
OTHERS = ("PATH", "HOME", "HOSTNAME", "TERM", "container", "PWD", "OLDPWD", "SHLVL", "_")
SECONDS = 3600  # EB's longest command timeout
# Gives variables their own names back: under those, the engine's own program would read them.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # any other name is read by no program
RENAME = 'while [[ $1 != -- ]]; do declare -x "$1=${!2}"; unset "$2"; shift 2; done; shift; exec "$@"'


@dataclass(frozen=True)
class ContainerHost:
    """A running container with bash."""

    engine: Engine
    name: str

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs a program in a folder with exactly these variables, whose values stand on no command line."""
        alias = {name: f"BEANSTACK_{n}" if NAME.fullmatch(name) else name for n, name in enumerate(sorted(env))}
        taken = [word for name in alias.values() for word in ("--env", name)]
        renamed = [word for name, other in alias.items() if name != other for word in (name, other)]
        gone = [word for name in OTHERS if name not in env for word in ("-u", name)]
        inside = ["/bin/bash", "-c", RENAME, "bash", *renamed, "--", "/usr/bin/env", *gone, *words]
        values = {alias[name]: value for name, value in env.items()}
        return self.engine.call("exec", "--workdir", cwd, *taken, self.name, *inside, variables=values, timeout=SECONDS)
