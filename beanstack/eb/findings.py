"""What a check reports: one class for option settings, templates, source bundles and configuration files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.rules import CONFIG, Kind, Rule, Severity, bundle_rules, rule_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Path = tuple[str | int, ...]

QUOTED = 80  # characters of a value in a message
COMPARED = 200  # comparing is slow: names that a misspelt one is compared with, and characters of it
LISTED = 15  # names that a hint lists


class Place(NamedTuple):
    """A character of a file; lines and columns count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.file else ""


NOWHERE = Place("", 0, 0)  # of a finding on data that does not come from a file


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake.

    `path` leads to the culprit from the root of what was checked. In a list of option settings it is (index, part), a
    part being `namespace`, `option`, `value`, `resource` or `setting`; it is () where a setting is missing. `at_key`:
    the key rather than its value is wrong. `also` are the paths of others that take part. `allowed` says what would be
    right, where one can; `value` is the text that is wrong, unless that is a secret. `constraint` is the id of the rule
    between options in facts/options.json, or the name of the form in facts/dockerrun.json. `page` is the address of the
    documentation of what a configuration breaks, where several keys do so together.
    """

    path: Path
    message: str
    rule: Rule = CONFIG
    at_key: bool = False
    also: tuple[Path, ...] = ()
    allowed: str = ""
    value: str = ""
    constraint: str = ""
    place: Place = NOWHERE
    page: str = ""

    def __str__(self) -> str:
        path = ".".join(map(str, self.path))
        return printable(": ".join(filter(None, (str(self.place), path, self.message))))

    @property
    def cited(self) -> str:
        """The finding as it prints, with its page."""
        return f"{self} ({self.page})" if self.page else str(self)

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def kind(self) -> Kind:
        return self.rule.kind

    def as_warning(self) -> Finding:
        """Return the same finding, at most as a warning."""
        if self.severity != "error":
            return self
        return replace(self, rule=rule_of("warning", self.kind))


def report(
    severity: Severity,
    kind: Kind,
    message: str,
    path: Path = (),
    *,
    also: tuple[Path, ...] = (),
    allowed: str = "",
    constraint: str = "",
) -> Finding:
    """Return a finding on option settings, platforms or roles."""
    return Finding(path, message, rule_of(severity, kind), also=also, allowed=allowed, constraint=constraint)


def bundle_finding(
    rule: str,
    path: Path,
    message: str,
    allowed: str = "",
    *,
    at_key: bool = False,
    also: tuple[Path, ...] = (),
    form: str = "",
) -> Finding:
    """Return a finding on a source bundle or on containers; the rule is given by its name."""
    return Finding(path, message, bundle_rules()[rule], at_key=at_key, also=also, allowed=allowed, constraint=form)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by their places, each once."""
    return sorted(set(findings), key=lambda found: (found.place, found.id, str(found), found.allowed))


def shown(value: object) -> str:
    """Return a value as a message quotes it: in YAML's words, on one line and shortened."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if len(value) > QUOTED:
        value = f"{value[: QUOTED - 3]}..."
    return repr(value)


def printable(words: str) -> str:
    """Return text without what could move a terminal's cursor: names and values may come from a foreign file."""
    return "".join(map(_escaped, words))


def printable_lines(words: str) -> str:
    """Return text of several lines in the same way; the lines stay, and so do tabs."""
    return "".join(character if character in "\n\t" else _escaped(character) for character in words)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "backslashreplace").decode()


def listed(values: Iterable[str]) -> str:
    return ", ".join(values)


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word that a misspelt one resembles most, if any does; ignore case."""
    # Imported here because only a mistake needs it.
    from difflib import get_close_matches

    compared = [*islice(known, COMPARED + 1)]
    if len(compared) > COMPARED:
        return None
    by_lower_name = {name.lower(): name for name in reversed(compared)}
    for near in get_close_matches(word.lower()[:COMPARED], by_lower_name, n=1, cutoff=cutoff):
        return by_lower_name[near]
    return None


def suggestion(near: str | None) -> str:
    """Return the end of a message: `; did you mean 'memory'?` for a near miss, else nothing."""
    return f"; did you mean '{near}'?" if near else ""


def hint(word: str, known: Collection[str]) -> str:
    """Return `did you mean 'memory'?` for a near miss, else all of the known words where they are few."""
    near = nearest(word, known)
    if near:
        return f"did you mean {near!r}?"
    return f"one of {', '.join(known)}" if 0 < len(known) <= LISTED else ""
