"""The containers of environments, in a separate process, because the server itself may not start programs.

The server starts that process (`beanstack/run/serve.py`) before it gives up the right to start programs (see `guard`).
The process stops every container once the server has ended, for whatever reason.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from beanstack.launch import LAUNCH
from beanstack.localaws.api import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from beanstack.localaws.api import Record
    from beanstack.localaws.environment import Environment

VARIABLE: Final = "BEANSTACK_CONTAINERS"
"""The variable in which `control.start` passes engine, podman-compose and the engine's environment, as JSON."""

PROGRAM: Final = (*LAUNCH, "beanstack.run.serve")
"""The words that Python gets to run the containers' process."""

STOP_SECONDS: Final = 30  # short, because the server answers no other request meanwhile
ENDED: Final = "the process that runs the containers has ended; restart the local AWS to stop containers that it left"


@dataclass
class Operation:
    """A request in progress. Once `done` is set, `failure` holds the reason if it failed."""

    environment: str
    action: str
    done: threading.Event = field(default_factory=threading.Event)
    failure: str = ""


class Containers:
    """The containers of all environments. `engine` names what runs them; it is None if no engine works."""

    def __init__(self, settings: Mapping[str, Any], folder: Path, program: Sequence[str] = PROGRAM) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this project's own module
            [
                sys.executable,
                *program,
                settings["engine"],
                settings["podman_compose"],
                str(folder),
                settings["project"],
            ],
            env=settings["environment"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C must reach only the server; this process ends with its input
        )
        first = self._process.stdout.readline() if self._process.stdout else ""
        if not first:
            raise RuntimeError("the process that runs the containers did not start")
        self.engine: str | None = json.loads(first)["engine"]
        self._on_report: Callable[[Record], object] = lambda _: None
        self._numbers = itertools.count()
        self._operations: dict[int, Operation] = {}
        self._ended = False
        self._lock = threading.Lock()  # protects _operations and _ended

    def listen(self, on_report: Callable[[Record], object]) -> None:
        """Call `on_report` with every report, in a new thread. When the process ends, fail what is in progress."""
        self._on_report = on_report

        def read() -> None:
            for line in self._process.stdout or ():
                report = json.loads(line)
                if "done" in report:
                    self._finish(report.get("id"), report["failure"])
                on_report(report)
            with self._lock:
                self._ended = True
            for number in list(self._operations):
                self._abandon(number)

        threading.Thread(target=read, daemon=True).start()

    def deploy(self, environment: Environment, bundle: bytes) -> None:
        """Begin to deploy a bundle; its reports say how that ends."""
        self._request("deploy", environment, bundle)

    def configure(self, environment: Environment, bundle: bytes) -> None:
        """Restart the containers of the running bundle with changed options."""
        self._request("configure", environment, bundle)

    def stop(self, environment: Environment) -> None:
        """Stop the containers and wait until they are gone; raise OperationError if they are not."""
        operation = self._send({"action": "stop", "environment": environment.name})
        if not operation.done.wait(STOP_SECONDS):
            raise OperationError(f"The containers did not stop within {STOP_SECONDS} s. Wait and try again.")
        if operation.failure:
            raise OperationError(f"The containers did not stop: {operation.failure}")

    def interrupt(self, environment: Environment) -> None:
        """End what is in progress and leave everything else as it is; requests that follow are performed after it."""
        self._send({"action": "interrupt", "environment": environment.name})

    def close(self) -> None:
        """Stop everything and wait until it is gone, however long that takes."""
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()

    def _request(self, action: str, environment: Environment, bundle: bytes) -> None:
        self._send(
            {
                "action": action,
                "environment": environment.name,
                "application": environment.application,
                "options": [[namespace, name, value] for (namespace, name, _), value in environment.settings.items()],
                "certificates": environment.certificates,
                "bundle": base64.b64encode(bundle).decode(),
                "port": int(environment.endpoint_url.rpartition(":")[2]),
            }
        )

    def _send(self, request: Record) -> Operation:
        """Send a request. This never blocks, because the other side always reads."""
        number = next(self._numbers)
        operation = Operation(request["environment"], request["action"])
        with self._lock:
            self._operations[number] = operation
            has_ended = self._ended
        if has_ended:
            self._abandon(number)
        elif self._process.stdin:
            # A broken pipe means that the process has ended; `listen` then fails this operation.
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps({**request, "id": number}) + "\n")
                self._process.stdin.flush()
        return operation

    def _abandon(self, number: int) -> None:
        """Fail an operation that no process is left to perform."""
        operation = self._operations[number]
        self._finish(number, ENDED)
        self._on_report({"environment": operation.environment, "done": operation.action, "failure": ENDED})

    def _finish(self, number: int | None, failure: str) -> None:
        # The process also reports stops that nobody requested, which have no number.
        if number is None:
            return
        operation = self._operations.pop(number, None)
        if operation:
            operation.failure = failure
            operation.done.set()


def settings_from_environment() -> Mapping[str, Any] | None:
    """Return the settings that `control.start` passed, or None if the server is to run no containers."""
    if VARIABLE not in os.environ:
        return None
    settings: Mapping[str, Any] = json.loads(os.environ[VARIABLE])
    return settings
