"""What a user is told about a mistake in a configuration file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Finding(NamedTuple):
    """What is wrong with the setting at `path`; `at_key` where the key rather than its value is to blame.

    `also`: the other settings that take part, a mapping for the entries that were removed from it; the one that the
    environment itself gives is shown as the guilty one, so the message names all that it speaks of.
    """

    path: tuple[str | int, ...]
    message: str
    at_key: bool = False
    also: tuple[tuple[str | int, ...], ...] = ()


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


def shown(value: object) -> str:
    """A value as a message quotes it: in YAML's words, and not at length."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    text = repr(value[:120] if isinstance(value, str) else value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def resembled(word: str, known: Iterable[str], least: float = 0.6) -> str | None:
    """The known word that a misspelt one resembles most, if any does, by difflib's measure from 0 to 1."""
    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=least)), None)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'memory'?` for a near miss, else nothing."""
    near = resembled(word, known)
    return f"; did you mean '{near}'?" if near else ""


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
        if any(names) and problem.where.split(".")[0] == "defaults"
        else problem
        for problem, names in environments.items()
    ]
