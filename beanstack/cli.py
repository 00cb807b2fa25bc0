"""The console script `beanstack`: its verbs, each of which imports only what it needs.

Exit status 2 means a mistake in the call or in the files; all others are the verb's own.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from beanstack import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Packages that `pip install beanstack` alone does not bring, and the extra that does.
EXTRAS = {"botocore": "operate", "rich": "operate", "cfnlint": "lint", "hatchling": "project"}


class Verb(NamedTuple):
    """What a verb does in a line, and the function `module:name` that runs it with `leading` and its arguments."""

    summary: str
    function: str
    leading: tuple[str, ...] = ()


def _operation(verb: str, summary: str) -> Verb:
    return Verb(summary, "beanstack.operate.__main__:main", (verb,))


VERBS = {
    "init": Verb("Make a project, or the files that a folder lacks", "beanstack.project.verbs:init"),
    "generate": Verb("Write bundle/ and output/ from config/, or check them", "beanstack.cli:generate"),
    "lint": Verb("Check source bundles: folders, zips, Dockerrun.aws.json", "beanstack.lint.__main__:main"),
    "review": Verb("Show what commits would change, as a page for a pull request", "beanstack.review.__main__:main"),
    "image": Verb(
        "Build images, push them to ECR, and pin them in config/", "beanstack.images.__main__:main", ("image",)
    ),
    "release": Verb("Pin an image that was built elsewhere in config/", "beanstack.images.__main__:main", ("release",)),
    "promote": Verb("Pin an environment's images in another one", "beanstack.images.__main__:main", ("promote",)),
    "upgrade": Verb("Pin another Beanstack, and show what it changes", "beanstack.project.verbs:upgrade"),
    "import": Verb("Write the configuration of an environment that runs", "beanstack.takeover.command:main"),
    "run": Verb("Run a bundle on this machine, in containers", "beanstack.machine:main", ("run",)),
    "run-stop": Verb("Stop it and delete its data", "beanstack.machine:main", ("run-stop",)),
    "local-start": Verb("Start the local AWS", "beanstack.machine:main", ("local-start",)),
    "local-stop": Verb("Stop the local AWS and delete its state", "beanstack.machine:main", ("local-stop",)),
    "exec": Verb("Run a command in a container of an environment", "beanstack.machine:main", ("exec",)),
    "venv": Verb("Make the virtual environments of further tools", "beanstack.machine:main", ("venv",)),
    "plan": _operation("plan", "Show what a deployment would change"),
    "import-stack": _operation("import-stack", "Import an environment that runs into CloudFormation's stacks"),
    "status": _operation("status", "Show an environment's state, health and version"),
    "events": _operation("events", "Show what EB and CloudFormation did last"),
    "url": _operation("url", "Print an environment's URL"),
    "history": _operation("history", "Show what was deployed, when and by whom"),
    "drift": _operation("drift", "Show which settings were changed beside the stack"),
    "platform": _operation("platform", "List the platform's versions, or pin one in config/"),
    "abort": _operation("abort", "Stop an update of an environment that is under way"),
    "restart": _operation("restart", "Restart the application on all instances"),
    "redeploy": _operation("redeploy", "Deploy the version of an environment's stack once more"),
    "lock": _operation("lock", "Lock an environment by hand"),
    "unlock": _operation("unlock", "Free the lock of an environment"),
    "snapshot": _operation("snapshot", "Take a snapshot of an environment's coupled database"),
    "continue-rollback": _operation("continue-rollback", "Continue a rollback that failed"),
    "eb": _operation("eb", "Run the EB CLI for an environment"),
    "bundle": _operation("bundle", "Zip an environment's bundle"),
    "begin": _operation("begin", "Take the lock and record what is about to be deployed"),
    "preflight": _operation("preflight", "Check what is about to be deployed"),
    "follow": _operation("follow", "Run a command of aws cloudformation for each stack and show its events"),
    "upload": _operation("upload", "Zip a bundle and run a command that uploads it, unless it is there"),
    "protect": _operation("protect", "Switch the protection of an environment's stacks on or off"),
    "wait": _operation("wait", "Wait until EB reports an environment Ready and Ok"),
    "rollback": _operation("rollback", "Take what an earlier deployment had from git, and check it"),
    "revert": _operation("revert", "Print the git revert that makes a rollback last"),
    "confirm": _operation("confirm", "Ask for a stack's name before it is deleted"),
    "delete": _operation("delete", "Run a command that deletes a stack for each stack, and wait"),
}
# The verbs that begin a part of the list, and its heading.
HEADINGS = {
    "init": "A project:",
    "run": "This machine:",
    "plan": "An environment on AWS, or on the local one:",
    "begin": "Steps of the Makefile's recipes:",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the console script and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still shows the text
    try:
        try:
            return run(sys.argv[1:] if arguments is None else arguments)
        finally:
            # While BrokenPipeError can still be caught, after --help too, which raises SystemExit.
            if sys.stdout:  # which is None if the caller has closed it
                sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        close_output()
        return 1
    except OSError as error:
        from beanstack.failures import FULL, failure

        if error.errno is None:
            raise
        is_output = error.filename is None and error.errno in FULL
        if is_output:
            close_output()  # otherwise Python would try again to print, at its end
        print(f"beanstack: {failure(error, 'standard output' if is_output else '')}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def close_output() -> None:
    """Let nothing more be printed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(words: Sequence[str]) -> int:
    """Run the verb that comes first and return its exit status."""
    if not words or words[0] in ("-h", "--help"):
        print(usage())
        return 0
    if words[0] == "--version":
        print(f"beanstack {__version__}")
        return 0
    verb = VERBS.get(words[0])
    if verb is None:
        print(unknown(words[0]), file=sys.stderr)
        return 2
    try:
        return imported(verb.function)([*verb.leading, *words[1:]])
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        install = f"pip install 'beanstack[{EXTRAS[error.name]}]'"
        print(f"beanstack {words[0]} needs the package '{error.name}'; install it with: {install}", file=sys.stderr)
        return 2


