"""The verbs of `beanstack` that pin images in config/; each imports only what it needs.

Exit status: 0 done, 1 a build that failed, 2 a mistake.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable_lines
from beanstack.operate.arguments import DEPLOY, add_application, add_local
from beanstack.operate.errors import DeploymentError
from beanstack.operate.guard import refuse_call_of_make
from beanstack.run.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit status."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        refuse_call_of_make(os.environ)
        return command(options)
    except DeploymentError as error:
        print(printable_lines(str(error)), file=sys.stderr)
    except RunError as error:
        print(printable_lines(str(error)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        print(printable_lines(f"AWS: {error}"), file=sys.stderr)
    return 2


def image(options: argparse.Namespace) -> int:
    """Build the images that have a `build`, push them to ECR, pin their digests, and generate."""
    from beanstack.images.build import image

    return image(options)


def release(options: argparse.Namespace) -> int:
    """Pin an image that was built elsewhere, in an environment or in `defaults`, and generate."""
    from beanstack.images.release import release

    return release(options)


def promote(options: argparse.Namespace) -> int:
    """Pin in one environment the images that another one runs, and generate."""
    from beanstack.images.release import promote

    return promote(options)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="beanstack", description="Pin images in config/.")
    subparsers = made.add_subparsers(required=True, metavar="VERB")

    def add(name: str, command: Command, more: str) -> argparse.ArgumentParser:
        words = command.__doc__
        added = subparsers.add_parser(name, help=words, description=words, epilog=f"example: beanstack {name} {more}")
        added.set_defaults(command=command)
        add_application(added)
        engine = "docker or podman; by default $ENGINE or the first that works"
        added.add_argument("--engine", default=os.environ.get("ENGINE", ""), help=engine)
        allowed = "what to accept, by name; by default $ALLOW"
        added.add_argument("--allow", metavar="NAME", default=os.environ.get("ALLOW", ""), help=allowed)
        add_local(added)
        return added

    building = add("image", image, f"--env dev -- {DEPLOY}")
    add_variable(building, "ENV", "an environment; by default `defaults` gets the image")
    deploying = "after --, the command that deploys the application's stack if the repository does not exist"
    building.add_argument("words", nargs="+", metavar="WORD", help=deploying)
    building.set_defaults(rollback=False, without_config=False)
    releasing = add("release", release, "--image ghcr.io/team/shop:1.0.1 --env dev")
    add_variable(releasing, "IMAGE", "the image, pinned by a tag or a digest")
    add_variable(releasing, "ENV", "an environment; by default `defaults` gets the image")
    promoting = add("promote", promote, "--from staging --to prod")
    add_variable(promoting, "FROM", "the environment whose images are copied", "source")
    add_variable(promoting, "TO", "the environment that gets them")
    return made


def add_variable(parser: argparse.ArgumentParser, variable: str, meaning: str, name: str = "") -> None:
    """Add an option whose default the Makefile exports as a variable."""
    default, option = os.environ.get(variable, ""), f"--{variable.lower()}"
    parser.add_argument(
        option,
        dest=name or variable.lower(),
        default=default,
        metavar="NAME",
        help=f"{meaning}; by default ${variable}",
    )


if __name__ == "__main__":
    sys.exit(main())
