"""Conditions that go together, because they hang on a name that has few values: a mapping's keys, or allowed ones.

cfn-lint's solver takes each Fn::FindInMap and Fn::Join for something of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.lint.rules import mappings
from beanstack.lint.rules.conditions import truth
from beanstack.lint.rules.references import references
from beanstack.lint.rules.worlds import World, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cfnlint.template import Template

VALUES = 50  # of a name; one that has more is taken for one that may be anything


class Choices:
    """Those of one template."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._conditions = template.template.get("Conditions")
        self._values: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._truths: dict[tuple[Any, ...], bool | None] = {}

    def exclude(self, scenario: Mapping[str, bool], known: World) -> bool:
        """Whether some name has no value with which the conditions are what the scenario says."""
        values = self._of(tuple(scenario))
        return any(
            not any(self._allow(scenario, known, name, value) for value in values[name])
            for name in values.keys() - known.known.keys()
        )

    def _allow(self, scenario: Mapping[str, bool], known: World, name: str, value: str) -> bool:
        return all(self._truth(known, name, value, one) in (None, held) for one, held in scenario.items())

    def _truth(self, known: World, name: str, value: str, condition: str) -> bool | None:
        question = (name, value, condition, *sorted(known.known.items()))
        if question not in self._truths:
            world = World(self._template, {**known.parameters, name: (value, ())}, {})
            self._truths[question] = truth(world, self._conditions, condition)
        return self._truths[question]

    def _of(self, conditions: tuple[str, ...]) -> dict[str, list[str]]:
        """The names that conditions hang on and whose values are all known."""
        if conditions not in self._values:
            parts = [self._conditions.get(name) for name in conditions] if isinstance(self._conditions, dict) else []
            found: dict[str, dict[str, None]] = {}
            for lookup in mappings.lookups(parts):
                for keys in mappings.keys(self._template.template, lookup):
                    for name, (key, _) in keys.items():
                        found.setdefault(name, {})[key] = None
            for name in references(parts):
                parameter = self._template.context.parameters.get(name)
                allowed = parameter.allowed_values if parameter else None
                if isinstance(allowed, list) and allowed:
                    found[name] = dict.fromkeys(written(value) for value in allowed)
            self._values[conditions] = {name: [*texts] for name, texts in found.items() if len(texts) <= VALUES}
        return self._values[conditions]
