"""The console script `beanstack`: its verbs, each of which imports only what it needs.

Exit status 2 means a mistake in the call; all others are the verb's own.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Verb(NamedTuple):
    """What a verb does in a line, and the function `module:name` that runs it with `leading` and its arguments."""

    summary: str
    function: str
    leading: tuple[str, ...] = ()


def _operation(verb: str, summary: str) -> Verb:
    return Verb(summary, "beanstack.operate.__main__:main", (verb,))


VERBS = {
    "generate": Verb("Write bundle/ and output/ from config/", "beanstack.generate:main"),
    "check": Verb("Show where bundle/ and output/ differ from config/", "beanstack.generate:check"),
    "lint": Verb("Check source bundles: folders, zips, Dockerrun.aws.json", "beanstack.lint.__main__:main"),
    "plan": _operation("plan", "Show what a deployment would change"),
    "status": _operation("status", "Show an environment's state, health and version"),
    "events": _operation("events", "Show what EB and CloudFormation did last"),
    "url": _operation("url", "Print an environment's URL"),
    "wait": _operation("wait", "Wait until EB reports an environment Ready and Ok"),
    "continue-rollback": _operation("continue-rollback", "Continue a rollback that failed"),
    "confirm": _operation("confirm", "Ask for a stack's name before it is deleted"),
    "follow": _operation("follow", "Run a command of aws cloudformation and show the stack's events"),
    "makefile": _operation("makefile", "Write an environment's deployment as variables for make"),
    "zip": _operation("zip", "Zip an environment's bundle"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the console script and return the exit status."""
    # Imports take longer than the rest of most verbs; Ctrl-C during them must not print a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help"):
        print(usage())
        return 0
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"beanstack {version('beanstack')}")
        return 0
    verb = VERBS.get(words[0])
    if verb is None:
        print(unknown(words[0]), file=sys.stderr)
        return 2
    module, _, name = verb.function.partition(":")
    run = getattr(import_module(module), name)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return int(run([*verb.leading, *words[1:]]))
    except KeyboardInterrupt:
        return 130


def usage() -> str:
    """Return the list of verbs, with a line each."""
    width = max(map(len, VERBS))
    verbs = [f"  {name:{width}}  {verb.summary}" for name, verb in VERBS.items()]
    return "\n".join(
        [
            "usage: beanstack VERB [ARGUMENT ...]",
            "",
            *verbs,
            "",
            "`beanstack VERB --help` describes a verb, `beanstack --version` prints the version.",
        ]
    )


def unknown(word: str) -> str:
    """Return the message about an unknown verb, with the most similar verb if there is one."""
    from difflib import get_close_matches

    similar = get_close_matches(word, VERBS, n=1)
    advice = f"did you mean '{similar[0]}'?" if similar else "`beanstack` lists the verbs"
    return f"beanstack: unknown verb '{word}'; {advice}"
