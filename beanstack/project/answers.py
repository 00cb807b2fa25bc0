"""The settings of a new project's first application, which flags give or a terminal asks for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from beanstack.pin import ProjectError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True)
class Answers:
    """The first application of a project: each field is a flag of `beanstack init`, and a question."""

    application: str
    region: str
    account: str
    image: str
    port: str
    health_path: str


class Question(NamedTuple):
    """The question for a field and its default answer; without a default, an answer is required."""

    words: str
    default: str | None = None


QUESTIONS = {
    "application": Question("Name of the application"),
    "region": Question("AWS Region, such as eu-west-1"),
    "account": Question("AWS account ID, or nothing to accept any account", ""),
    "image": Question("Container image with its tag or digest, such as nginx:1.27"),
    "port": Question("Port on which the container listens", "80"),
    "health_path": Question("Path that answers 200 when it is healthy", "/"),
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each question."""
    for name, question in QUESTIONS.items():
        default = f"; by default {question.default}" if question.default else ""
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=name.upper(), help=f"{question.words}{default}")


def answers(
    given: argparse.Namespace,
    suggested: Mapping[str, str],
    unasked: Iterable[str],
    problem: Callable[[Answers], str],
) -> Answers:
    """Return the answers: from flags, then from the user, then from suggestions, then from the defaults.

    A field in `unasked` is empty unless a flag gives it.

    `problem` returns the problems with the answers, empty if there are none. A terminal is asked again.
    Without a terminal, raise ProjectError for each answer that is missing.
    """
    defaults = {name: suggested.get(name, question.default) for name, question in QUESTIONS.items()}
    settled = dict.fromkeys(unasked, "")
    settled |= {name: str(value) for name, value in vars(given).items() if name in QUESTIONS and value is not None}
    if sys.stdin.isatty():
        return asked(defaults, settled, problem)
    found = defaults | settled
    missing = [f"--{name}" for name, value in found.items() if value is None]
    if missing:
        raise ProjectError(f"{', '.join(missing)} must be given; on a terminal, `beanstack init` asks for them")
    return Answers(**{name: str(value) for name, value in found.items()})


def asked(defaults: Mapping[str, str | None], settled: Mapping[str, str], problem: Callable[[Answers], str]) -> Answers:
    """Return the answers of a user; ask each question until its answer is valid."""
    made = Answers("shop", "us-east-1", "", "nginx:1.27", "80", "/")  # right, so that only what is typed can be wrong
    made = replace(made, **settled)
    for name, question in QUESTIONS.items():
        if name in settled:
            continue
        default = defaults.get(name)
        while True:
            value = input(f"{question.words}{f' [{default}]' if default else ''}: ").strip() or default or ""
            wrong = problem(replace(made, **{name: value})) if value or default != "" else ""
            if not wrong:
                break
            print(wrong, file=sys.stderr)
        made = replace(made, **{name: value})
    return made
