"""`python -m beanstack.run start|stop TEMPLATE`: what `make run` and `make run-stop` call.

Exit status: 0 well, 1 it does not run, 2 a mistake.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.operate.committed import deployment, template
from beanstack.operate.errors import DeploymentError
from beanstack.run.deployment import Deployment
from beanstack.run.engine import find_engine
from beanstack.run.environment import Environment, options
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beanstack.run.engine import Engine

NO_ENGINE = (
    "no container engine works here: install Docker with its Compose plugin, or podman, and see that `docker info` or "
    "`podman info` succeeds"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    given = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which leaves no instance behind
    try:
        return start(given) if given.command == "start" else stop(given)
    except DeploymentError as error:
        print(error, file=sys.stderr)
        return 2
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="beanstack.run", description="Run environments on this machine.")
    made.add_argument("--engine", default="", help="docker or podman; by default the first that works")
    made.add_argument("--podman-compose", type=Path, required=True, help="podman's Compose")
    made.add_argument("--state", type=Path, required=True, help="folder of the running environments")
    commands = made.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help="deploy a committed bundle")
    starting.add_argument("template", type=Path, help="the environment's committed template")
    starting.add_argument("bundle", type=Path, help="the environment's committed bundle")
    stopping = commands.add_parser("stop", help="end environments and forget their data")
    stopping.add_argument("names", nargs="*", help="EB environments; by default all")
    return made


def start(given: argparse.Namespace) -> int:
    """Deploys the bundle and waits until it answers."""
    described = deployment(given.template)
    properties = template(given.template.read_text("utf-8"))["Resources"]["Environment"]["Properties"]
    environment = Environment(described.application, described.stack, options(properties["OptionSettings"]))
    url = Deployment(working(given), environment, given.state.absolute() / described.stack, tell).deploy(
        files(given.bundle)
    )
    print(f"{described.stack}: answers\n  URL: {url}")
    return 0


def stop(given: argparse.Namespace) -> int:
    """Ends environments; one that does not run is no mistake."""
    there = sorted(path.name for path in given.state.glob("*") if path.is_dir())
    for name in given.names or there:
        if name in there:
            Deployment(working(given), Environment("", name, {}), given.state.absolute() / name, tell).stop()
            print(f"{name}: stopped, its data forgotten")
        else:
            print(f"{name}: does not run here")
    return 0


def working(given: argparse.Namespace) -> Engine:
    """The engine that is asked for. RunError where none works."""
    engine = find_engine(given.engine, given.podman_compose.absolute())
    if not engine:
        raise RunError(NO_ENGINE)
    return engine


def files(folder: Path) -> dict[str, bytes]:
    """A bundle's files by their paths in it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
