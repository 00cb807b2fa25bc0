"""The containers of the local AWS: requests on standard input, reports on standard output, a line of JSON each.

`python -m beanstack.run.serve ENGINE PODMAN_COMPOSE FOLDER` first reports the engine that works, or null. Requests are
done one after the other; at the end of its input it stops all that it started.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beanstack.run.deployment import Deployment
from beanstack.run.dockerrun import Port
from beanstack.run.engine import find_engine
from beanstack.run.environment import Environment
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.run.engine import Engine

Record = dict[str, Any]


def main() -> int:
    """Serves until its input ends; returns the exit status."""
    choice, podman_compose, folder = sys.argv[1:]
    engine = find_engine(choice, Path(podman_compose))
    report({"engine": engine.kind if engine else None})
    if engine:
        names = {path.name for path in Path(folder).glob("*")}
        stop(engine, Path(folder), names)  # what a server that was killed has left
        for line in sys.stdin:
            request = json.loads(line)
            names.add(request["environment"])
            handle(running(engine, Path(folder), request), request)
        stop(engine, Path(folder), names)
    return 0


def running(engine: Engine, folder: Path, request: Record) -> Deployment:
    """The environment that a request is about."""

    def tell(line: str) -> None:
        severity = "WARN" if line.startswith("warning: ") else "INFO"
        report({"environment": name, "severity": severity, "message": line.removeprefix("warning: ")})

    name = request["environment"]
    options = {(namespace, option): value for namespace, option, value in request.get("options", ())}
    return Deployment(engine, Environment(request.get("application", ""), name, options), folder / name, tell)


def handle(deployment: Deployment, request: Record) -> None:
    """Does what a request asks for and reports how it ended."""
    name = request["environment"]
    try:
        if request["action"] == "stop":
            deployment.stop()
        else:
            bundle = unzipped(base64.b64decode(request["bundle"]))
            ports = {Port(deployment.environment.health_check.port, "tcp"): request["port"]}
            act = deployment.deploy if request["action"] == "deploy" else deployment.configure
            act(bundle, ports=ports)
    except RunError as error:
        report({"environment": name, "done": request["action"], "failure": str(error)})
    else:
        report({"environment": name, "done": request["action"], "failure": ""})


def unzipped(content: bytes) -> Mapping[str, bytes]:
    """The files of a source bundle. RunError where it is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise RunError(f"the source bundle is no zip that can be read: {error}") from None


def stop(engine: Engine, folder: Path, names: Iterable[str]) -> None:
    """Stops environments, whatever each of them was doing."""
    for name in sorted(names):
        request = {"environment": name, "action": "stop"}
        handle(running(engine, folder, request), request)


def report(record: Record) -> None:
    print(json.dumps(record), flush=True)


if __name__ == "__main__":
    sys.exit(main())
