"""Which worlds there are: each a scenario, the truth of some conditions, and what some parameters are given.

Of the scenarios only the possible ones count, such as those in which no condition is true together with its contrary.
"""

from __future__ import annotations

import re
from collections import deque
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

from cfnlint.conditions import UnknownSatisfisfaction
from cfnlint.context.conditions.exceptions import Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cfnlint.template import Template

    from beanstack.lint.rules.worlds import Path

    Parameters = dict[str, tuple[Any, Path]]
    Scenario = dict[str, bool]

FREE_CONDITIONS = 5  # up to which every combination is tried
FOLLOWED = ("AWS::ElasticBeanstalk::ConfigurationTemplate", "AWS::IAM::InstanceProfile", "AWS::IAM::Role")
VARIABLE = re.compile(r"\$\{([^!${}][^${}]*)\}")


def possible_worlds(template: Template, resource: Mapping[str, Any]) -> Iterator[tuple[Parameters, Scenario]]:
    """Those in which a resource differs and exists, the likeliest first; there may be very many.

    Nothing known of the parameters; all at their defaults; then one parameter at a time at each allowed value, in
    turns, so that no value waits for all the scenarios of another one. Two parameters' allowed values are never
    combined: that they do not go together may be known to whoever gives them.
    """
    used: dict[str, None] = {}
    _collect(template, resource, used)
    conditions = [name for name in used if name in template.context.conditions.conditions]
    needed = resource.get("Condition")
    start = {needed: True} if isinstance(needed, str) and needed in conditions else {}

    def of(parameters: Parameters) -> Iterator[tuple[Parameters, Scenario]]:
        def possible(scenario: Scenario) -> bool:
            return _possible(template, scenario, parameters)

        if possible(start):
            yield from ((parameters, scenario) for scenario in _scenarios(conditions, start, possible))

    yield from of({})
    if defaults := _defaults(template, used):
        yield from of(defaults)
    turns = deque(of(parameters) for parameters in _allowed(template, used))
    while turns:
        turn = turns.popleft()
        if world := next(turn, None):
            yield world
            turns.append(turn)


def _defaults(template: Template, used: Mapping[str, None]) -> Parameters:
    known = template.context.parameters
    return {
        name: (_given(known[name].default), ("Parameters", name, "Default"))
        for name in used
        if name in known and known[name].default is not None
    }


def _allowed(template: Template, used: Mapping[str, None]) -> Iterator[Parameters]:
    known = template.context.parameters
    for name in used:
        values = known[name].allowed_values if name in known else None
        for index, value in enumerate(values if isinstance(values, list) else ()):
            yield {name: (_given(value), ("Parameters", name, "AllowedValues", index))}


def _given(value: Any) -> str | list[str]:
    """What a parameter is given: a text, or those of a list."""
    return [written(item) for item in value] if isinstance(value, list) else written(value)


def _scenarios(conditions: Sequence[str], start: Scenario, possible: Callable[[Scenario], bool]) -> Iterator[Scenario]:
    """Every possible combination of a few conditions; of many as true and as false as can be, but one at a time."""
    if len(conditions) <= FREE_CONDITIONS:
        every = (
            dict(zip(conditions, truths, strict=True)) for truths in product((True, False), repeat=len(conditions))
        )
        yield from (scenario for scenario in every if scenario | start == scenario and possible(scenario))
        return
    told = set()
    for most in (True, False):
        for one in ({}, *({name: not most} for name in conditions)):
            if one | start != start | one or not possible(start | one):
                continue
            scenario = start | one
            for name in conditions:
                if name not in scenario:
                    scenario[name] = most
                    scenario[name] = most == possible(scenario)
            truths = tuple(scenario[name] for name in conditions)
            if truths not in told and possible(scenario):
                yield scenario
            told.add(truths)


def _possible(template: Template, scenario: Scenario, parameters: Parameters) -> bool:
    values = {name: value for name, (value, _) in parameters.items() if isinstance(value, str)}
    try:
        template.context.conditions.evolve(scenario)
        return bool(template.conditions.satisfiable(scenario, values))
    except Unsatisfiable:
        return False
    except UnknownSatisfisfaction:
        return not values


def written(value: object) -> str:
    """A value as CloudFormation hands it on; times come as ISO 8601 writes them."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _collect(template: Template, value: Any, used: dict[str, None]) -> None:
    """The names that a value refers to, also by way of conditions and of what an environment is made with."""
    for name in references(value):
        if name in used:
            continue
        used[name] = None
        for section in ("Conditions", "Resources"):
            inside = template.template.get(section)
            further = inside.get(name) if isinstance(inside, dict) else None
            if section == "Conditions" or (isinstance(further, dict) and further.get("Type") in FOLLOWED):
                _collect(template, further, used)


def references(value: Any) -> Iterator[str]:
    """The names that a value refers to by itself."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("Ref", "Condition") and isinstance(item, str):
                yield item
            elif key == "Fn::GetAtt":
                name = item[0] if isinstance(item, list) and item else item
                yield from [name.partition(".")[0]] if isinstance(name, str) else []
            elif key == "Fn::Sub":
                text = item[0] if isinstance(item, list) and item else item
                yield from (name.strip() for name in VARIABLE.findall(text if isinstance(text, str) else ""))
            elif key == "Fn::If" and isinstance(item, list) and item and isinstance(item[0], str):
                yield item[0]
            yield from references(item)
