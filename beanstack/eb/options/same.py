"""Whether two values of an option mean the same: EB does not give every value back as it was written.

What is known of that comes from tools that compare: terraform-provider-aws#1471, go-to-k/cdk-real-drift.
"""

from __future__ import annotations

import json
from typing import Any

from beanstack.eb.options.catalogue import Option
from beanstack.eb.options.measures import NUMBER
from beanstack.eb.options.values import items

LISTS = ("list", "key_value_list")
IN_ORDER = ("InstanceTypes",)  # whose items have an order: EB prefers the first


def same(option: Option | None, one: str, other: str) -> bool:
    """Return whether two values of an option mean the same, as ARN and name of one thing do."""
    fact = option or Option()
    if normal(fact, one) == normal(fact, other):
        return True
    arns = [value.strip() for value in (one, other) if value.strip().startswith("arn:")]
    return len(arns) == 1 and name_in(one.strip()) == name_in(other.strip())


def name_in(value: str) -> str:
    """Return the name at the end of an ARN; another value as it is.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    if not value.startswith("arn:"):
        return value
    return value.rpartition(":")[2].rpartition("/")[2]


def normal(option: Option, value: str) -> Any:
    """Return a value in a form in which equal ones are equal."""
    value = value.strip()
    if option.type == "boolean":
        return value.lower()
    if option.type == "json":
        return _document(value)
    if option.type in LISTS:
        found = items(option, value)
        return found if option.name in IN_ORDER else sorted(found)
    if option.type in ("integer", "number") and NUMBER.fullmatch(value):
        return float(value)
    return value.lower() if option.case_sensitive is False else value


def _document(text: str) -> Any:
    """Return a JSON document without what is null or empty, which EB adds: metrics without an interval."""
    try:
        return _full(json.loads(text))
    except (ValueError, RecursionError):
        return text


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        entries = {name: _full(item) for name, item in value.items()}
        return {name: item for name, item in entries.items() if item not in (None, {}, "")}
    if isinstance(value, list):
        return [_full(item) for item in value]
    return None if value is None else str(value).lower()
