"""Which worlds there are: each a scenario, the truth of some conditions, and what some parameters are given.

Of the scenarios only the possible ones count, such as those in which no condition is true together with its contrary.
"""

from __future__ import annotations

from collections import deque
from datetime import date
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from cfnlint.conditions import UnknownSatisfisfaction
from cfnlint.context.conditions.exceptions import Unsatisfiable

from beanstack.lint.rules.references import condition_names, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cfnlint.template import Template

    from beanstack.lint.rules.worlds import Path

    Parameters = dict[str, tuple[Any, Path]]
    Scenario = dict[str, bool]

FREE_CONDITIONS = 5  # up to which every combination is tried
QUESTIONS = 400  # to the solver, of a resource's scenarios: beyond, only those that need one question each are found


class Scenarios:
    """Those of one template. Whether one is possible is asked once, because resources share conditions."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._answers: dict[tuple[Any, ...], bool] = {}

    def worlds(self, resource: Mapping[str, Any]) -> Iterator[tuple[Parameters, Scenario]]:
        """Those in which a resource differs and exists, the likeliest first; there may be very many.

        Nothing known of the parameters; all at their defaults; then one parameter at a time at each allowed value, in
        turns, so that no value waits for all the scenarios of another one. Two parameters' allowed values are never
        combined: that they do not go together may be known to whoever gives them. A parameter that only conditions
        refer to is not given a value, because each condition is true in one scenario and false in another anyway.
        """
        used = names(self.template, resource)
        conditions = condition_names(self.template, used)
        needed = resource.get("Condition")
        start = {needed: True} if isinstance(needed, str) and needed in conditions else {}
        yield from self._of({}, conditions, start)
        if defaults := self._defaults(used):
            yield from self._of(defaults, conditions, start)
        few = None if len(conditions) <= FREE_CONDITIONS else 2
        turns = deque(islice(self._of(given, conditions, start), few) for given in self._allowed(used))
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

    def _of(
        self, parameters: Parameters, conditions: Sequence[str], start: Scenario
    ) -> Iterator[tuple[Parameters, Scenario]]:
        values = {name: value for name, (value, _) in parameters.items() if isinstance(value, str)}
        if not self._possible(start, values):
            return
        if len(conditions) > FREE_CONDITIONS:
            yield from ((parameters, scenario) for scenario in self._of_many(conditions, start, values))
            return
        for truths in product((True, False), repeat=len(conditions)):
            scenario = dict(zip(conditions, truths, strict=True))
            if scenario | start == scenario and self._possible(scenario, values):
                yield parameters, scenario

    def _of_many(self, conditions: Sequence[str], start: Scenario, values: Mapping[str, str]) -> Iterator[Scenario]:
        """All true and all false, then one at a time true and one false, each as far as that is possible."""
        told = set()
        builds = QUESTIONS // len(conditions)
        alone = [(most, {name: not most}) for most in (False, True) for name in conditions]
        for most, one in [(True, dict[str, bool]()), (False, {}), *alone]:
            if one | start != start | one:
                continue
            scenario = dict.fromkeys(conditions, most) | start | one
            if not self._possible(scenario, values):
                builds -= 1
                if builds < 0 or not self._possible(start | one, values):
                    continue
                scenario = self._built(conditions, start | one, values, most=most)
            truths = tuple(scenario[name] for name in conditions)
            if truths not in told and self._possible(scenario, values):
                yield scenario
            told.add(truths)

    def _built(self, conditions: Sequence[str], start: Scenario, values: Mapping[str, str], *, most: bool) -> Scenario:
        scenario = dict(start)
        for name in conditions:
            if name not in scenario:
                scenario[name] = most
                scenario[name] = most == self._possible(scenario, values)
        return scenario

    def _possible(self, scenario: Scenario, values: Mapping[str, str]) -> bool:
        question = (*sorted(scenario.items()), *sorted(values.items()))
        if question not in self._answers:
            self._answers[question] = self._satisfiable(scenario, values)
        return self._answers[question]

    def _satisfiable(self, scenario: Scenario, values: Mapping[str, str]) -> bool:
        try:
            self.template.context.conditions.evolve(scenario)
            # Each of cfn-lint's solvers knows what the others do not: this one that nothing equals two texts.
            truths = {name: {truth} for name, truth in scenario.items() if self.template.conditions.get(name)}
            if truths and next(self.template.conditions.build_scenarios(truths), None) is None:
                return False
            return bool(self.template.conditions.satisfiable(dict(scenario), dict(values)))
        except Unsatisfiable:
            return False
        except UnknownSatisfisfaction:
            return not values


def _given(value: Any) -> str | list[str]:
    """What a parameter is given: a text, or those of a list."""
    return [written(item) for item in value] if isinstance(value, list) else written(value)


def written(value: object) -> str:
    """A value as CloudFormation hands it on; times come as ISO 8601 writes them."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
