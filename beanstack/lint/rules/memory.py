"""What values of a template came to in scenarios before, so that each is resolved once for all that make no difference.

The scenarios of a template differ in few parameters and conditions, and most values refer to none of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from beanstack.lint.rules.references import references, section

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from cfnlint.template import Template

Result = TypeVar("Result")


class Memory:
    """Results by what determines them. Values are known by their identity: the template keeps them alive."""

    def __init__(self, template: Template) -> None:
        self.conditions = section(template.template, "Conditions").keys()
        self.types: dict[str, Any] = {}  # of resources
        for name, resource in section(template.template, "Resources").items():
            if isinstance(resource, dict):
                self.types[name] = resource.get("Type")
        self._results: dict[Hashable, Any] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._texts: dict[int, str] = {}

    def recall(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return the result for a key, made once."""
        if key not in self._results:
            self._results[key] = make()
        result: Result = self._results[key]
        return result

    def names(self, value: Any) -> tuple[str, ...]:
        """Return the names that a value refers to."""
        found = self._names.get(id(value))
        if found is None:
            found = self._names[id(value)] = tuple(dict.fromkeys(references(value)))
        return found

    def text(self, value: Any) -> str:
        """Return a value as text, equal for equal values."""
        found = self._texts.get(id(value))
        if found is None:
            found = self._texts[id(value)] = json.dumps(value, default=repr)
        return found


class Marks:
    """What a scenario decides of each name, as something that can be a key of the memory."""

    def __init__(self, memory: Memory, parameters: Mapping[str, Any], conditions: Mapping[str, Any]) -> None:
        self._memory = memory
        self._parameters = parameters
        self._conditions = conditions
        self._all = tuple(conditions.items())

    def of(self, value: Any) -> Hashable:
        """Return what the scenario decides of the names that a value refers to."""
        return tuple(self._of(name) for name in self._memory.names(value))

    def _of(self, name: str) -> Hashable:
        condition = self._conditions.get(name)
        if condition is None and name in self._memory.conditions:
            condition = self._all  # cfn-lint concludes from the others what it may be
        return self._parameters.get(name), condition
