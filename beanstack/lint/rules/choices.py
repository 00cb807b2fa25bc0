"""Conditions that depend on each other because they use a name with few values: keys of a mapping, allowed values.

cfn-lint's solver cannot see that: to it each Fn::FindInMap and Fn::Join is independent of everything else.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from beanstack.lint.rules import mappings
from beanstack.lint.rules.conditions import truth
from beanstack.lint.rules.references import references
from beanstack.lint.rules.worlds import World, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cfnlint.template import Template

OPTIONS = 100  # values of a name or a pair of names; with more, the name counts as one that may have any value
Option = dict[str, str]


class Choices:
    """The choices of one template."""

    def __init__(self, template: Template) -> None:
        self._template = template
        conditions = template.template.get("Conditions")
        self._conditions: Mapping[str, Any] = conditions if isinstance(conditions, dict) else {}
        self._options: dict[tuple[str, ...], list[list[Option]]] = {}
        self._truths: dict[tuple[Any, ...], bool | None] = {}

    def exclude(self, scenario: Mapping[str, bool], known: World) -> bool:
        """Return whether some name has no value with which the conditions are what the scenario says."""
        for options in self._of(tuple(scenario)):
            if options[0].keys() <= known.known.keys():
                continue
            if not any(self._allow(scenario, known, option) for option in options):
                return True
        return False

    def _allow(self, scenario: Mapping[str, bool], known: World, option: Option) -> bool:
        if any(known.known.get(name, text) != text for name, text in option.items()):
            return False
        return all(self._truth(known, option, one) in (None, held) for one, held in scenario.items())

    def _truth(self, known: World, option: Option, condition: str) -> bool | None:
        question = (condition, *option.items(), None, *sorted(known.known.items()))
        if question not in self._truths:
            given = {name: (text, ()) for name, text in option.items()}
            world = World(self._template, {**known.parameters, **given}, {})
            self._truths[question] = truth(world, self._conditions, condition)
        return self._truths[question]

    def _of(self, conditions: tuple[str, ...]) -> list[list[Option]]:
        """Return the keys that each lookup in the conditions may use, and the allowed values of each parameter."""
        if conditions not in self._options:
            found = [*self._looked_up(conditions), *self._allowed(conditions)]
            self._options[conditions] = [
                options for options in found if options and options[0] and len(options) <= OPTIONS
            ]
        return self._options[conditions]

    def _looked_up(self, conditions: tuple[str, ...]) -> Iterator[list[Option]]:
        parts = [self._conditions.get(name) for name in conditions]
        for lookup in dict.fromkeys(mappings.lookups(parts)):
            options: list[Option] = []
            for cell in islice(mappings.keys(self._template.template, lookup), OPTIONS + 1):
                options.append({name: key for name, (key, _) in cell.items()})
            yield options

    def _allowed(self, conditions: tuple[str, ...]) -> Iterator[list[Option]]:
        parts = [self._conditions.get(name) for name in conditions]
        for name in dict.fromkeys(references(parts)):
            parameter = self._template.context.parameters.get(name)
            if parameter and isinstance(parameter.allowed_values, list):
                yield [{name: written(value)} for value in parameter.allowed_values]
