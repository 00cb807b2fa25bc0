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
    from collections.abc import Callable, Iterable, Mapping


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
    form: str = ""  # what the pattern describes, in words
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
    refused_elsewhere: tuple[Mapping[str, str], ...] = ()  # answers of the service on other platforms
    load_balancer_types: tuple[str, ...] | None = None
    obsolete: bool = False
    replaced_by: str = ""
    repeated: str = ""
    documented: bool = True
    create_only: str = ""  # the page of AWS's documentation that says so
    create_only_if_shared: str = ""
    change_severity: str = ""


OPTION_FIELDS = frozenset(field.name for field in fields(Option))


def _option(fact: Mapping[str, Any]) -> Option:
    values: dict[str, Any] = {}
    for name, value in fact.items():
        if name in OPTION_FIELDS:  # other fields are for readers: note, evidence and the like
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
        self.refused_elsewhere: list[Mapping[str, str]] = fact.get("refused_elsewhere", [])
        self.replaced_by: str = fact.get("replaced_by", "")
        self.instead: str = fact.get("instead", "")  # what does the same on newer versions of these platforms
        self.resource_name: bool | str = fact["resource_name"]  # "optional": accepted, not required
        self.free_name: Mapping[str, str] | None = fact.get("free_form_name")
        self.placeholders: Mapping[str, Mapping[str, Any]] = fact.get("placeholders", {})
        self.prefix = self.name.partition("{")[0]
        self.like: Namespace | None = None  # a family that has the same options, but for those that are given
        self._match: str | None = fact.get("match")
        self._fact = fact

    @cached_property
    def options(self) -> dict[str, Option]:
        """By name in lower case."""
        own = {fact["name"].lower(): _option(fact) for fact in self._fact["options"]}
        return {**self.like.options, **own} if self.like else own

    @cached_property
    def free_value(self) -> Option:
        return _option(self._fact.get("free_form_value", {}))

    @cached_property
    def match(self) -> re.Pattern[str]:
        return re.compile(self._match or re.escape(self.name), re.IGNORECASE)

    @property
    def is_family(self) -> bool:
        return self._match is not None

    @property
    def number(self) -> str:
        """The name of the placeholder if it is a number: PORT for `listener:{port}`."""
        for name, fact in self.placeholders.items():
            if fact["type"] == "integer":
                return name.upper()
        return ""

    def option(self, name: str) -> Option | None:
        """Return the option, ignoring the case of its name; for a free name, the facts on all free names."""
        option = self.options.get(name.lower())
        if option is None and self.free_name:
            return self.free_value
        return option


class Match(NamedTuple):
    """A namespace that was found by its name: its facts, and that name in EB's own case."""

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


def _constraint(fact: Mapping[str, Any]) -> Constraint:
    return Constraint(
        fact["id"],
        Kind[fact["kind"].upper()],
        fact["severity"],
        fact.get("for_each"),
        fact["when"],
        fact["requires"],
        fact["why"],
        fact.get("at", ""),
    )


class Facts:
    """The facts on what Elastic Beanstalk accepts."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.platforms: Mapping[str, str] = facts["platforms"]
        self.namespaces = [Namespace(fact) for fact in facts["namespaces"]]
        self.named: dict[str, Namespace] = {}
        self.families: dict[str, Namespace] = {}
        for namespace in self.namespaces:
            if namespace.is_family:
                self.families[namespace.name] = namespace
            else:
                self.named[namespace.name.lower()] = namespace
        for fact in facts["namespaces"]:
            if "like" in fact:
                self.named[fact["namespace"].lower()].like = self.families[fact["like"]]
        self.constraints = [_constraint(fact) for fact in facts["constraints"]]
        self._unchecked = [fact["match"] for fact in facts["out_of_scope_namespaces"]]
        self._found: dict[str, Match | None] = {}

    def find(self, name: str) -> Match | None:
        """Return the namespace of a name, ignoring case; a literal name precedes a pattern."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> Match | None:
        literal = self.named.get(name.lower())
        if literal and literal.name == name:
            return Match(literal, name)
        families = [family for family in self.families.values() if family.match.search(name)]
        for family in families:
            if name.startswith(family.prefix):
                # Names of processes are case-sensitive: `process:Default` is not `process:default`.
                return Match(family, name)
        if literal:
            return Match(literal, literal.name)
        for family in families:
            return Match(family, family.prefix + name[len(family.prefix) :])
        return None

    def find_option(self, namespace: str, name: str) -> Option | None:
        """Return the facts on an option, ignoring the case of both names; for a free name, those on all free names."""
        match = self.find(namespace)
        return match.namespace.option(name) if match else None

    def option(self, namespace: str, name: str) -> Option:
        """Return the facts on an option that is known to exist; without a name, those on free names."""
        option = self.find_option(namespace, name)
        if option is None:
            raise LookupError(f"{namespace} has no option {name!r}")
        return option

    def free_names(self, namespace: str) -> str:
        """Return the pattern of the names in a namespace in which any name is an option."""
        match = self.find(namespace)
        if match is None or not match.namespace.free_name:
            raise LookupError(f"{namespace} has no free names")
        return match.namespace.free_name["pattern"]

    def default(self, option: Option, environment: Callable[[str], str | None]) -> str | None:
        """Return an option's default, or None if it has none or that is not known.

        `environment` returns a fact on the environment by its name in the facts, such as platform.
        """
        for name, defaults in (option.defaults_by or {}).items():
            fact = environment(name)
            for pattern, default in defaults.items():
                fit = self.fit(fact, [pattern])
                if fit is not False:
                    return default if fit else None
        return option.default

    def fit(self, fact: str | None, patterns: Iterable[str]) -> bool | None:
        """Return whether a fact on an environment, such as its platform, matches one of some patterns.

        Return None if that is unknown: of a platform only the beginning may be known, as in ecs-*.
        """
        if fact is None:
            return None
        if "*" not in fact:
            return fits(fact, patterns)
        possible = [platform for platform in self.platforms if fits(platform, [fact])]
        answers = {fits(platform, patterns) for platform in possible}
        return answers.pop() if len(answers) == 1 else None

    def unchecked(self, name: str) -> bool:
        """Return whether the facts leave a namespace out on purpose."""
        return any(re.search(pattern, name, re.IGNORECASE) for pattern in self._unchecked)

    def resembled(self, name: str) -> str | None:
        """Return the namespace that an unknown name probably means."""
        stripped = self.find("".join(name.split()))
        if stripped:
            return stripped.name
        beginning, _, last = name.rpartition(":")
        candidates = [namespace.name for namespace in self.namespaces if not namespace.is_family]
        for family in self.families.values():
            if family.number and family.prefix == f"{beginning.lower()}:":
                # No known name of this kind is near a port that is not a number; show what belongs there.
                others = [one.removeprefix(family.prefix) for one in self.named if one.startswith(family.prefix)]
                return f"{family.prefix}{nearest(last, others) or family.number}"
            if self.find(family.prefix + last):
                candidates.append(family.prefix + last)
        # Two words behind the same beginning, as in container:docker and container:nodejs, must resemble each other.
        return nearest(name, [one for one in candidates if nearest(last, [one.rpartition(":")[2]], cutoff=0.5)])


@cache
def facts() -> Facts:
    """Return the facts, read once."""
    return Facts(json.loads((FACTS / "options.json").read_text(encoding="utf-8")))
