"""The folder of a server: where it runs, the token by which it is recognized, its log and its locks."""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LOCK: Final = "server.lock"  # held by the server that serves the folder
ENVIRONMENTS: Final = "environments"  # the folder of the environments that run in containers


@dataclass(frozen=True)
class StateFolder:
    """The folder of one server: port, pid, token, log and locks. Each folder has a server of its own."""

    path: Path

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def former_log(self) -> Path:
        """The log of a server that was killed."""
        return self.path / "log.before"

    def read(self, name: str) -> str:
        """Return the text of one of its files, or an empty string if the file does not exist."""
        try:
            return (self.path / name).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return ""

    def number(self, name: str, most: int) -> int | None:
        """Return the positive number that one of its files holds; None if the file holds anything else."""
        text = self.read(name)
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
        return number if 0 < number <= most else None

    def write(self, name: str, text: str) -> None:
        """Write a file that only this user can read. A rename makes readers see all of it or nothing."""
        fresh = self.path / f".{name}.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path / name)

    def token(self) -> str:
        """Return the secret by which a server proves that it serves this folder; create it if there is none yet."""
        if not self.read("token"):
            self.write("token", secrets.token_hex(16))
        return self.read("token")

    def forget(self) -> None:
        """Remove the files that say where a server is running."""
        for name in ("port", "pid"):
            (self.path / name).unlink(missing_ok=True)

    def lock(self, name: str, wait: bool) -> IO[str] | None:
        """Take a lock until it is closed or the process ends; return None if another process holds it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (self.path / name).open("a", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            file.close()
            return None
        return file

    @property
    def is_served(self) -> bool:
        """Whether a server holds the folder, even if it does not listen yet."""
        return self._is_locked(LOCK)

    @property
    def has_containers(self) -> bool:
        """Whether the process that runs the containers exists; it outlives a server that is killed."""
        return self._is_locked(f"{ENVIRONMENTS}.lock")

    @property
    def left(self) -> list[str]:
        """The environments whose containers have not stopped."""
        return sorted(path.name for path in (self.path / ENVIRONMENTS).glob("*") if path.is_dir())

    def _is_locked(self, name: str) -> bool:
        if not (self.path / name).exists():
            return False
        lock = self.lock(name, wait=False)
        if lock is None:
            return True
        lock.close()
        return False
