"""The containers of environments, in a process of their own: the server itself may start no program.

The process (`beanstack/run/serve.py`) is started before the server binds itself, and stops every container when the
server is gone, however that went.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from beanstack.localaws.context import Record
    from beanstack.localaws.environment import Environment

VARIABLE: Final = "BEANSTACK_CONTAINERS"
"""What `control.start` hands to the server: engine, podman's Compose, and the engine's environment, as JSON."""

STOP_SECONDS: Final = 90


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
        self.engine: str | None = json.loads(first)["engine"] if first else None
        self._stopped: dict[str, threading.Event] = {}

    def listen(self, heard: Callable[[Record], object]) -> None:
        """Hands every report to `heard`, in a thread of its own."""

        def read() -> None:
            for line in self._process.stdout or ():
                report = json.loads(line)
                if report.get("done") == "stop" and report["environment"] in self._stopped:
                    self._stopped[report["environment"]].set()
                heard(report)

        threading.Thread(target=read, daemon=True).start()

    def deploy(self, environment: Environment, bundle: bytes) -> None:
        """Deploys a bundle; the reports tell how it went."""
        self._ask("deploy", environment, bundle)

    def configure(self, environment: Environment, bundle: bytes) -> None:
        """Starts the containers of the running bundle anew, with other options."""
        self._ask("configure", environment, bundle)

    def stop(self, environment: Environment) -> None:
        """Stops the containers and waits until they are gone."""
        gone = self._stopped[environment.name] = threading.Event()
        self._send({"action": "stop", "environment": environment.name})
        gone.wait(STOP_SECONDS)

    def close(self) -> None:
        """Stops everything and waits for it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

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

    def _send(self, request: Record) -> None:
        if self._process.stdin:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()


def handed_over() -> Mapping[str, Any] | None:
    """What the starter of this server says of containers, None where it wants none."""
    return json.loads(os.environ[VARIABLE]) if VARIABLE in os.environ else None
