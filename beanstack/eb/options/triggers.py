"""The units of the metrics by which instances are added and removed, as the rules between options have them."""

from __future__ import annotations

from functools import cache

from beanstack.eb.namespaces import TRIGGER
from beanstack.eb.options.catalogue import facts

METRIC, UNIT = f"{TRIGGER}::MeasureName", f"{TRIGGER}::Unit"


@cache
def units() -> dict[str, str]:
    """Return the unit that CloudWatch has of each metric, in lower case."""
    found: dict[str, str] = {}
    for constraint in facts().constraints:
        when, requires = constraint.when, constraint.requires
        if when.get("opt") == METRIC and requires.get("opt") == UNIT:
            found.update(dict.fromkeys((metric.lower() for metric in when["value"]), requires["value"]))
    return found


def unit_of(metric: str) -> str:
    """Return the unit of a metric; that of bytes, EB's default, for one that is not known."""
    return units().get(metric.lower()) or facts().option(TRIGGER, "Unit").default or ""
