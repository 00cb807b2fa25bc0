"""Conditions that go together, because they hang on a name that has few values: a mapping's keys, or allowed ones.

cfn-lint's solver takes each Fn::FindInMap and Fn::Join for something of its own.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from beanstack.lint.rules import mappings
from beanstack.lint.rules.conditions import truth
from beanstack.lint.rules.references import references
from beanstack.lint.rules.worlds import World, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cfnlint.template import Template

OPTIONS = 100  # of a name or two; those that have more are taken for such as may be anything
Option = dict[str, str]


class Choices:
    """Those of one template."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._conditions = template.template.get("Conditions")
        self._options: dict[tuple[str, ...], list[list[Option]]] = {}
        self._truths: dict[tuple[Any, ...], bool | None] = {}

    def exclude(self, scenario: Mapping[str, bool], known: World) -> bool:
        """Whether some names have no values with which the conditions are what the scenario says."""
        return any(
            not any(self._allow(scenario, known, option) for option in options)
            for options in self._of(tuple(scenario))
            if not options[0].keys() <= known.known.keys()
        )

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
        """Of each lookup in the conditions the keys that there are, and of each parameter the allowed values."""
        if conditions not in self._options:
            parts = [self._conditions.get(name) for name in conditions] if isinstance(self._conditions, dict) else []
            found: list[list[Option]] = []
            for lookup in dict.fromkeys(mappings.lookups(parts)):
                cells = mappings.keys(self._template.template, lookup)
                found.append([{name: key for name, (key, _) in cell.items()} for cell in islice(cells, OPTIONS + 1)])
            for name in dict.fromkeys(references(parts)):
                parameter = self._template.context.parameters.get(name)
                allowed = parameter.allowed_values if parameter else None
                found.append([{name: written(value)} for value in allowed] if isinstance(allowed, list) else [])
            self._options[conditions] = [
                options for options in found if options and options[0] and len(options) <= OPTIONS
            ]
        return self._options[conditions]
