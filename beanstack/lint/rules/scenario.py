"""Which worlds there are: each a scenario, the truth of some conditions, and what some parameters are given.

Of the scenarios only the possible ones count, such as those in which no condition is true together with its contrary.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from cfnlint.conditions import UnknownSatisfisfaction
from cfnlint.context.conditions.exceptions import Unsatisfiable

from beanstack.lint.rules import mappings
from beanstack.lint.rules.choices import Choices
from beanstack.lint.rules.conditions import truth
from beanstack.lint.rules.references import condition_names, made_with, references
from beanstack.lint.rules.worlds import World, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cfnlint.template import Template

    from beanstack.eb.findings import Path

    Parameters = dict[str, tuple[Any, Path]]
    Scenario = dict[str, bool]

WORLDS = 100  # of a resource; whoever has more possibilities has most of them judged by these
FREE_CONDITIONS = 5  # up to which every combination is tried
QUESTIONS = 400  # to the solver, of a resource's scenarios: beyond, only those that need one question each are found


class Scenarios:
    """Those of one template. Whether one is possible is asked once, because resources share conditions."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._choices = Choices(template)
        self._answers: dict[tuple[Any, ...], bool] = {}

    def worlds(self, resource: Mapping[str, Any], most: int = WORLDS) -> Iterator[World]:
        """Those in which a resource differs, the likeliest first, as far as there are not too many."""
        for parameters, scenario in islice(self._worlds(resource), most):
            yield World(self.template, parameters, scenario, self._free(parameters, scenario))

    def _free(self, parameters: Parameters, scenario: Scenario) -> set[str]:
        """The conditions that neither the known parameters nor, where these are at theirs, all defaults make so."""
        known = World(self.template, parameters, {})
        defaults = all(path[-1] == "Default" for _, path in parameters.values())
        if not parameters or (defaults and self._follows(scenario, known)):
            return set()
        conditions = self.template.template.get("Conditions")
        return {name for name in scenario if truth(known, conditions, name) is None}

    def _worlds(self, resource: Mapping[str, Any]) -> Iterator[tuple[Parameters, Scenario]]:
        """Those in which the resource exists.

        Nothing known of the parameters; all at their defaults; then one parameter at a time at each value that it is
        allowed or that a mapping has a row for, in turns, so that no value waits for all the scenarios of another one.
        Two parameters' values are never combined: that they do not go together may be known to whoever gives them. A
        parameter that only conditions refer to is not given a value, because each condition is true in one scenario
        and false in another anyway.
        """
        parts = made_with(self.template, resource)
        used = list(dict.fromkeys(name for part in parts for name in references(part)))
        conditions = condition_names(self.template, used)
        needed = resource.get("Condition")
        start = {needed: True} if isinstance(needed, str) and needed in conditions else {}
        yield from self._of({}, conditions, start)
        if defaults := self._defaults(used):
            yield from self._of(defaults, conditions, start)
        few = None if len(conditions) <= FREE_CONDITIONS else 2
        given = [*self._allowed(used), *self._mapped(parts)]
        turns = deque(islice(self._of(parameters, conditions, start), few) for parameters in given)
        while turns:
            turn = turns.popleft()
            if world := next(turn, None):
                yield world
                turns.append(turn)

    def _defaults(self, used: Sequence[str]) -> Parameters:
        known = self.template.context.parameters
        return {
            name: (_given(known[name].default), ("Parameters", name, "Default"))
            for name in used
            if name in known and known[name].default is not None
        }

    def _allowed(self, used: Sequence[str]) -> Iterator[Parameters]:
        known = self.template.context.parameters
        for name in used:
            values = known[name].allowed_values if name in known else None
            for index, value in enumerate(values if isinstance(values, list) else ()):
                yield {name: (_given(value), ("Parameters", name, "AllowedValues", index))}

    def _mapped(self, parts: Sequence[Any]) -> Iterator[Parameters]:
        """The keys of mappings, where they are the region and the like or a parameter that may be any text."""
        told: set[tuple[tuple[str, str], ...]] = set()
        for lookup in mappings.lookups(parts):
            for keys in mappings.keys(self.template.template, lookup):
                given = tuple((name, key) for name, (key, _) in keys.items())
                allowed = len(keys) == 1 and self._allowed_values(given[0][0])  # which are tried anyway
                if keys and not allowed and given not in told and all(self._takes(*one) for one in given):
                    yield dict(keys)
                told.add(given)

    def _allowed_values(self, name: str) -> list[str]:
        parameter = self.template.context.parameters.get(name)
        values = parameter.allowed_values if parameter else None
        return [written(value) for value in values] if isinstance(values, list) else []

    def _takes(self, name: str, value: str) -> bool:
        """Whether a parameter may be given a text, as the region and the like may be any."""
        allowed = self._allowed_values(name)
        return (
            name.startswith("AWS::")
            or value in allowed
            or (not allowed and _takes(self.template.template, name, value))
        )

    def _of(
        self, parameters: Parameters, conditions: Sequence[str], start: Scenario
    ) -> Iterator[tuple[Parameters, Scenario]]:
        known = World(self.template, parameters, {})
        if not self._possible(start, known):
            return
        if len(conditions) > FREE_CONDITIONS:
            yield from ((parameters, scenario) for scenario in self._of_many(conditions, start, known))
            return
        for truths in product((True, False), repeat=len(conditions)):
            scenario = dict(zip(conditions, truths, strict=True))
            if scenario | start == scenario and self._possible(scenario, known):
                yield parameters, scenario

    def _of_many(self, conditions: Sequence[str], start: Scenario, known: World) -> Iterator[Scenario]:
        """All true and all false, then one at a time true and one false, each as far as that is possible."""
        told = set()
        builds = QUESTIONS // len(conditions)
        alone = [(most, {name: not most}) for most in (False, True) for name in conditions]
        for most, one in [(True, dict[str, bool]()), (False, {}), *alone]:
            if one | start != start | one:
                continue
            scenario = dict.fromkeys(conditions, most) | start | one
            if not self._possible(scenario, known):
                builds -= 1
                if builds < 0 or not self._possible(start | one, known):
                    continue
                scenario = self._built(conditions, start | one, known, most=most)
            truths = tuple(scenario[name] for name in conditions)
            if truths not in told and self._possible(scenario, known):
                yield scenario
            told.add(truths)

    def _built(self, conditions: Sequence[str], start: Scenario, known: World, *, most: bool) -> Scenario:
        scenario = dict(start)
        for name in conditions:
            if name not in scenario:
                scenario[name] = most
                scenario[name] = most == self._possible(scenario, known)
        return scenario

    def _possible(self, scenario: Scenario, known: World) -> bool:
        question = (*sorted(scenario.items()), *sorted(known.known.items()))
        if question not in self._answers:
            self._answers[question] = self._satisfiable(scenario, known)
        return self._answers[question]

    def _satisfiable(self, scenario: Scenario, known: World) -> bool:
        conditions = self.template.template.get("Conditions")
        if any(truth(known, conditions, name) is (not held) for name, held in scenario.items()):
            return False
        if self._choices.exclude(scenario, known):
            return False
        try:
            self.template.context.conditions.evolve(scenario)
            # Each of cfn-lint's solvers knows what the others do not: this one that nothing equals two texts.
            held = {name: {truth} for name, truth in scenario.items() if self.template.conditions.get(name)}
            if held and next(self.template.conditions.build_scenarios(held), None) is None:
                return False
            return bool(self.template.conditions.satisfiable(dict(scenario), dict(known.known)))
        except Unsatisfiable:
            return False
        except UnknownSatisfisfaction:
            return not known.known or self._follows(scenario, known)

    def _follows(self, scenario: Scenario, known: World) -> bool:
        """Whether conditions are as they are where all parameters that are not known are at their defaults."""
        names = self.template.context.parameters
        world = World(self.template, {**self._defaults([*names]), **known.parameters}, {})
        conditions = self.template.template.get("Conditions")
        return all(truth(world, conditions, name) is held for name, held in scenario.items())


def _given(value: Any) -> str | list[str]:
    """What a parameter is given: a text, or those of a list."""
    return [written(item) for item in value] if isinstance(value, list) else written(value)


def _takes(template: Mapping[str, Any], name: str, value: str) -> bool:
    """Whether a parameter without allowed values may be given a text."""
    parameters = template.get("Parameters")
    parameter = parameters.get(name) if isinstance(parameters, dict) else None
    if not isinstance(parameter, dict) or parameter.get("Type") not in ("String", "Number"):
        return False
    if "MinValue" in parameter or "MaxValue" in parameter:
        return False
    try:
        pattern = re.compile(str(parameter.get("AllowedPattern", ".*")), re.DOTALL)
        sizes = int(parameter.get("MinLength", 0)), int(parameter.get("MaxLength", len(value)))
    except (re.error, TypeError, ValueError):
        return False  # cfn-lint has rules for that
    return bool(pattern.fullmatch(value)) and sizes[0] <= len(value) <= sizes[1]
