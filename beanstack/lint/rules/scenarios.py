"""The ways in which a template may be deployed that make a difference to one of its resources."""

from __future__ import annotations

from functools import cached_property
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from cfnlint.context.conditions.exceptions import Unsatisfiable

from beanstack.lint.rules.conditions import Conditions
from beanstack.lint.rules.memory import Memory
from beanstack.lint.rules.references import (
    allowed_values,
    as_text,
    known_texts,
    lookups,
    possible_keys,
    references,
    section,
)
from beanstack.lint.rules.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cfnlint.template import Template

    from beanstack.eb.findings import Path
    from beanstack.lint.rules.references import Parameters

# Resources that are checked together with the environment that refers to them.
FOLLOWED = ("AWS::ElasticBeanstalk::ConfigurationTemplate", "AWS::IAM::InstanceProfile", "AWS::IAM::Role")


class Scenarios:
    """The scenarios of one template.

    First no parameter is known; then all have their defaults; then one at a time has each value that it may have. The
    values of two parameters are not combined, because only who gives them knows which go together.
    """

    def __init__(self, template: Template) -> None:
        self.template = template
        self._conditions = Conditions(template)
        self._memory = Memory(template)

    def of(self, resource: Mapping[str, Any], most: int) -> Iterator[Scenario]:
        """Yield up to `most` scenarios in which a resource exists, the likeliest first."""
        for parameters, held in islice(self._possible(resource), most):
            try:
                yield Scenario(self.template, parameters, held, self._undecided(parameters, held), self._memory)
            except Unsatisfiable:
                continue  # cfn-lint also compares values that are unknown here

    def _possible(self, resource: Mapping[str, Any]) -> Iterator[tuple[Parameters, Mapping[str, bool]]]:
        """Yield known parameters and the truth of conditions that can go together, if the resource exists then."""
        parts = self._checked_together(resource)
        used = [*dict.fromkeys(references(parts))]
        conditions = [*dict.fromkeys(self._conditions.needed(used))]
        needed = resource.get("Condition")

        def possible(parameters: Parameters) -> Iterator[tuple[Parameters, Mapping[str, bool]]]:
            for held in self._conditions.together(conditions, known_texts(parameters)):
                if not isinstance(needed, str) or held.get(needed, True):
                    yield parameters, held

        yield from possible({})
        defaults = self._defaults(used)
        if defaults:
            yield from possible(defaults)
        # In turns, so that no value waits for all the scenarios of another one.
        turns = map(possible, self._given(used, parts))
        for turn in zip_longest(*turns):
            yield from filter(None, turn)

    def _checked_together(self, resource: Mapping[str, Any]) -> list[Any]:
        """Return a resource and those that it refers to and that are checked with it."""
        resources = section(self.template.template, "Resources")
        parts: list[Any] = [resource]
        for part in parts:  # which grows meanwhile
            for name in references(part):
                referred = resources.get(name)
                if isinstance(referred, dict) and referred.get("Type") in FOLLOWED and referred not in parts:
                    parts.append(referred)
        return parts

    def _undecided(self, parameters: Parameters, held: Mapping[str, bool]) -> list[str]:
        """Return the conditions that the known parameters leave open, or that differ from those of all defaults."""
        if not parameters:
            return []
        known = known_texts(parameters)
        if all(path[-1] == "Default" for _, path in parameters.values()):
            known |= self._all_defaults
        return [name for name, truth in held.items() if self._conditions.truth(name, known) is not truth]

    @cached_property
    def _all_defaults(self) -> Mapping[str, str]:
        return known_texts(self._defaults(self.template.context.parameters))

    def _defaults(self, names: Iterable[str]) -> Parameters:
        """Return the parameters among some names that have a default."""
        defaults: dict[str, tuple[str | list[str], Path]] = {}
        for name in names:
            parameter = self.template.context.parameters.get(name)
            if parameter and parameter.default is not None:
                defaults[name] = (_value(parameter.default), ("Parameters", name, "Default"))
        return defaults

    def _given(self, names: Sequence[str], parts: Sequence[Any]) -> Iterator[Parameters]:
        """Yield the values to try, of one parameter at a time or of the keys of one value of a mapping."""
        for name in names:
            for index, value in enumerate(allowed_values(self.template, name)):
                yield {name: (value, ("Parameters", name, "AllowedValues", index))}
        tried: list[dict[str, str]] = []
        for lookup in lookups(parts):
            for keys in possible_keys(self.template.template, lookup):
                texts = known_texts(keys)
                if texts not in tried and self._may_be(texts):
                    tried.append(texts)
                    yield keys

    def _may_be(self, keys: Mapping[str, str]) -> bool:
        """Return whether names can have the keys of a mapping, unless that is tried as an allowed value."""
        for name, key in keys.items():
            allowed = allowed_values(self.template, name)
            if allowed and (len(keys) == 1 or key not in allowed):
                return False
        return bool(keys)


def _value(value: Any) -> str | list[str]:
    """Return the value of a parameter: a text, or those of a list."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return as_text(value)
