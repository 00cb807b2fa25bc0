"""The conditions of a template: which of them can be true together.

Each name that conditions use is tried at every value that may make a difference to them.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

import re
from itertools import count, islice, product
from typing import TYPE_CHECKING, Any

from beanstack.eb.options.truth import contrary, every, some
from beanstack.lint.rules.references import (
    SCALARS,
    VARIABLE,
    allowed_values,
    as_text,
    look_up,
    lookup,
    lookups,
    possible_keys,
    references,
    section,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from cfnlint.template import Template

ASSIGNMENTS = 300  # combinations of values that are tried
OTHER = "\ue000"  # any text that no condition compares a name with, or an unknown part of a text


class Kept:
    """What an iterator yields, for all who ask, and only as far as someone has asked."""

    def __init__(self, source: Iterator[Mapping[str, bool]]) -> None:
        self._source = source
        self._taken: list[Mapping[str, bool]] = []

    def __iter__(self) -> Iterator[Mapping[str, bool]]:
        for index in count():
            if index == len(self._taken):
                following = next(self._source, None)
                if following is None:
                    return
                self._taken.append(following)
            yield self._taken[index]


class Conditions:
    """The conditions of one template; `known` maps parameters and AWS::Region and the like to their values."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._section = section(template.template, "Conditions")
        self._combined: dict[Hashable, Kept] = {}  # which the environments of a template have in common

    def needed(self, names: Iterable[str], above: tuple[str, ...] = ()) -> Iterator[str]:
        """Yield the conditions among some names, each behind those that it refers to."""
        for name in names:
            if name in self._section and name not in above:
                yield from self.needed(references(self._section[name]), (*above, name))
                yield name

    def together(self, names: Sequence[str], known: Mapping[str, str]) -> Iterable[Mapping[str, bool]]:
        """Return the combinations in which the conditions can be true and false, each once, made as they are taken."""
        key = (tuple(names), tuple(known.items()))
        if key not in self._combined:
            self._combined[key] = Kept(self._together(names, known))
        return self._combined[key]

    def _together(self, names: Sequence[str], known: Mapping[str, str]) -> Iterator[dict[str, bool]]:
        found: list[dict[str, bool]] = []
        for assignment in islice(_assignments(self._candidates(names, known)), ASSIGNMENTS):
            for held in self._completed(names, {**assignment, **known}, {}):
                if held not in found:
                    found.append(held)
                    yield held

    def truth(self, name: str, known: Mapping[str, str], held: Mapping[str, bool | None] | None = None) -> bool | None:
        """Return whether a condition is true, None if that is unknown; `held` are the conditions decided before."""
        held = held or {}
        if name in held:
            return held[name]
        return self._holds(self._section.get(name), known, {**held, name: None})

    def _completed(
        self, names: Sequence[str], known: Mapping[str, str], held: dict[str, bool]
    ) -> Iterator[dict[str, bool]]:
        """Yield the conditions as the values decide them; what they leave open is tried both ways."""
        if len(held) == len(names):
            yield held
            return
        name = names[len(held)]
        truth = self.truth(name, known, held)
        for possible in (True, False):
            if truth in (None, possible):
                yield from self._completed(names, known, {**held, name: possible})

    def _candidates(self, names: Sequence[str], known: Mapping[str, str]) -> dict[str, list[str]]:
        """Return the values to try of each name that the conditions use and that is not known."""
        conditions = [self._section[name] for name in names]
        candidates: dict[str, list[str]] = {}
        for name in references(conditions):
            if name not in known and name not in self._section:
                values = self._limited(name, conditions) or [*_compared(name, conditions), OTHER]
                candidates[name] = [*dict.fromkeys(values)]
        return candidates

    def _limited(self, name: str, conditions: Sequence[Any]) -> list[str]:
        """Return the only values that a name can have: those allowed, or the keys of a mapping; empty for any value."""
        limit = allowed_values(self._template, name)
        for found in lookups(conditions):
            keys = [names[name][0] for names in possible_keys(self._template.template, found) if name in names]
            limit = limit or keys
        return limit

    def _holds(self, condition: Any, known: Mapping[str, str], held: Mapping[str, bool | None]) -> bool | None:
        match condition:
            case {"Condition": str() as name}:
                return self.truth(name, known, held)
            case {"Fn::Equals": [left, right]}:
                return _equal(self._text(left, known), self._text(right, known))
            case {"Fn::And": [*branches]}:
                return every(self._holds(branch, known, held) for branch in branches)
            case {"Fn::Or": [*branches]}:
                return some(self._holds(branch, known, held) for branch in branches)
            case {"Fn::Not": [branch]}:
                return contrary(self._holds(branch, known, held))
        return None

    def _text(self, value: Any, known: Mapping[str, str]) -> str | None:
        """Return a value with OTHER for each of its parts that is unknown, None if all of it is."""
        if isinstance(value, SCALARS):
            return as_text(value)
        cell = lookup(value)
        if cell:
            found = look_up(self._template.template, cell, known)
            return found.text if found else None
        match value:
            case {"Ref": str() as name}:
                return known.get(name)
            case {"Fn::Sub": str() as template} if "${!" not in template:
                text = VARIABLE.sub(lambda variable: known.get(variable[1].strip(), OTHER), template)
            case {"Fn::Join": [str() as separator, [*items]]}:
                parts = [self._text(item, known) for item in items]
                text = separator.join(OTHER if part is None else part for part in parts)
            case _:
                return None
        return None if text == OTHER else text


def _compared(name: str, conditions: Any) -> Iterator[str]:
    """Yield each text with which conditions compare a name."""
    reference = {"Ref": name}
    for part in walk(conditions):
        match part:
            case {"Fn::Equals": [left, right]} if left == reference and isinstance(right, SCALARS):
                yield as_text(right)
            case {"Fn::Equals": [left, right]} if right == reference and isinstance(left, SCALARS):
                yield as_text(left)


def _assignments(candidates: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Yield combinations of values: first those that differ in one name from all the first or all the last values."""
    for end in (0, -1):
        base = {name: values[end] for name, values in candidates.items()}
        yield base
        for name, values in candidates.items():
            for value in values:
                yield {**base, name: value}
    for combination in product(*candidates.values()):
        yield dict(zip(candidates, combination, strict=True))


def _equal(left: str | None, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    if OTHER not in left + right:
        return left == right
    if OTHER in left and OTHER in right:
        return None
    text, parts = sorted((left, right), key=lambda value: OTHER in value)
    if parts == OTHER:
        return False  # a name at another value than this text, at which it is tried as well
    pattern = ".*".join(map(re.escape, parts.split(OTHER)))
    return None if re.fullmatch(pattern, text, re.DOTALL) else False
