"""The containers of environments, in a process of their own: the server itself may start no program.

The process (`beanstack/run/serve.py`) is started before the server binds itself, and stops every container when the
server is gone, however that went.
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

from beanstack.localaws.context import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from beanstack.localaws.context import Record
    from beanstack.localaws.environment import Environment

VARIABLE: Final = "BEANSTACK_CONTAINERS"
"""What `control.start` hands to the server: engine, podman's Compose, and the engine's environment, as JSON."""

STOP_SECONDS: Final = 30  # in which the server answers nobody
ENDED: Final = "the process that runs the containers has ended; the next start of the local AWS stops what it left"


@dataclass
class Asked:
    """A request that is under way; `failure` says how it ended once `done` is set."""

    environment: str
    action: str
    done: threading.Event = field(default_factory=threading.Event)
    failure: str = ""


class Containers:
    """Runs environments; `engine` is what runs them, None where no engine works."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this project's own module
            [
                sys.executable,
                "-m",
                "beanstack.run.serve",
                settings["engine"],
                settings["podman_compose"],
                str(folder),
            ],
            env=settings["environment"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C is the server's; this one ends with its input
        )
        first = self._process.stdout.readline() if self._process.stdout else ""
        if not first:
            raise RuntimeError("the process that runs the containers does not start")
        self.engine: str | None = json.loads(first)["engine"]
        self._heard: Callable[[Record], object] = lambda _: None
        self._numbers = itertools.count()
        self._asked: dict[int, Asked] = {}
        self._ended = False
        self._lock = threading.Lock()  # of the two above

    def listen(self, heard: Callable[[Record], object]) -> None:
        """Hands every report to `heard`, in a thread of its own; what is under way when the process ends has failed."""
        self._heard = heard

        def read() -> None:
            for line in self._process.stdout or ():
                report = json.loads(line)
                if "done" in report:
                    self._done(report.get("id"), report["failure"])
                heard(report)
            with self._lock:
                self._ended = True
            for number in list(self._asked):
                self._lost(number)

        threading.Thread(target=read, daemon=True).start()

    def deploy(self, environment: Environment, bundle: bytes) -> None:
        """Deploys a bundle; the reports tell how it went."""
        self._ask("deploy", environment, bundle)

    def configure(self, environment: Environment, bundle: bytes) -> None:
        """Starts the containers of the running bundle anew, with other options."""
        self._ask("configure", environment, bundle)

    def stop(self, environment: Environment) -> None:
        """Stops the containers and waits until they are gone. OperationError where they are not."""
        asked = self._send({"action": "stop", "environment": environment.name})
        if not asked.done.wait(STOP_SECONDS):
            raise OperationError(f"The containers did not stop within {STOP_SECONDS} s. They still may: try again.")
        if asked.failure:
            raise OperationError(f"The containers do not stop: {asked.failure}")

    def close(self) -> None:
        """Stops everything and waits until it is gone, however long that takes."""
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()

    def _ask(self, action: str, environment: Environment, bundle: bytes) -> None:
        self._send(
            {
                "action": action,
                "environment": environment.name,
                "application": environment.application,
                "options": [[namespace, name, value] for (namespace, name, _), value in environment.settings.items()],
                "bundle": base64.b64encode(bundle).decode(),
                "port": int(environment.endpoint_url.rpartition(":")[2]),
            }
        )

    def _send(self, request: Record) -> Asked:
        """Asks for something. The other side always reads, so this does not wait."""
        number, asked = next(self._numbers), Asked(request["environment"], request["action"])
        with self._lock:
            self._asked[number] = asked
            ended = self._ended
        if ended:
            self._lost(number)
        elif self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # the end of the reports follows
                self._process.stdin.write(json.dumps({**request, "id": number}) + "\n")
                self._process.stdin.flush()
        return asked

    def _lost(self, number: int) -> None:
        """Ends a request that nobody does any more."""
        asked = self._asked[number]
        self._done(number, ENDED)
        self._heard({"environment": asked.environment, "done": asked.action, "failure": ENDED})

    def _done(self, number: int | None, failure: str) -> None:
        asked = self._asked.pop(number, None) if number is not None else None
        if asked:
            asked.failure = failure
            asked.done.set()


def handed_over() -> Mapping[str, Any] | None:
    """What the starter of this server says of containers, None where it wants none."""
    return json.loads(os.environ[VARIABLE]) if VARIABLE in os.environ else None
