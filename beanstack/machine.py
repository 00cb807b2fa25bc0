"""What runs on this machine: the local AWS, and a bundle in containers."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.failures import failure
from beanstack.operate import choice
from beanstack.operate.arguments import add_command, add_environment
from beanstack.operate.call import LOCAL_STATE
from beanstack.operate.errors import DeploymentError
from beanstack.venv import VenvError, side_venv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beanstack.localaws.folder import StateFolder

    Command = Callable[[argparse.Namespace], int]

RUN_STATE = "build/run"
TOOLS = ("localaws", "ebcli", "compose")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit status."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except (DeploymentError, VenvError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(failure(error), file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="beanstack", description="Run things on this machine.")
    subparsers = made.add_subparsers(required=True, metavar="VERB")

    def add(name: str, command: Command, more: str = "") -> argparse.ArgumentParser:
        example, words = f"example: beanstack {name} {more}".rstrip(), command.__doc__
        added = subparsers.add_parser(name, help=words, description=words, epilog=example)
        added.set_defaults(command=command)
        add_environment(added)
        engine = "docker, podman or none; by default $ENGINE or the first that works"
        added.add_argument("--engine", default=os.environ.get("ENGINE", ""), help=engine)
        return added

    add("local-start", local_start)
    add("local-stop", local_stop)
    add("run", run, "--app shop --env dev")
    stopping = add("run-stop", run_stop, "--app shop --env dev")
    stopping.add_argument("--all", action="store_true", help="all environments that run here")
    add_command(add("exec", execute, """--container web --cmd '["python3", "manage.py", "check"]'"""))
    add("venv", venvs, "compose").add_argument("names", nargs="+", choices=TOOLS, metavar="TOOL", help=", ".join(TOOLS))
    return made


def local_start(options: argparse.Namespace) -> int:
    """Start the local AWS unless it is running."""
    from beanstack.localaws import control

    python = side_venv(options.project, "localaws") / "bin/python"
    return control.start(state(options), str(python), options.engine, podman_compose(options), options.project)


def local_stop(options: argparse.Namespace) -> int:
    """Stop the local AWS and forget its state."""
    from beanstack.localaws import control

    return control.stop(state(options))


def state(options: argparse.Namespace) -> StateFolder:
    """Return the folder of the project's local AWS."""
    from beanstack.localaws.folder import StateFolder

    return StateFolder(Path(os.path.realpath(options.project / LOCAL_STATE)))  # also if links lead in a circle


def run(options: argparse.Namespace) -> int:
    """Run the environment's bundle on this machine, in containers."""
    from beanstack.operate.committed import deployment

    application = choice.application(options.project, options.app)
    environment = choice.environment(options.project, application, options.env)
    place = Path(application) / environment
    template = options.project / f"output/{place}.yaml"
    deployment(template)  # a missing template is reported before a virtual environment is made to run it
    return run_command(options, "start", str(template), str(options.project / "bundle" / place))


def run_stop(options: argparse.Namespace) -> int:
    """Stop an environment that `run` started, and forget its data."""
    if options.all:
        return run_command(options, "stop")
    application = choice.application(options.project, options.app)
    environment = choice.environment(options.project, application, options.env)
    return run_command(options, "stop", f"{application}-{environment}")


def execute(options: argparse.Namespace) -> int:
    """Run a command in a container, of an instance or of this machine."""
    if not options.local:
        from beanstack.operate.__main__ import main

        words = ["exec", "--project", str(options.project), "--app", options.app, "--env", options.env]
        words += [f"--container={options.container}", f"--cmd={options.cmd}", f"--instance={options.instance}"]
        return main([*words, "--timeout", str(options.timeout)])
    from beanstack.localaws.folder import ENVIRONMENTS
    from beanstack.operate.committed import deployment
    from beanstack.operate.execution import asked
    from beanstack.run.errors import RunError
    from beanstack.run.inside import execute

    application = choice.application(options.project, options.app)
    environment = choice.environment(options.project, application, options.env)
    described = deployment(options.project / f"output/{application}/{environment}.yaml")
    container, words = asked(options)
    folders = [
        options.project / LOCAL_STATE / ENVIRONMENTS / described.eb_environment,
        options.project / RUN_STATE / described.stack,
    ]
    try:
        return execute([path.absolute() for path in folders], options.engine, container, words)
    except RunError as error:
        raise DeploymentError(str(error)) from None


def run_command(options: argparse.Namespace, *words: str) -> int:
    from beanstack.run.__main__ import main

    folders = ["--project", str(options.project), "--state", str(options.project / RUN_STATE)]
    compose = ["--podman-compose", str(podman_compose(options))]
    return main(["--engine", options.engine, *compose, *folders, *words])


def podman_compose(options: argparse.Namespace) -> Path:
    return side_venv(options.project, "compose") / "bin/podman-compose"


def venvs(options: argparse.Namespace) -> int:
    """Make the virtual environments of tools that pin their own dependencies."""
    for name in options.names:
        side_venv(options.project, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
