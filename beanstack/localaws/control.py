"""Starting and stopping the server, from any Python and in little time: the standard library only."""

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
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE: Final = "beanstack-localaws"
HEALTH: Final = "/_localaws/health"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 100  # containers take their time
_LOG_LINES: Final = 20


@dataclass(frozen=True)
class StateFolder:
    """The folder of one server: port, pid, token, log and locks. Another folder is another AWS."""

    path: Path

    @property
    def log(self) -> Path:
        return self.path / "log"

    def read(self, name: str) -> str:
        """The text of one of its files; empty where there is none."""
        try:
            return (self.path / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def write(self, name: str, text: str) -> None:
        """Writes a file whole, for this user's eyes only, and then puts it in place."""
        fresh = self.path / f".{name}.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path / name)

    def token(self) -> str:
        """The secret by which a server proves that it is this folder's; made by the first who asks."""
        if not self.read("token"):
            self.write("token", secrets.token_hex(16))
        return self.read("token")

    def forget(self) -> None:
        """Removes what only a running server may leave."""
        for name in ("port", "pid"):
            (self.path / name).unlink(missing_ok=True)

    def lock(self, name: str, wait: bool) -> IO[str] | None:
        """The lock, held until it is closed or the process ends; None where another holds it."""
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
        """Whether a server holds the folder, listening yet or not."""
        lock = self.lock("server.lock", wait=False)
        if lock is None:
            return True
        lock.close()
        return False


def clean_environment(state: StateFolder) -> dict[str, str]:
    """The server's environment, made from nothing: no credentials, profile, endpoint or proxy of the user."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(state.path), "LANG": "C.UTF-8"}


def running_port(state: StateFolder) -> int | None:
    """The port of this folder's server where it answers, with this folder's token."""
    port, token = state.read("port"), state.read("token")
    if not port.isdigit() or not token:
        return None
    health = _health(int(port))
    ours = health.get("service") == SERVICE and secrets.compare_digest(str(health.get("token")), token)
    return int(port) if ours else None


def start(state: StateFolder, server_python: str, engine: str, podman_compose: Path) -> int:
    """Starts the server unless it runs; the exit code. `engine` runs its environments, `none` for nothing."""
    if running_port(state):
        return 0
    lock = state.lock("start.lock", wait=True)
    with contextlib.closing(lock) if lock else contextlib.nullcontext():
        if running_port(state):
            return 0
        return _spawn(state, server_python, engine, podman_compose)


def stop(state: StateFolder) -> int:
    """Stops the server and waits until it is gone; the exit code."""
    pid = state.read("pid")
    if not state.is_served or not pid.isdigit():
        state.forget()
        print("local AWS: not running")
        return 0
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), number)
        if any(not state.is_served for _ in _moments(_STOP_SECONDS)):
            state.forget()
            print("local AWS: stopped")
            return 0
    print(f"local AWS: process {pid} does not end", file=sys.stderr)
    return 1


def _spawn(state: StateFolder, server_python: str, engine: str, podman_compose: Path) -> int:
    import subprocess  # costs more than all of a `start` that finds the server running

    from beanstack.localaws.containers import VARIABLE
    from beanstack.run.engine import KEPT, NONE

    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    settings = {"engine": engine, "podman_compose": str(podman_compose.absolute()), "environment": kept}
    containers = {} if engine == NONE else {VARIABLE: json.dumps(settings)}
    project = Path(__file__).parents[2]
    state.log.unlink(missing_ok=True)
    state.log.touch(mode=0o600)
    with state.log.open("wb") as log:
        try:
            process = subprocess.Popen(  # noqa: S603  the caller names the program, on its own command line
                [
                    server_python,
                    "-m",
                    "beanstack.localaws",
                    "serve",
                    "--port",
                    "0",
                    "--state",
                    str(state.path),
                ],
                cwd=project,
                env=clean_environment(state) | containers,
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
    """Yields every few milliseconds until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.02)


def _health(port: int) -> dict[str, Any]:
    """What answers on the port; empty where nothing does, or no JSON object."""
    request = f"GET {HEALTH} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request.encode())
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        health = json.loads(answer.partition(b"\r\n\r\n")[2])
    except (OSError, ValueError):
        return {}
    return health if isinstance(health, dict) else {}
