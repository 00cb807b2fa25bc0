"""Starting and stopping the server.

Every recipe with LOCAL=1 runs `start`, in a Python that need not have the server's packages. So this module imports the
standard library only, and leaves what is slow to import to the functions that need it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from beanstack import loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.localaws.folder import StateFolder

SERVICE: Final = "beanstack-localaws"
HEALTH: Final = "/_localaws/health"
_START_SECONDS: Final = 120  # enough to probe an engine that hangs three times
_STOP_SECONDS: Final = 300  # stopping containers is slow
_KILL_SECONDS: Final = 10
_LOG_LINES: Final = 20
_LAST_PID: Final = 1 << 22  # of Linux
LOST: Final = (
    "local AWS: the server before this one ended without `make local-stop`, as when it is killed. What "
    "it held in its memory is lost: stacks, bundles, records and secrets. `make stack LOCAL=1` deploys again."
)


def running_port(state: StateFolder) -> int | None:
    """Return the port of this folder's server, or None if nothing answers there with this folder's token."""
    port = state.number("port", loopback.LAST_PORT)
    return port if port and _answer(state, port) else None


def _answer(state: StateFolder, port: int) -> dict[str, Any]:
    """Return what this folder's server says of itself at a port; empty if something else answers, or nothing."""
    health, token = _health(port), state.read("token")
    is_ours = health.get("service") == SERVICE and bool(token)
    is_ours = is_ours and secrets.compare_digest(str(health.get("token")).encode(), token.encode())
    return health if is_ours else {}


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
    # If no server holds the lock, the pid may belong to another program by now.
    was_served = state.is_served
    pid = _server_pid(state) if was_served else None
    if was_served and pid is None:
        print(f"local AWS: a server runs, and {state.path / 'pid'} does not name it; end it by hand", file=sys.stderr)
        return 1
    if pid and not _end(state, pid):
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


def _server_pid(state: StateFolder) -> int | None:
    """Return the process of the folder's server, which runs; None if that is not known for certain."""
    port = state.number("port", loopback.LAST_PORT)
    own = _answer(state, port).get("pid") if port else None
    if isinstance(own, int):
        return own
    pid = state.number("pid", _LAST_PID)
    commands = Path("/proc")
    if pid is None or not (commands / "self/cmdline").exists():
        return pid
    try:
        command = (commands / str(pid) / "cmdline").read_bytes()
    except OSError:
        return None
    return pid if b"beanstack.localaws" in command else None


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
    was_killed = bool(state.read("pid"))  # which a server that ends by itself removes
    has_log = was_killed and state.log.is_file()
    if has_log:
        state.log.replace(state.former_log)
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
            if was_killed:
                more = f" Its log is {state.former_log}." if has_log else ""
                print(f"{LOST}{more}", file=sys.stderr)
            return 0
        if process.poll() is not None:
            break
    print(f"local AWS: the server did not start; the end of {state.log}:", file=sys.stderr)
    lines = state.log.read_text(encoding="utf-8", errors="replace").splitlines()
    print("\n".join(lines[-_LOG_LINES:]), file=sys.stderr)
    if process.poll() is None:
        process.kill()
    return process.returncode or 1


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