def generate(arguments: Sequence[str]) -> int:
    """Run `beanstack generate` and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="beanstack generate",
        description="Write bundle/ and output/ from the files in config/.",
        epilog="example: beanstack generate --check config/shop.yaml",
    )
    parser.add_argument("config", nargs="*", type=Path, metavar="CONFIG", help="files; by default all of config/")
    parser.add_argument("--check", action="store_true", help="write nothing; show what differs and exit 1")
    parser.add_argument(
        "--project",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="folder that holds config/, templates/, bundle/ and output/; by default the working directory",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="place bundle/ and output/ below DIR instead of the project; only folders of the applications are touched",
    )
    options = parser.parse_args(arguments)
    run = imported("beanstack.generate:run")
    return run(options.config, options.project, options.root or options.project, check_only=options.check)


def imported(place: str) -> Callable[..., int]:
    """Import a function, given as `module:name`."""
    module, _, name = place.partition(":")
    function: Callable[..., int] = getattr(import_module(module), name)
    return function


def usage() -> str:
    """Return the list of verbs, with a line each."""
    width = max(map(len, VERBS))
    lines = ["usage: beanstack VERB [ARGUMENT ...]"]
    for name, verb in VERBS.items():
        if name in HEADINGS:
            lines += ["", HEADINGS[name]]
        lines.append(f"  {name:{width}}  {verb.summary}")
    return "\n".join(
        [*lines, "", "`beanstack VERB --help` describes a verb, `beanstack --version` prints the version."]
    )


def unknown(word: str) -> str:
    """Return the message about an unknown verb, with the most similar verb if there is one."""
    from beanstack.eb.findings import nearest

    similar = nearest(word, VERBS)
    advice = f"did you mean '{similar}'?" if similar else "`beanstack` lists the verbs"
    return f"beanstack: unknown verb '{word}'; {advice}"
