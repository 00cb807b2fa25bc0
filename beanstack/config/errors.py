"""What a user is told about a mistake in a configuration file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Finding(NamedTuple):
    """What is wrong with the setting at `path`; `at_key` where the key rather than its value is to blame.

    `unknown`: no setting has such a key.
    """

    path: tuple[str | int, ...]
    message: str
    at_key: bool = False
    unknown: bool = False


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One mistake and its place; prints as `file:line:column: key: message`.

    Lines and columns count from 1, as editors do. `where` is the dotted key, empty for the file as a whole.
    """

    file: str
    line: int
    column: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: "
        return f"{place}{self.where}: {self.message}" if self.where else f"{place}{self.message}"


class ConfigError(Exception):
    """A user's mistakes, all of those that were found, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'memory'?` for a near miss, else nothing."""
    near = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def told_once(problems: Iterable[tuple[str, Problem]]) -> list[Problem]:
    """Problems of several environments, given as (environment, problem); what one line causes is told once.

    An error that comes from `defaults` has one place but strikes every environment that takes the value over:
    they are named behind the message.
    """
    environments: dict[Problem, list[str]] = {}
    for environment, problem in problems:
        environments.setdefault(problem, []).append(environment)
    return [
        replace(problem, message=f"{problem.message} (in {', '.join(names)})")
        if problem.where.split(".")[0] == "defaults"
        else problem
        for problem, names in environments.items()
    ]
