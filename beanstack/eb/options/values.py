"""Checks of a value against its option: type, range, allowed values, pattern, list and length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import QUOTED, listed, nearest, report, shown, suggestion
from beanstack.eb.options.meant import amount_meant, value_meant
from beanstack.eb.options.measures import TYPES, is_a, measured, number
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.catalogue import Option
    from beanstack.eb.rules import Severity

SEPARATORS = re.compile(r"[\s,;|'\"\[\]{}()]+")
RESOURCE_ID = r"^(sg|subnet|vpc)-[0-9a-f]{8,17}$"


def value_findings(option: Option, value: str) -> Iterator[Finding]:
    """Yield the problems with a known value. An empty value is checked only if EB is known to refuse it."""
    if option.type != "string":
        value = value.strip()
    if not value.strip():
        if option.allow_empty is False:
            yield report(option.on_violation, Kind.PATTERN, f"{option.name} is empty")
    elif value in option.known_values:
        return
    else:
        found = [*_value_findings(option, value)]
        yield from found
        if not found and option.max_length is not None and len(value) > option.max_length:
            message = f"{option.name} has {len(value)} characters, more than {option.max_length}"
            yield report(option.on_violation, Kind.LENGTH, message, allowed=f"at most {option.max_length} characters")


def _value_findings(option: Option, value: str) -> Iterator[Finding]:
    """Yield the problems with a value by its type; one that the option does not have has no range or pattern."""
    if option.type == "list":
        yield from _list(option, value)
    elif option.values:
        yield from _one_of(option, value)
    elif not is_a(option.type, value):
        expected = option.form or TYPES[option.type]
        meant = value_meant(option, value) or amount_meant(option, value)
        message = f"{_found(option, value)}, not {expected}{suggestion(meant)}"
        yield report(option.on_violation, Kind.TYPE, message, allowed=expected)
    else:
        yield from _range(option, value)
        if option.pattern and not re.search(option.pattern, value):
            message = f"{_found(option, value)}, not {option.form}"
            yield report(option.on_violation, Kind.PATTERN, message, allowed=option.form)
        if option.known_values:
            yield from _unknown_value(option, value)


def _unknown_value(option: Option, value: str) -> Iterator[Finding]:
    """Yield a value that is not among those known, of which there may be more, if it means one of them."""
    meant = value_meant(option, value)
    near = meant or nearest(value, list(option.known_values))
    if near:
        message = f"{_found(option, value)}, which is not a known value{suggestion(near)}"
        yield report("warning" if meant else "informational", Kind.ENUM, message, allowed=near)


def items(option: Option | None, value: str) -> list[str]:
    """Return the items of a list, without surrounding spaces."""
    separator = option.list_separator if option else ","
    return [item.strip() for item in value.split(separator) if item.strip()]


def _list(option: Option, value: str) -> Iterator[Finding]:
    found = items(option, value)
    different = dict.fromkeys(found)
    separated = _separated(option, value)
    if separated:
        separator = "commas" if option.list_separator == "," else repr(option.list_separator)
        meant = option.list_separator.join(separated)
        advice = f"separate its items by {separator}: {meant[:QUOTED]}"
        if len(separated) == 1:
            advice = f"write {meant} alone"
        message = f"{_found(option, value)}; {advice}"
        # AWS does not document whether spaces separate items as well.
        severity: Severity = "warning" if separated == value.replace(",", " ").split() else option.on_violation
        yield report(severity, Kind.LIST, message, allowed=meant)
        return
    for item in different:
        if option.values and item not in option.values:
            near = value_meant(option, item) or nearest(item, list(option.values))
            message = f"{_found(option, item, 'holds')}, none of {listed(option.values)}{suggestion(near)}"
            yield report(option.on_violation, Kind.LIST, message, allowed=listed(option.values))
        elif option.item_pattern and not re.search(option.item_pattern, item):
            message = f"{_found(option, item, 'holds')}, not {option.form}"
            yield report(option.on_violation, Kind.LIST, message, allowed=option.form)
    limits = f"at least {option.min_items}"
    if option.max_items:
        limits = f"{option.min_items} to {option.max_items}"
    if not option.min_items <= len(found) <= (option.max_items or len(found)):
        message = f"{option.name} has {len(found)} items, not {limits}"
        yield report(option.on_violation, Kind.LIST, message, allowed=f"{limits} items")
    if option.unique_items and len(different) < len(found):
        repeated = next(item for item in different if found.count(item) > 1)
        yield report(option.on_violation, Kind.LIST, f"{_found(option, repeated, 'holds')} more than once")


def _separated(option: Option, value: str) -> list[str]:
    """Return the items of a list that are separated by something else, if that explains why it is not one."""
    parts = [part for part in SEPARATORS.split(value) if part]
    if option.sensitive or parts == items(option, value) or not all(_is_item(option, part) for part in parts):
        return []
    return [] if all(_is_item(option, item) for item in items(option, value)) else parts


def _is_item(option: Option, item: str) -> bool:
    if option.values:
        return item in option.values
    return re.search(option.item_pattern or RESOURCE_ID, item) is not None


def _one_of(option: Option, value: str) -> Iterator[Finding]:
    if value in option.values:
        return
    by_lower_name = {allowed.lower(): allowed for allowed in reversed(option.values)}
    same = by_lower_name.get(value.lower())
    if same is None or option.case_sensitive:
        near = same or value_meant(option, value) or _nearest(value, option.values)
        message = f"{_found(option, value)}, none of {listed(option.values)}{suggestion(near)}"
        yield report(option.on_violation, Kind.ENUM, message, allowed=listed(option.values))
    elif option.case_sensitive is None:  # not tried yet
        message = f"{_found(option, value)}, which Elastic Beanstalk writes '{same}'"
        yield report("warning", Kind.CASE, message, allowed=same)


def _nearest(value: str, allowed: Sequence[str]) -> str | None:
    """Return the allowed value that was probably meant: of numbers the nearest one."""
    size = number(value)
    distances: dict[float, str] = {}
    for one in reversed(allowed):
        allowed_size = number(one)
        if size is None or allowed_size is None:
            return nearest(value, allowed)
        distances[abs(allowed_size - size)] = one
    return distances[min(distances)]


def _range(option: Option, value: str) -> Iterator[Finding]:
    size = measured(value)
    if size is None or option.type not in ("integer", "number", "duration"):
        return
    if not _within(size, option.min, option.max):
        limits = _limits(option.min, option.max, option.unit)
        yield report(option.on_violation, Kind.RANGE, f"{_found(option, value)}, not {limits}", allowed=limits)
    elif not _within(size, option.guide_min, option.guide_max):
        limits = _limits(option.guide_min, option.guide_max, option.unit)
        message = f"{_found(option, value)}; AWS's guide says {limits}, though the service takes it"
        yield report("informational", Kind.RANGE, message, allowed=limits)


def _within(size: float, least: float | str | None, most: float | str | None) -> bool:
    below, above = _size(least), _size(most)
    return (below is None or size >= below) and (above is None or size <= above)


def _size(limit: float | str | None) -> float | None:
    return measured(limit) if isinstance(limit, str) else limit


def _limits(least: float | str | None, most: float | str | None, unit: str) -> str:
    if most is None:
        limits = f"at least {least}"
    elif least is None:
        limits = f"at most {most}"
    else:
        limits = f"{least} to {most}"
    return f"{limits} {unit}".rstrip()


def _found(option: Option, value: str, verb: str = "is") -> str:
    """Return the beginning of a message: the option and its value, unless that is a secret."""
    return f"{option.name} {verb} {'something' if option.sensitive else shown(value)}"
