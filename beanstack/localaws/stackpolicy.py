"""Stack policies: what a policy says of one change of one resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any, Final

MODIFY: Final = "Update:Modify"
REPLACE: Final = "Update:Replace"
DELETE: Final = "Update:Delete"

_ACTIONS: Final = {MODIFY, REPLACE, DELETE, "Update:*"}
_CONDITIONS: Final = {"StringEquals", "StringLike"}
_DENIED: Final = "Action denied by stack policy"
_NOT_ALLOWED: Final = "Action not allowed by stack policy"  # as in LocalStack's tests that ran on AWS


def is_valid(text: str) -> bool:
    """Return whether CloudFormation accepts a policy; an empty one, `{}`, allows everything."""
    try:
        policy = json.loads(text)
    except ValueError:
        return False
    return isinstance(policy, dict) and all(map(_is_statement, _listed(policy.get("Statement"))))


def refusal(text: str, action: str, logical_id: str, resource_type: str) -> str:
    """Return why a policy refuses an action, or an empty string if it allows it.

    Once a policy has a statement, it refuses what no statement allows; a Deny overrides every Allow. The wording is
    that of stack events, which the guide of the tool awscfncli shows.
    """
    statements = _listed(json.loads(text).get("Statement"))
    about = (action, logical_id, resource_type)
    for number, statement in enumerate(statements, start=1):
        if statement["Effect"] == "Deny" and _applies(statement, *about):
            denied = _first(statement.get("Action"), action)
            resource = _first(statement.get("Resource"), f"LogicalResourceId/{logical_id}")
            return f"{_DENIED}: Statement [#{number}] does not allow [{denied}] for resource [{resource}];"
    is_allowed = any(_applies(statement, *about) for statement in statements if statement["Effect"] == "Allow")
    return "" if is_allowed or not statements else _NOT_ALLOWED


def _is_statement(statement: Any) -> bool:
    """Return whether all that a statement says is in the language of stack policies."""
    if not isinstance(statement, dict):
        return False
    actions = _listed(statement.get("Action")) + _listed(statement.get("NotAction"))
    return (
        statement.get("Effect") in ("Allow", "Deny")
        and statement.get("Principal") == "*"
        and bool(actions)
        and all(action in _ACTIONS for action in actions)
        and _is_condition(statement.get("Condition", {}))
    )


def _is_condition(condition: Any) -> bool:
    if not isinstance(condition, dict):
        return False
    return all(
        operator in _CONDITIONS and isinstance(keys, dict) and set(keys) == {"ResourceType"}
        for operator, keys in condition.items()
    )


def _applies(statement: dict[str, Any], action: str, logical_id: str, resource_type: str) -> bool:
    """Return whether a statement is about an action on a resource."""
    conditions = statement.get("Condition", {})
    return (
        _names(statement, "Action", action)
        and _names(statement, "Resource", f"LogicalResourceId/{logical_id}")
        and all(_matches(keys["ResourceType"], resource_type) for keys in conditions.values())
    )


def _names(statement: dict[str, Any], element: str, value: str) -> bool:
    """Return whether a statement names a value in an element, or does not exclude it in the element's opposite."""
    if element in statement:
        return _matches(statement[element], value)
    opposite = statement.get(f"Not{element}")
    return opposite is not None and not _matches(opposite, value)


def _matches(patterns: Any, value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in _listed(patterns))


def _first(patterns: Any, value: str) -> str:
    """Return the first pattern that matches a value, which is what the event names."""
    return next((pattern for pattern in _listed(patterns) if fnmatchcase(value, pattern)), value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
