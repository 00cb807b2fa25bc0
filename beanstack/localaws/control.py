"""Starting and stopping the server.

Every recipe with LOCAL=1 runs `start`, in a Python that need not have the server's packages. So this module imports the
standard library only, and leaves what is slow to import to the functions that need it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

from beanstack import loopback

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVICE: Final = "beanstack-localaws"
HEALTH: Final = "/_localaws/health"
ENVIRONMENTS: Final = "environments"  # the folder of the environments that run in containers
_START_SECONDS: Final = 120  # enough to probe an engine that hangs three times
_STOP_SECONDS: Final = 300  # stopping containers is slow
_KILL_SECONDS: Final = 10
_LOG_LINES: Final = 20


@dataclass(frozen=True)
class StateFolder:
    """The folder of one server: port, pid, token, log and locks. Each folder has a server of its own."""

    path: Path

    @property
    def log(self) -> Path:
        return self.path / "log"

    def read(self, name: str) -> str:
        """Return the text of one of its files, or an empty string if the file does not exist."""
        try:
            return (self.path / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

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
        return self._is_locked("server.lock")

    @property
    def has_containers(self) -> bool:
        """Whether the process that runs the containers exists; it outlives a server that is killed."""
        return self._is_locked(f"{ENVIRONMENTS}.lock")

    @property
    def left(self) -> list[str]:
        """The environments whose containers have not stopped."""
        return sorted(path.name for path in (self.path / ENVIRONMENTS).glob("*") if path.is_dir())

    def _is_locked(self, name: str) -> bool:
        lock = self.lock(name, wait=False)
        if lock is None:
            return True
        lock.close()
        return False


def running_port(state: StateFolder) -> int | None:
    """Return the port of this folder's server, or None if nothing answers there with this folder's token."""
    port, token = state.read("port"), state.read("token")
    if not port.isdigit() or not token:
        return None
    health = _health(int(port))
    ours = health.get("service") == SERVICE and secrets.compare_digest(str(health.get("token")), token)
    return int(port) if ours else None


def start(state: StateFolder, server_python: str, engine: str, podman_compose: Path, project: Path) -> int:
    """Start the server unless it is running, and return the exit code. `engine` runs its environments."""
    if not _is_engine(engine):
        return 2
    if running_port(state):
        return 0
    lock = state.lock("start.lock", wait=True)
    with contextlib.closing(lock) if lock else contextlib.nullcontext():
        for _ in _moments(_START_SECONDS):
            if running_port(state):
                return 0
            if not state.is_served:
                return _spawn(state, server_python, engine, podman_compose, project)
    print(f"local AWS: the server of {state.path} does not answer; stop it with `make local-stop`", file=sys.stderr)
    return 1


def stop(state: StateFolder) -> int:
    """Stop the server, wait until it is gone, and return the exit code."""
    pid = state.read("pid")
    # If no server holds the lock, the pid may belong to another program by now.
    was_served = state.is_served and pid.isdigit()
    if was_served and not _end(state, int(pid)):
        print(f"local AWS: process {pid} did not end", file=sys.stderr)
        return 1
    state.forget()
    # A server waits for its containers before it ends. After one that was killed, they are still being stopped.
    seconds = _KILL_SECONDS if was_served else _STOP_SECONDS
    if all(state.has_containers for _ in _moments(seconds)) or state.left:
        names = ", ".join(state.left)
        print(f"local AWS: stopped, but containers of {names} are still running; see {state.log}", file=sys.stderr)
        return 1
    print(f"local AWS: {'stopped' if was_served else 'not running'}")
    return 0


def _end(state: StateFolder, pid: int) -> bool:
    """End the server and return whether it is gone."""
    for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _KILL_SECONDS)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if any(not state.is_served for _ in _moments(seconds)):
            return True
    return False


def _is_engine(name: str) -> bool:
    """Return whether ENGINE is valid; print an error if not."""
    if name in ("", "none"):  # the usual ones, checked first because the import takes longer than all else here
        return True
    from beanstack.run.engine import KINDS, NONE

    if name in KINDS:
        return True
    print(f"local AWS: ENGINE must be {', '.join(KINDS)} or {NONE}, not {name!r}", file=sys.stderr)
    return False


def _spawn(state: StateFolder, server_python: str, engine: str, podman_compose: Path, project: Path) -> int:
    import subprocess  # slow to import, and not needed by a `start` that finds the server running

    from beanstack.launch import LAUNCH
    from beanstack.localaws.containers import VARIABLE
    from beanstack.run.engine import KEPT, NONE

    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    settings = {
        "engine": engine,
        "podman_compose": str(podman_compose.absolute()),
        "project": str(project.absolute()),
        "environment": kept,
    }
    containers = {} if engine == NONE else {VARIABLE: json.dumps(settings)}
    state.log.unlink(missing_ok=True)
    state.log.touch(mode=0o600)
    with state.log.open("wb") as log:
        try:
            process = subprocess.Popen(  # noqa: S603  the caller names the program, on its own command line
                [
                    server_python,
                    *LAUNCH,
                    "beanstack.localaws",
                    "serve",
                    "--port",
                    "0",
                    "--state",
                    str(state.path),
                ],
                env=loopback.clean_environment(state.path) | containers,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            print(f"local AWS: cannot run {server_python}: {error}", file=sys.stderr)
            return 1
    for _ in _moments(_START_SECONDS):
        port = running_port(state)
        if port:
            print(f"local AWS: started at http://127.0.0.1:{port}")
            return 0
        if process.poll() is not None:
            break
    print(f"local AWS: the server did not start; the end of {state.log}:", file=sys.stderr)
    lines = state.log.read_text(encoding="utf-8", errors="replace").splitlines()
    print("\n".join(lines[-_LOG_LINES:]), file=sys.stderr)
    if process.poll() is None:
        process.kill()
    return 1


def _moments(seconds: float) -> Iterator[None]:
    """Yield every few milliseconds until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.02)


def _health(port: int) -> dict[str, Any]:
    """Return what the port answers, or an empty dict if that is not a JSON object.

    A few lines of HTTP over a socket, because `urllib.request` takes longer to import than all of `start`, and would
    heed the user's proxy variables. With HTTP/1.0 the answer ends where the connection does.
    """
    request = f"GET {HEALTH} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request.encode())
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        health = json.loads(answer.partition(b"\r\n\r\n")[2])
    except (OSError, ValueError):
        return {}
    return health if isinstance(health, dict) else {}
