"""The server: one port on 127.0.0.1 for the engine, and `/_localaws/` for what AWS does not have."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beanstack import loopback
from beanstack.localaws import containers, control, folder, guard
from beanstack.localaws.api import Record, ServiceError
from beanstack.localaws.environment import Fault

if TYPE_CHECKING:
    from beanstack.localaws.engine import Engine
    from beanstack.localaws.folder import StateFolder

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_OWN = "/_localaws/"
_ENVIRONMENTS = "/_localaws/environments/"
_GIVEN = "/_localaws/given"
_LOGS = "/_localaws/logs/"
_FAULT_KEYS = {"event", "fail_next_update", "hang_next_update", "release_update", "output", "account", "region"}


def serve(state: StateFolder, port: int) -> int:
    """Serve until SIGTERM or SIGINT, and return the exit code."""
    lock = state.lock(folder.LOCK, wait=False)
    if lock is None:
        print(f"local AWS: another server holds {state.path}", file=sys.stderr)
        return 1
    with lock:
        state.forget()
        place = Place(state, os.fstat(lock.fileno()).st_ino, state.token())
        place.announce()
        # The engine configures itself from the environment when it is imported.
        environment, settings = loopback.clean_environment(state.path), containers.settings_from_environment()
        os.environ.clear()
        os.environ.update(environment)
        # The containers' process must start first, because the guard forbids to start programs.
        runner = containers.Containers(settings, state.path / folder.ENVIRONMENTS) if settings else None
        guard.loopback_only()
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError as error:
                print(f"local AWS: cannot listen on 127.0.0.1:{port}: {error}", file=sys.stderr)
                return 1
            asyncio.run(_run(place, listener, runner))
        if runner:
            runner.close()
        if place.is_ours:
            state.forget()
    return 0


@dataclass
class Place:
    """The folder that a server serves, as long as the lock that it holds is the folder's; the port is 0 at first."""

    state: StateFolder
    lock: int  # the inode of the lock's file
    token: str
    port: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether the folder is still this server's; it may have been removed, and another server started."""
        try:
            return (self.state.path / folder.LOCK).stat().st_ino == self.lock
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:  # a folder that cannot be entered may be ours again
            return True

    def announce(self) -> None:
        """Write where the server runs, also again after somebody has damaged or removed a file that says so."""
        known = {"token": self.token, "pid": str(os.getpid()), "port": str(self.port or "")}
        for name, text in known.items():
            with contextlib.suppress(OSError):  # whoever starts or stops the server reports what cannot be read
                if text and self.state.read(name) != text:
                    self.state.write(name, text)


async def _wait_for_shutdown(place: Place) -> None:
    """Wait for a signal, or until the folder is gone, because then nobody could find or stop the server."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    while place.is_ours and not stopping.is_set():
        place.announce()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), timeout=1)


async def _run(place: Place, listener: socket.socket, runner: containers.Containers | None) -> None:
    from hypercorn.asyncio import serve as hypercorn
    from hypercorn.config import Config

    from beanstack.localaws.engine import Engine

    port = listener.getsockname()[1]
    local = LocalAWS(place, port)
    local.engine = Engine(port, local.publish, place.state.path, runner)
    if runner:
        loop = asyncio.get_running_loop()

        # Reports arrive in a thread of their own, but the engine belongs to the event loop.
        def pass_on(report: Record) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed when the server ends
                loop.call_soon_threadsafe(local.engine.handle_report, report)

        runner.listen(pass_on)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]  # detached, because hypercorn closes it
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    await hypercorn(local, config, shutdown_trigger=lambda: _wait_for_shutdown(place))


class LocalAWS:
    """The ASGI application: the engine's, except for the paths below `/_localaws/`."""

    engine: Engine

    def __init__(self, place: Place, port: int) -> None:
        self._place = place
        self._token = place.token
        self._port = port
        self._logs: dict[str, str] = {}

    def publish(self, name: str, text: str) -> str:
        """Keep a log under a URL of this server, which is returned."""
        self._logs[name] = text
        return f"http://127.0.0.1:{self._port}{_LOGS}{name}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_OWN):
            body = b""
            while True:
                message = await receive()
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
            status, answer = self._answer(scope["method"], scope["path"], body)
            kind = b"application/json" if isinstance(answer, dict) else b"text/plain; charset=utf-8"
            text = json.dumps(answer) if isinstance(answer, dict) else answer
            headers = [(b"content-type", kind), (b"content-length", str(len(text.encode())).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": text.encode()})
            return

        # The port is announced only now, because clients connect as soon as they read it.
        async def announce(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._place.port = self._port
                self._place.announce()

        await self.engine.application(scope, receive, announce if scope["type"] == "lifespan" else send)

    def _answer(self, method: str, path: str, body: bytes) -> tuple[int, Record | str]:
        if (method, path) == ("GET", control.HEALTH):
            return 200, {"service": control.SERVICE, "token": self._token, "pid": os.getpid()}
        if method == "GET" and path.removeprefix(_LOGS) in self._logs:
            return 200, self._logs[path.removeprefix(_LOGS)]
        if method != "POST" or not (path == _GIVEN or path.startswith(_ENVIRONMENTS)):
            return 404, {"error": f"no {method} {path}"}
        try:
            if path == _GIVEN:
                self.engine.give(json.loads(body))
            else:
                self._inject(path.removeprefix(_ENVIRONMENTS), json.loads(body))
        except (ServiceError, ValueError, TypeError, KeyError, AttributeError) as error:
            return 400, {"error": str(error)}
        return 200, {}

    def _inject(self, name: str, given: Record) -> None:
        """Inject a fault. Keys other than _FAULT_KEYS become members of the environment's description."""
        beanstalk = self.engine.beanstalk(given.get("account", "000000000000"), given.get("region", "us-east-1"))
        shown = {key: value for key, value in given.items() if key not in _FAULT_KEYS}
        failures = given.get("fail_next_update", [])
        failures = [failures] if isinstance(failures, str) else failures
        fault = Fault(shown, failures, bool(given.get("hang_next_update")))
        beanstalk.environments.inject(name, fault, given.get("event"))
        if "output" in given:
            beanstalk.environments.environment(name).output = given["output"]
        if given.get("release_update"):
            beanstalk.operations.release(name)
