"""The folder of an environment that runs on this machine: its lock, its bundle, and its containers' logs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.archive import mode
from beanstack.run.engine import KINDS
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from beanstack.run.engine import Kind


@dataclass(frozen=True)
class Folder:
    """The folder of the environment `name`. Below `root/` are the instance's own folders, which containers mount."""

    path: Path
    name: str

    @property
    def digest(self) -> str:
        """A few characters that keep apart two copies of a project on one machine, whose environments share names."""
        return hashlib.sha256(os.path.realpath(self.path).encode()).hexdigest()[:6]

    @property
    def project(self) -> str:
        """The name of the environment's Compose project, with which the names of its containers begin."""
        return f"{self.name}-{self.digest}".lower()

    @property
    def compose_file(self) -> Path:
        return self.path / "compose.yaml"

    @property
    def bundle(self) -> Path:
        return self.path / "bundle"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def _engine_file(self) -> Path:
        return self.path / "engine"

    @property
    def kind(self) -> str:
        """The engine that runs the environment; empty if none does, or if the file that says so is damaged."""
        if not self._engine_file.exists():
            return ""
        named = self._engine_file.read_text("ascii", errors="replace")
        return named if named in KINDS else ""

    @contextmanager
    def locked(self, kind: Kind) -> Iterator[None]:
        """Hold the environment's lock; raise RunError if another process holds it or another engine runs it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with (self.path.parent / f".{self.path.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(f"another process is working on {self.name}; wait for it") from None
            running = self.kind or kind
            if running != kind:
                raise RunError(f"{self.name} is running on {running} here: use ENGINE={running}, or stop it first")
            yield

    def write_bundle(self, bundle: Mapping[str, bytes], kind: Kind) -> None:
        """Replace the bundle, and record the engine; raise RunError if a path leads out of the folder."""
        shutil.rmtree(self.bundle, ignore_errors=True)
        self.path.mkdir(parents=True, exist_ok=True)
        self._engine_file.write_text(kind, "ascii")
        for path, content in bundle.items():
            if path.startswith("/") or ".." in path.split("/"):
                raise RunError(f"the bundle contains a path that leads out of its folder: {path}")
            target = self.bundle / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(mode(path, content))  # as in the zip, whatever the umask

    def instance_folder(self, folder: str) -> Path:
        """Return where a folder of the instance lies on this machine, and create it."""
        path = self.path / f"root{folder}"
        path.mkdir(parents=True, exist_ok=True)
        return path
