"""A container as an instance's file system, for the commands that EB runs there as root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

    from beanstack.run.engine import Engine

IMAGE_VARIABLES = ("PATH", "HOME", "HOSTNAME", "TERM", "container")  # what an engine sets by itself
SECONDS = 3600  # EB's longest command timeout


@dataclass(frozen=True)
class ContainerHost:
    """A running container."""

    engine: Engine
    name: str

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs a program in a folder with exactly these variables, which stand on no command line."""
        named = [word for name in sorted(env) for word in ("--env", name)]
        gone = [word for name in IMAGE_VARIABLES if name not in env for word in ("-u", name)]
        return self.engine.call(
            "exec", "--workdir", cwd, *named, self.name, "/usr/bin/env", *gone, *words, variables=env, timeout=SECONDS
        )
