"""`python -m beanstack.run start|stop`: what `make run` and `make run-stop` call.

The exit status is 0 for success, 1 if the environment does not run, and 2 for a mistake in the arguments or files.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import printable_lines
from beanstack.eb.namespaces import PROPERTIES
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.failures import failure
from beanstack.operate.committed import deployment, template
from beanstack.operate.errors import DeploymentError
from beanstack.run.authority import Authority
from beanstack.run.bundled import ignored
from beanstack.run.deployment import Deployment
from beanstack.run.engine import find_engine
from beanstack.run.environment import Environment, options, unresolved
from beanstack.run.errors import RunError
from beanstack.run.front import Means
from beanstack.venv import VenvError, side_venv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beanstack.run.engine import Engine

NO_ENGINE = (
    "no container engine works here: install Docker with its Compose plugin, or podman, and check that `docker info` "
    "or `podman info` succeeds"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    given = build_parser().parse_args(arguments)
    # SIGTERM raises KeyboardInterrupt, so that a deployment that is ended removes its instance.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return start(given) if given.command == "start" else stop(given)
    except DeploymentError as error:
        print(printable_lines(str(error)), file=sys.stderr)
        return 2
    except RunError as error:
        print(printable_lines(str(error)), file=sys.stderr)
        return 1
    except OSError as error:
        if error.filename is None:  # as of standard output, which is the command line's concern
            raise
        print(failure(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="beanstack.run", description="Run environments on this machine.")
    parser.add_argument("--engine", default="", help="docker or podman; by default the first that works")
    parser.add_argument("--podman-compose", type=Path, required=True, help="the podman-compose to use")
    parser.add_argument(
        "--project", type=Path, default=Path(), help="the folder of the sources; default: the working folder"
    )
    parser.add_argument("--state", type=Path, required=True, help="the folder of the running environments")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help="deploy a committed bundle")
    starting.add_argument("template", type=Path, help="the environment's committed template")
    starting.add_argument("bundle", type=Path, help="the environment's committed bundle")
    stopping = commands.add_parser("stop", help="stop environments and delete their data")
    stopping.add_argument("names", nargs="*", help="EB environments; by default all")
    return parser


def start(given: argparse.Namespace) -> int:
    """Deploy the bundle and wait until it answers."""
    described = deployment(given.template)
    properties = template(given.template.read_text("utf-8"))["Resources"]["Environment"]["Properties"]
    tier = BY_NAME.get(properties.get("Tier", {}).get("Name", WEB.name))
    if not (tier and tier.serves_requests):
        raise RunError(f"{described.stack} is not of the tier {WEB.name}; only that one runs here")
    known = {**options(properties["OptionSettings"]), **from_shell(properties["OptionSettings"])}
    environment = Environment(described.application, described.stack, known)
    folder = given.state.absolute() / described.stack
    authority = Authority(given.state.absolute())
    means = Means(partial(balancer_python, given.project), authority.folder)
    running = Deployment(find(given), environment, folder, notify, sources=given.project, means=means)
    bundle = files(given.bundle)
    for name in ignored(bundle):
        notify(f"warning: ignored here: the resource {name} in .ebextensions")
    url = running.deploy(bundle)
    print(f"{described.stack}: running\n  URL: {url}")
    if url.startswith("https:"):
        print(f"  try: curl --cacert {authority.certificate} {url}/")
    return 0


def balancer_python(project: Path) -> str:
    """Return the path of the Python that runs a load balancer; make its virtual environment if it is missing."""
    try:
        return str(side_venv(project, "localaws") / "bin/python")
    except VenvError as error:
        raise RunError(str(error)) from None


def from_shell(settings: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the properties that come from resources, as far as variables of the shell give them."""
    found = {}
    for name in unresolved(settings):
        if name in os.environ:
            found[PROPERTIES, name] = os.environ[name]
        else:
            notify(f"warning: not available here: {name} comes from a resource; to set it: {name}=... make run")
    return found


def stop(given: argparse.Namespace) -> int:
    """Stop environments; one that is not running is not an error."""
    existing = sorted(path.name for path in given.state.glob("*") if path.is_dir())
    for name in given.names or existing:
        if name in existing:
            Deployment(find(given), Environment("", name, {}), given.state.absolute() / name, notify).stop()
            print(f"{name}: stopped, and its data deleted")
        else:
            print(f"{name} is not running here")
    return 0


def find(given: argparse.Namespace) -> Engine:
    """Return the engine that is chosen; raise RunError if it does not work."""
    engine = find_engine(given.engine, given.podman_compose.absolute())
    if not engine:
        raise RunError(NO_ENGINE)
    return engine


def files(folder: Path) -> dict[str, bytes]:
    """Return a bundle's files by their paths in it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def notify(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
