"""Checks of a value against its option: type, range, allowed values, pattern, list and length."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from beanstack.eb.findings import listed, nearest, report, shown, suggestion
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.catalogue import Option
    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Severity

INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?")
BOOLEANS = ("true", "false")
TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "duration": "a duration such as PT5M",
    "timestamp": "a time such as 2026-01-31T06:00:00Z",
    "arn": "an ARN",
    "json": "JSON",
    "key_value_list": "name=value",
}


def value_findings(option: Option, value: str) -> Iterator[Finding]:
    """Yield the problems with a known value. An empty value is checked only if EB is known to refuse it."""
    if option.type != "string":
        value = value.strip()
    if not value.strip():
        if option.allow_empty is False:
            yield report(option.on_violation, Kind.PATTERN, f"{option.name} is empty")
    elif value in option.known_values:
        return
    elif option.type == "list":
        yield from _list(option, value)
    elif option.values:
        yield from _one_of(option, value)
    elif not is_a(option.type, value):
        message = f"{_found(option, value)}, not {TYPES[option.type]}"
        yield report(option.on_violation, Kind.TYPE, message, allowed=TYPES[option.type])
    else:
        yield from _range(option, value)
        if option.pattern and not re.search(option.pattern, value):
            expected = f"not {option.form}" if option.form else f"which does not match {option.pattern}"
            message = f"{_found(option, value)}, {expected}"
            yield report(option.on_violation, Kind.PATTERN, message, allowed=option.form or option.pattern)
        if option.known_values and (near := nearest(value, list(option.known_values))):
            message = f"{_found(option, value)}, which is not a known value{suggestion(near)}"
            yield report("informational", Kind.ENUM, message, allowed=near)
    if option.max_length is not None and len(value) > option.max_length:
        message = f"{option.name} has {len(value)} characters, more than {option.max_length}"
        yield report(option.on_violation, Kind.LENGTH, message, allowed=f"at most {option.max_length} characters")


def is_a(kind: str, value: str) -> bool:
    """Return whether a value has a type. A type without a pattern accepts every value."""
    match kind:
        case "integer":
            return bool(INTEGER.fullmatch(value))
        case "number":
            return number(value) is not None
        case "duration":
            return duration(value) is not None
        case "timestamp":
            return timestamp(value) is not None
        case "boolean":
            return value.lower() in BOOLEANS
        case "arn":
            return value.startswith("arn:")
        case "json":
            return _is_json(value)
        case "key_value_list":
            return "=" in value
    return True


def number(value: str) -> float | None:
    if INTEGER.fullmatch(value):
        return int(value)
    if NUMBER.fullmatch(value):
        return float(value)
    return None


def duration(value: str) -> float | None:
    """Return the seconds of an ISO 8601 duration of hours, minutes and seconds."""
    match = DURATION.fullmatch(value)
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def timestamp(value: str) -> float | None:
    """Return the seconds since 1970 of an ISO 8601 time, in UTC unless it names a zone."""
    try:
        time = datetime.fromisoformat(value)
        if not time.tzinfo:
            time = time.replace(tzinfo=UTC)
        return time.timestamp()
    except (ValueError, OverflowError):
        return None


def measured(value: str) -> float | None:
    """Return the number to compare by size, or None if there is none."""
    value = value.strip()
    for read in (number, duration, timestamp):
        size = read(value)
        if size is not None:
            return size
    return None


def items(option: Option | None, value: str) -> list[str]:
    """Return the items of a list, without surrounding spaces."""
    separator = option.list_separator if option else ","
    return [item.strip() for item in value.split(separator) if item.strip()]


def _list(option: Option, value: str) -> Iterator[Finding]:
    found = items(option, value)
    different = dict.fromkeys(found)
    for item in different:
        if option.values and item not in option.values:
            near = nearest(item, list(option.values))
            message = f"{_found(option, item, 'holds')}, none of {listed(option.values)}{suggestion(near)}"
            yield report(option.on_violation, Kind.LIST, message, allowed=listed(option.values))
        elif option.item_pattern and not re.search(option.item_pattern, item):
            message = f"{_found(option, item, 'holds')}, which does not match {option.item_pattern}"
            severity: Severity = option.on_violation
            if len(item.split()) > 1:
                severity = "warning"  # AWS does not document whether spaces separate items as well
            yield report(severity, Kind.LIST, message, allowed=option.item_pattern)
    limits = f"at least {option.min_items}"
    if option.max_items:
        limits = f"{option.min_items} to {option.max_items}"
    if not option.min_items <= len(found) <= (option.max_items or len(found)):
        message = f"{option.name} has {len(found)} items, not {limits}"
        yield report(option.on_violation, Kind.LIST, message, allowed=f"{limits} items")
    if option.unique_items and len(different) < len(found):
        repeated = next(item for item in different if found.count(item) > 1)
        yield report(option.on_violation, Kind.LIST, f"{_found(option, repeated, 'holds')} more than once")


def _one_of(option: Option, value: str) -> Iterator[Finding]:
    if value in option.values:
        return
    by_lower_name = {allowed.lower(): allowed for allowed in reversed(option.values)}
    same = by_lower_name.get(value.lower())
    if same is None or option.case_sensitive:
        near = same or _nearest(value, option.values)
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


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _found(option: Option, value: str, verb: str = "is") -> str:
    """Return the beginning of a message: the option and its value, unless that is a secret."""
    return f"{option.name} {verb} {'something' if option.sensitive else shown(value)}"
