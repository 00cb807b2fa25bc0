"""What IAM policies allow, as far as their text shows it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ARN = re.compile(r"arn:(aws(?:-[a-z]+)*):iam::aws:policy/((?:[^/]+/)*)([^/]+)")


class Need(NamedTuple):
    """The actions that a role needs, and the managed policy that allows them.

    `role` is instance or service; `when` says for what: always, worker, ecs, enhanced_health or managed_updates.
    """

    role: str
    when: str
    why: str
    actions: tuple[str, ...]
    policy: str


class ManagedPolicy(NamedTuple):
    """A managed policy of AWS. `allows` may contain more than the policy allows, but never less."""

    name: str
    path: str
    allows: tuple[str, ...]
    attachable: bool = True
    retired: str = ""
    replaced_by: str = ""


class ManagedPolicies:
    """The known managed policies, including all of Elastic Beanstalk's."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.needs = [
            Need(fact["role"], fact["when"], fact["why"], tuple(fact["actions"]), fact["policy"])
            for fact in facts["needs"]
        ]
        self.by_name = {
            fact["name"]: ManagedPolicy(
                fact["name"],
                fact["path"],
                tuple(fact["allows"]),
                fact.get("attachable", True),
                fact.get("retired", ""),
                fact.get("replaced_by", ""),
            )
            for fact in facts["policies"]
        }
        self.by_lower_name = {name.lower(): policy for name, policy in self.by_name.items()}


@cache
def managed_policies() -> ManagedPolicies:
    """The facts of this package."""
    return ManagedPolicies(json.loads((FACTS / "managed_policies.json").read_text(encoding="utf-8")))


def statements(document: object) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any] | None]]:
    """Yield each statement with its path in the document, or None for a statement that the template does not show."""
    found = document.get("Statement") if isinstance(document, Mapping) else None
    if isinstance(found, Mapping):
        yield ("Statement",), found
    elif isinstance(found, list):
        for index, statement in enumerate(found):
            yield ("Statement", index), statement if isinstance(statement, Mapping) else None
    else:
        yield (), None


def allowed(document: object) -> list[str] | None:
    """Return patterns of the actions that a document allows on any resource, or None if they cannot be known."""
    found: list[str] = []
    for _, statement in statements(document):
        if statement is None or statement.get("Effect") not in ("Allow", "Deny"):
            return None
        if statement["Effect"] == "Deny":
            continue
        actions = strings(statement.get("Action"))
        if actions is None or "NotAction" in statement:
            return None
        found += actions
    return found


def strings(value: object) -> list[str] | None:
    """Return a string or a list of strings as a list, or None for anything else."""
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def matches(action: str, patterns: Iterable[str]) -> bool:
    """Return whether one of the patterns matches an action, ignoring case: * is any text, ? any character."""
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # A run of stars becomes one star, because several make a match very slow.
    words = re.split(r"(\*+|\?)", pattern)
    return re.compile(
        "".join(".*" if word[:1] == "*" else "." if word == "?" else re.escape(word) for word in words),
        re.IGNORECASE | re.DOTALL,
    )
