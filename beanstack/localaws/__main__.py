"""python -m beanstack.localaws serve|start|stop --state DIR"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from beanstack.failures import failure
from beanstack.localaws import control
from beanstack.localaws.folder import StateFolder


def main() -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m beanstack.localaws", description="The embedded AWS.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server in the foreground, on 127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 picks a free port")
    start = commands.add_parser("start", help="start the server in the background, unless it is running")
    start.add_argument(
        "--server-python", required=True, help="a Python with the packages of beanstack/locks/localaws.txt"
    )
    start.add_argument(
        "--engine", default="none", help="what runs environments: docker, podman, none, or '' for whichever works"
    )
    start.add_argument("--podman-compose", type=Path, default=Path("podman-compose"), help="podman's Compose")
    start.add_argument(
        "--project", type=Path, default=Path(), help="folder of the sources; by default the working folder"
    )
    stop = commands.add_parser("stop", help="stop the server")
    for command in (serve, start, stop):
        command.add_argument("--state", type=Path, required=True, help="the folder that holds port, pid, token and log")
    arguments = parser.parse_args()
    state = StateFolder(Path(os.path.realpath(arguments.state)))
    try:
        return run(arguments, state)
    except OSError as error:
        if error.filename is None:
            raise
        print(f"local AWS: {failure(error)}", file=sys.stderr)
        return 2


def run(arguments: argparse.Namespace, state: StateFolder) -> int:
    """Run a command in its folder and return its exit code."""
    if arguments.command == "start":
        python, podman_compose = arguments.server_python, arguments.podman_compose
        return control.start(state, python, arguments.engine, podman_compose, arguments.project)
    if arguments.command == "stop":
        return control.stop(state)

    from beanstack.localaws import server  # needs the server's own virtual environment

    return server.serve(state, arguments.port)


if __name__ == "__main__":
    sys.exit(main())
