"""The process that runs the containers of the local AWS.

`python -m beanstack.run.serve ENGINE PODMAN_COMPOSE FOLDER PROJECT` reads requests from standard input and writes
reports to standard output, each a line of JSON. Its first report names the engine that works, or null. It performs the
requests for one environment in their order, except that `stop` and `interrupt` end those before them. When its input
ends, it stops everything.
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

from beanstack import failures
from beanstack.run.balancer.process import Certificate
from beanstack.run.containers import INSTANCE
from beanstack.run.deployment import Deployment
from beanstack.run.engine import find_engine
from beanstack.run.environment import Environment
from beanstack.run.errors import RunError
from beanstack.run.front import Means
from beanstack.run.services import raise_if_stopping
from beanstack.run.watch import Watches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.run.engine import Engine

Record = dict[str, Any]

ENDING = ("stop", "interrupt")  # end the requests before them; `stop` removes everything, too

_reporting = threading.Lock()


def main() -> int:
    """Serve until the input ends, and return the exit status."""
    choice, podman_compose, folder, project = sys.argv[1], *map(Path, sys.argv[2:5])
    engine = find_engine(choice, podman_compose)
    report({"engine": engine.kind if engine else None})
    if engine:
        # A thread reads all the time, because the server must never wait when it writes a request.
        requests: SimpleQueue[Record | None] = SimpleQueue()
        threading.Thread(target=read, args=(requests,), daemon=True).start()
        # The process of a server that was killed may still be stopping its containers.
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            serve(Workers(engine, folder, project), iter(requests.get, None))
    return 0


def read(requests: SimpleQueue[Record | None]) -> None:
    """Put each request into the queue, and None at the end of the input."""
    try:
        for line in sys.stdin:
            if line.endswith("\n"):  # otherwise the server was killed while it wrote the line
                requests.put(json.loads(line))
    finally:
        requests.put(None)


def serve(workers: Workers, requests: Iterator[Record]) -> None:
    """Stop what a former process left, perform the requests, and stop everything at the end."""
    for path in filter(Path.is_dir, workers.folder.glob("*")):
        workers.submit({"environment": path.name, "action": "stop"})
    for request in requests:
        workers.submit(request)
    workers.close()


class Workers:
    """One worker for each environment, which performs its requests one after the other."""

    def __init__(self, engine: Engine, folder: Path, project: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.project = project
        self.workers: dict[str, ThreadPoolExecutor] = {}
        # By environment; set for all requests before a stop or an interrupt.
        self.stopping: dict[str, threading.Event] = {}
        self.watches = Watches(report)
        self.watches.start()

    def submit(self, request: Record) -> None:
        """Begin a request, or queue it behind those of the same environment."""
        name = request["environment"]
        stopping = self.stopping.setdefault(name, threading.Event())
        deployment = self.deployment(request, stopping)
        worker = self.workers.setdefault(name, ThreadPoolExecutor(1))
        if request["action"] in ENDING:
            del self.stopping[name]
            stopping.set()
            # Killing the instance ends a host command that is running there.
            instance = deployment.containers.name(INSTANCE)
            interrupting = threading.Thread(target=self.engine.call, args=("kill", instance))
            interrupting.start()
            worker.submit(interrupting.join)  # otherwise it could kill the instance of a later request
        worker.submit(self.handle, deployment, request)

    def handle(self, deployment: Deployment, request: Record) -> None:
        """Perform a request, report how it ended, and watch what it started."""
        self.watches.end(request["environment"])
        handle(deployment, request)
        if deployment.running:
            self.watches.begin(request["environment"], deployment.running)

    def deployment(self, request: Record, stopping: threading.Event) -> Deployment:
        """Return the deployment of the environment that a request is about."""

        def notify(line: str) -> None:
            severity = "WARN" if line.startswith("warning: ") else "INFO"
            report({"environment": name, "severity": severity, "message": line.removeprefix("warning: ")})

        name = request["environment"]
        options = {(namespace, option): value for namespace, option, value in request.get("options", ())}
        environment = Environment(request.get("application", ""), name, options)
        certificates = {arn: Certificate(*known) for arn, known in request.get("certificates", {}).items()}
        means = Means(lambda: sys.executable, self.folder.parent, certificates)
        return Deployment(self.engine, environment, self.folder / name, notify, stopping, self.project, means)

    def close(self) -> None:
        """Stop every environment and wait until that is done."""
        for name in sorted(self.workers):
            self.submit({"environment": name, "action": "stop"})
        for worker in self.workers.values():
            worker.shutdown()


def handle(deployment: Deployment, request: Record) -> None:
    """Perform a request and report how it ended."""
    failure, output = "", {}
    try:
        perform(deployment, request)
    except RunError as error:
        failure = "\n".join(filter(None, [error.problem, error.note])) or "no reason"
        output = {service: list(lines) for service, lines in error.output.items()}
        if request["action"] not in ENDING and deployment.stopping and deployment.stopping.is_set():
            failure, output = "stopped", {}  # the error is only a consequence of the stop
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None:
            failure = failures.failure(error)
        else:
            traceback.print_exc()
            failure = f"a bug in Beanstack: {type(error).__name__}: {error}"
    name, action = request["environment"], request["action"]
    if failure and action == "stop":  # the server that would show the report may be gone
        print(f"{name} did not stop: {failure}", file=sys.stderr)
    report({"environment": name, "id": request.get("id"), "done": action, "failure": failure, "output": output})


def perform(deployment: Deployment, request: Record) -> None:
    """Perform a request; raise RunError if it fails."""
    if request["action"] == "stop":
        deployment.stop()
    if request["action"] in ENDING:
        return
    raise_if_stopping(deployment.stopping)
    bundle = unzip(base64.b64decode(request["bundle"]))
    if request["action"] == "deploy":
        deployment.deploy(bundle, port=request["port"])
    else:
        deployment.configure(bundle, port=request["port"])


def unzip(content: bytes) -> Mapping[str, bytes]:
    """Return the files of a source bundle; raise RunError if it is not a readable zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:  # encrypted, or packed in an unknown way
        raise RunError(f"the source bundle is not a readable zip file: {error}") from None


def report(record: Record) -> None:
    """Send a report to the server, which may be gone."""
    with _reporting:
        try:
            print(json.dumps(record), flush=True)
        except BrokenPipeError:
            # The containers must be stopped nevertheless, so later reports go nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
