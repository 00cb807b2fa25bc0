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
ENVIRONMENTS: Final = "environments"  # the folder of what runs in containers
_START_SECONDS: Final = 120  # an engine that hangs is asked up to three times
_STOP_SECONDS: Final = 300  # containers take their time
_KILL_SECONDS: Final = 10
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
        return self._is_locked("server.lock")

    @property
    def has_containers(self) -> bool:
        """Whether the process that runs a server's containers is there, which outlives a server that is killed."""
        return self._is_locked(f"{ENVIRONMENTS}.lock")

    @property
    def left(self) -> list[str]:
        """The environments whose containers did not stop as they should."""
        return sorted(path.name for path in (self.path / ENVIRONMENTS).glob("*") if path.is_dir())

    def _is_locked(self, name: str) -> bool:
        lock = self.lock(name, wait=False)
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
                return _spawn(state, server_python, engine, podman_compose)
    print(f"local AWS: the server of {state.path} does not answer; `make local-stop` ends it", file=sys.stderr)
    return 1


def stop(state: StateFolder) -> int:
    """Stops the server and waits until it is gone; the exit code."""
    pid = state.read("pid")
    served = state.is_served and pid.isdigit()
    if served and not _end(state, int(pid)):
        print(f"local AWS: process {pid} does not end", file=sys.stderr)
        return 1
    state.forget()
    # The containers' process goes first, or soon after a server that was killed.
    if all(state.has_containers for _ in _moments(_KILL_SECONDS if served else _STOP_SECONDS)) or state.left:
        names = ", ".join(state.left)
        print(f"local AWS: stopped, but not all containers of {names} have ended; see {state.log}", file=sys.stderr)
        return 1
    print(f"local AWS: {'stopped' if served else 'not running'}")
    return 0


def _end(state: StateFolder, pid: int) -> bool:
    """Ends the server; whether it is gone."""
    for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _KILL_SECONDS)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if any(not state.is_served for _ in _moments(seconds)):
            return True
    return False


def _is_engine(name: str) -> bool:
    """Whether there is such a choice of ENGINE, which is told where not."""
    if name in ("", "none"):  # the import costs more than a `start` that finds the server running
        return True
    from beanstack.run.engine import KINDS, NONE

    if name in KINDS:
        return True
    print(f"local AWS: ENGINE is {name!r}; it can be {', '.join(KINDS)} or {NONE}", file=sys.stderr)
    return False


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
