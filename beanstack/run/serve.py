"""The containers of the local AWS: requests on standard input, reports on standard output, a line of JSON each.

`python -m beanstack.run.serve ENGINE PODMAN_COMPOSE FOLDER` first reports the engine that works, or null. What is asked
of one environment is done in that order, but `stop` ends what comes before it. At the end of its input it stops all
that it started.
"""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import sys
import threading
import traceback
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from beanstack.run.deployment import INSTANCE, Deployment
from beanstack.run.dockerrun import Port
from beanstack.run.engine import find_engine
from beanstack.run.environment import Environment
from beanstack.run.errors import RunError
from beanstack.run.services import go_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.run.engine import Engine

Record = dict[str, Any]

_reporting = threading.Lock()


def main() -> int:
    """Serves until its input ends; returns the exit status."""
    choice, podman_compose, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    engine = find_engine(choice, podman_compose)
    report({"engine": engine.kind if engine else None})
    if engine:
        # Read at once and always, so that whoever asks never waits.
        asked: SimpleQueue[Record | None] = SimpleQueue()
        threading.Thread(target=read, args=(asked,), daemon=True).start()
        # The process of a server that was killed may still be at its end.
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            serve(engine, folder, iter(asked.get, None))
    return 0


def read(asked: SimpleQueue[Record | None]) -> None:
    """Takes the requests in, and None at their end; a line that breaks off is of a server that was killed."""
    try:
        for line in sys.stdin:
            if line.endswith("\n"):
                asked.put(json.loads(line))
    finally:
        asked.put(None)


def serve(engine: Engine, folder: Path, requests: Iterator[Record]) -> None:
    """Does what is asked, having stopped what is there, and stops everything in the end."""
    work = Work(engine, folder)
    for path in filter(Path.is_dir, folder.glob("*")):
        work.take({"environment": path.name, "action": "stop"})
    for request in requests:
        work.take(request)
    work.end()


class Work:
    """What is asked of environments: one thing after the other for each of them, whatever the others do."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.workers: dict[str, ThreadPoolExecutor] = {}
        self.stopping: dict[str, threading.Event] = {}  # of what came since an environment's last stop

    def take(self, request: Record) -> None:
        """Begins what is asked, or puts it behind what the environment is doing."""
        name = request["environment"]
        stopping = self.stopping.setdefault(name, threading.Event())
        deployment = self.deployment(request, stopping)
        worker = self.workers.setdefault(name, ThreadPoolExecutor(1))
        if request["action"] == "stop":
            del self.stopping[name]
            stopping.set()
            # A host command ends with its instance, and no other follows.
            instance = deployment.container(INSTANCE)
            interrupting = threading.Thread(target=self.engine.call, args=("kill", instance))
            interrupting.start()
            worker.submit(interrupting.join)  # lest it meets what comes after the stop
        worker.submit(handle, deployment, request)

    def deployment(self, request: Record, stopping: threading.Event) -> Deployment:
        """The environment that a request is about."""

        def tell(line: str) -> None:
            severity = "WARN" if line.startswith("warning: ") else "INFO"
            report({"environment": name, "severity": severity, "message": line.removeprefix("warning: ")})

        name = request["environment"]
        options = {(namespace, option): value for namespace, option, value in request.get("options", ())}
        environment = Environment(request.get("application", ""), name, options)
        return Deployment(self.engine, environment, self.folder / name, tell, stopping)

    def end(self) -> None:
        """Stops every environment and waits until that is done."""
        for name in sorted(self.workers):
            self.take({"environment": name, "action": "stop"})
        for worker in self.workers.values():
            worker.shutdown()


def handle(deployment: Deployment, request: Record) -> None:
    """Does what a request asks for and reports how it ended."""
    failure = ""
    try:
        perform(deployment, request)
    except RunError as error:
        failure = str(error) or "no reason"
        if request["action"] != "stop" and deployment.stopping and deployment.stopping.is_set():
            failure = "stopped"  # whatever it was doing
    except Exception as error:
        traceback.print_exc()
        failure = f"a bug in Beanstack: {type(error).__name__}: {error}"
    name, action = request["environment"], request["action"]
    if failure and action == "stop":  # of which nobody may be left to hear
        print(f"{name} does not stop: {failure}", file=sys.stderr)
    report({"environment": name, "id": request.get("id"), "done": action, "failure": failure})


def perform(deployment: Deployment, request: Record) -> None:
    """Does what a request asks for. RunError where it fails."""
    if request["action"] == "stop":
        deployment.stop()
        return
    go_on(deployment.stopping)
    bundle = unzipped(base64.b64decode(request["bundle"]))
    ports = {Port(deployment.environment.health_check.port, "tcp"): request["port"]}
    act = deployment.deploy if request["action"] == "deploy" else deployment.configure
    act(bundle, ports=ports)


def unzipped(content: bytes) -> Mapping[str, bytes]:
    """The files of a source bundle. RunError where it is no zip, or one that cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:  # encrypted, or packed in an unknown way
        raise RunError(f"the source bundle is no zip that can be read: {error}") from None


def report(record: Record) -> None:
    """Tells the server, which may be gone."""
    with _reporting:
        try:
            print(json.dumps(record), flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
