"""No option of an environment can be changed beside its stack unseen."""

from __future__ import annotations

import pytest

from beanstack.eb.namespaces import DATABASE, ENVIRONMENT
from beanstack.eb.options.catalogue import Option, facts
from beanstack.eb.options.filled import filled
from beanstack.eb.settings import Setting
from beanstack.operate.drift import Running, drift

RUNNING = Running("e-7k58e7ph74", "web", "ecs-al2023", frozenset({"ami-1"}), frozenset({"sg-1"}))


def another(option: Option, default: str | None) -> str:
    """Return a value of an option that is not its default."""
    if option.type == "boolean":
        return "true" if default == "false" else "false"
    if option.values:
        return next((value for value in reversed(option.values) if value != default), "foreign")
    return {"integer": "7", "number": "7", "json": '{"Version":2}'}.get(option.type, "foreign")


BALANCED = {
    (ENVIRONMENT, "EnvironmentType"): "LoadBalanced",
    (ENVIRONMENT, "LoadBalancerType"): "application",
    (DATABASE, "HasCoupledDatabase"): "true",
}
FILLED = filled(BALANCED, "web", "ecs-al2023")
NAMESPACES = {namespace for namespace, _ in FILLED}
OPTIONS = [
    (space.name, option.name)
    for space in facts().namespaces
    if space.name in NAMESPACES
    for option in space.options.values()
]
# EB does not show a database's password, and how it launches an environment is its own affair.
UNSEEN = {(DATABASE, "DBPassword"), ("aws:elasticbeanstalk:control", "LaunchType")}


@pytest.mark.parametrize("pair", sorted({*OPTIONS} - UNSEEN), ids=" ".join)
def test_no_option_that_is_changed_passes_unseen(pair: tuple[str, str]) -> None:
    option = facts().option(*pair)
    value = another(option, FILLED.get(pair) or option.default)
    there = [
        {"Namespace": namespace, "OptionName": option, "Value": value if (namespace, option) == pair else default or ""}
        for (namespace, option), default in {**dict.fromkeys(OPTIONS), **FILLED}.items()
    ]
    given = [Setting(*one, text) for one, text in BALANCED.items()]
    found = drift(given, there, RUNNING).drifts
    assert (*pair, value) in [(one.namespace, one.option, one.actual) for one in found]
