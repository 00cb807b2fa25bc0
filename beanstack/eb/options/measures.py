"""The types of values as Elastic Beanstalk writes them: numbers, durations, times and the like.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

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


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
