"""What a user is told about a mistake in a configuration file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Finding(NamedTuple):
    """What is wrong with the setting at `path`; `at_key` where the key rather than its value is to blame.

    `also`: the other settings that take part; the one that the environment itself gives is shown as the guilty one.
    `unknown`: no setting has such a key; `meant`: the one that it resembles.
    """

    path: tuple[str | int, ...]
    message: str
    at_key: bool = False
    also: tuple[tuple[str | int, ...], ...] = ()
    unknown: bool = False
    meant: str | None = None


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
    text = {dict: "a mapping", list: "a list", bool: str(value).lower(), type(None): "null"}.get(type(value))
    text = text or repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def resembled(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelt one resembles most, if any does."""
    return next(iter(get_close_matches(word, sorted(known), n=1)), None)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'memory'?` for a near miss, else nothing."""
    near = resembled(word, known)
    return f"; did you mean '{near}'?" if near else ""


def unknown_key(path: tuple[str | int, ...], known: Iterable[str]) -> Finding:
    """That no setting has the last key of `path`, and which of the known ones may be meant."""
    key, known = str(path[-1]), list(known)
    return Finding(path, f"unknown key{suggestion(key, known)}", unknown=True, meant=resembled(key, known))


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
