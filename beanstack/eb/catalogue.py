"""The facts of `facts/options.json`, read when they are asked for. Their README says what each field means."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from beanstack.eb import FACTS
from beanstack.eb.findings import nearest
from beanstack.eb.rules import Kind
from beanstack.eb.settings import fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Option:
    """The facts on an option, or on the values of free names."""

    name: str = ""
    type: str = "string"
    values: tuple[str, ...] = ()
    known_values: tuple[str, ...] = ()
    case_sensitive: bool | None = None
    min: float | str | None = None
    max: float | str | None = None
    guide_min: float | None = None
    guide_max: float | None = None
    unit: str = ""
    pattern: str = ""
    item_pattern: str = ""
    list_separator: str = ","
    min_items: int = 0
    max_items: int | None = None
    unique_items: bool = False
    default: str | None = None
    defaults_by: Mapping[str, Mapping[str, str]] | None = None
    on_violation: Literal["error", "warning"] = "error"
    allow_empty: bool | None = None
    max_length: int | None = None
    sensitive: bool = False
    platforms: tuple[str, ...] | None = None
    load_balancer_types: tuple[str, ...] | None = None
    obsolete: bool = False
    replaced_by: str = ""
    repeated: str = ""
    documented: bool = True


OPTION_FIELDS = frozenset(field.name for field in fields(Option))


def _option(fact: Mapping[str, Any]) -> Option:
    values: dict[str, Any] = {name: value for name, value in fact.items() if name in OPTION_FIELDS}
    for name, value in values.items():
        values[name] = tuple(value) if isinstance(value, list) else value
    return Option(**values)


class Namespace:
    """A namespace, or a family of them whose name has a placeholder."""

    def __init__(self, fact: Mapping[str, Any]) -> None:
        self.name: str = fact["namespace"]
        self.status: str = fact["status"]
        self.applies_to: list[str] = fact["applies_to"]
        self.load_balancer_types: list[str] | None = fact["load_balancer_types"]
        self.environment_types: list[str] | None = fact["environment_types"]
        self.platforms: list[str] | None = fact["platforms"]
        self.resource_name: bool | str = fact["resource_name"]  # "optional": taken, but not needed
        self.free_name: Mapping[str, str] | None = fact.get("free_form_name")
        self.placeholders: Mapping[str, Mapping[str, Any]] = fact.get("placeholders", {})
        self.prefix = self.name.partition("{")[0]
        self._match: str | None = fact.get("match")
        self._fact = fact

    @cached_property
    def options(self) -> dict[str, Option]:
        """By name in lower case."""
        return {fact["name"].lower(): _option(fact) for fact in self._fact["options"]}

    @cached_property
    def free_value(self) -> Option:
        return _option(self._fact.get("free_form_value", {}))

    @cached_property
    def match(self) -> re.Pattern[str]:
        return re.compile(self._match or re.escape(self.name), re.IGNORECASE)

    @property
    def many(self) -> bool:
        return self._match is not None

    def option(self, name: str) -> Option | None:
        """Return the option, ignoring the case of its name; for a free name, the facts on all free names."""
        option = self.options.get(name.lower())
        return option or (self.free_value if self.free_name else None)


class Place(NamedTuple):
    """A namespace as it is written: its facts, and its name in EB's own case."""

    namespace: Namespace
    name: str


class Constraint(NamedTuple):
    """A rule between options: if `when` holds, `requires` must hold; `at` is the culprit."""

    id: str
    kind: Kind
    severity: Literal["error", "warning"]
    for_each: str | None
    when: Mapping[str, Any]
    requires: Mapping[str, Any]
    why: str
    at: str


class Facts:
    """The facts on what Elastic Beanstalk accepts."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.platforms: Mapping[str, str] = facts["platforms"]
        self.namespaces = [Namespace(fact) for fact in facts["namespaces"]]
        self.named = {namespace.name.lower(): namespace for namespace in self.namespaces if not namespace.many}
        self.families = {namespace.name: namespace for namespace in self.namespaces if namespace.many}
        self.constraints = [
            Constraint(
                fact["id"],
                Kind[fact["kind"].upper()],
                fact["severity"],
                fact.get("for_each"),
                fact["when"],
                fact["requires"],
                fact["why"],
                fact.get("at", ""),
            )
            for fact in facts["constraints"]
        ]
        self._unchecked = [fact["match"] for fact in facts["out_of_scope_namespaces"]]
        self._places: dict[str, Place | None] = {}

    def option(self, namespace: str, name: str) -> Option:
        """Return the facts on an option that is known to exist; without a name, those on free names."""
        place = self.place(namespace)
        option = place.namespace.option(name) if place else None
        if option is None:
            raise LookupError(f"{namespace} has no option {name!r}")
        return option

    def place(self, name: str) -> Place | None:
        """Return the namespace of a name, ignoring case; a literal name precedes a pattern."""
        if name not in self._places:
            self._places[name] = self._place(name)
        return self._places[name]

    def _place(self, name: str) -> Place | None:
        literal = self.named.get(name.lower())
        if literal and literal.name == name:
            return Place(literal, name)
        families = [family for family in self.families.values() if family.match.search(name)]
        for family in families:
            if name.startswith(family.prefix):  # `process:Default` is a process of that name
                return Place(family, name)
        if literal:
            return Place(literal, literal.name)
        return next((Place(family, family.prefix + name[len(family.prefix) :]) for family in families), None)

    def fit(self, fact: str | None, patterns: Iterable[str]) -> bool | None:
        """Whether what is known of an environment is one of some names; None where that cannot be told.

        Of a platform only the beginning may be known, as in ecs-*, which stands for each one that begins so.
        """
        if fact is None:
            return None
        possible = [platform for platform in self.platforms if fits(platform, [fact])] if "*" in fact else [fact]
        answers = {fits(one, patterns) for one in possible}
        return answers.pop() if len(answers) == 1 else None

    def unchecked(self, name: str) -> bool:
        """Return whether the facts leave a namespace out on purpose."""
        return any(re.search(pattern, name, re.IGNORECASE) for pattern in self._unchecked)

    def resembled(self, name: str) -> str | None:
        """Return the namespace that an unknown name probably means."""
        beginning, colon, last = name.rpartition(":")
        for prefix, number in self._numbered.items():
            if prefix == beginning.lower() + colon:
                others = [one.removeprefix(prefix) for one in self.named if one.startswith(prefix)]
                return f"{prefix}{nearest(last, others) or number}"
        known = [namespace.name for namespace in self.namespaces if not namespace.many]
        made = [family.prefix + last for family in self.families.values()]
        return nearest(name, [*known, *(name for name in made if self.place(name))])

    @cached_property
    def _numbered(self) -> dict[str, str]:
        """By how they begin, the namespaces that end in a number, such as a port, and what it is called: PORT."""
        return {
            family.prefix: name.upper()
            for family in self.families.values()
            for name, fact in family.placeholders.items()
            if fact["type"] == "integer"
        }


@cache
def facts() -> Facts:
    """The facts of this package."""
    return Facts(json.loads((FACTS / "options.json").read_text(encoding="utf-8")))
