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
from beanstack.eb.findings import COMPARED

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
    """The managed policies of Elastic Beanstalk, and what roles need of them."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.needs = [Need(**{**fact, "actions": tuple(fact["actions"])}) for fact in facts["needs"]]
        self.by_name: dict[str, ManagedPolicy] = {}
        self.by_lower_name: dict[str, ManagedPolicy] = {}
        for fact in facts["policies"]:
            policy = ManagedPolicy(**{**fact, "allows": tuple(fact["allows"])})
            self.by_name[policy.name] = policy
            self.by_lower_name[policy.name.lower()] = policy


@cache
def managed_policies() -> ManagedPolicies:
    """Return the facts, read once."""
    return ManagedPolicies(json.loads((FACTS / "managed_policies.json").read_text(encoding="utf-8")))


@cache
def _others() -> Mapping[str, ManagedPolicy]:
    """Return AWS's managed policies by their names in lower case, read once; they allow the needed actions alone."""
    policies: dict[str, ManagedPolicy] = {}
    for group in json.loads((FACTS / "from_moto/known_policies.json").read_text(encoding="utf-8"))["groups"]:
        for whole in group["policies"]:
            path, slash, name = whole.rpartition("/")
            attachable = path != "aws-service-role"
            policies[name.lower()] = ManagedPolicy(name, path + slash, tuple(group["allows"]), attachable)
    return policies


def known_policy(name: str) -> ManagedPolicy | None:
    """Return a managed policy of AWS, ignoring case, or None if it is unknown or newer than the facts."""
    return managed_policies().by_lower_name.get(name.lower()) or _others().get(name.lower())


def resembled_policy(name: str) -> ManagedPolicy | None:
    """Return the managed policy of AWS whose name an unknown one is the beginning of, or is very like."""
    # Imported here because only a mistake needs it.
    from difflib import get_close_matches

    longer = [known for known in _others() if known.startswith(name.lower())]
    near = longer if len(longer) == 1 else get_close_matches(name.lower()[:COMPARED], _others(), n=1, cutoff=0.9)
    return _others()[near[0]] if near else None


def statements(document: object) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any] | None]]:
    """Yield each statement with its path in the document, or None for a statement that the template does not show."""
    found = None
    if isinstance(document, Mapping):
        found = document.get("Statement")
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
        # Denied actions stay in the result: a Deny is mostly limited to some resources, and a false error is worse.
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
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return None


def matches(action: str, patterns: Iterable[str]) -> bool:
    """Return whether one of the patterns matches an action, ignoring case: * is any text, ? any character."""
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    expression = re.escape(pattern).replace(r"\?", ".")
    # A run of stars becomes one .*, because several in a row make a match very slow.
    expression = re.sub(r"(\\\*)+", ".*", expression)
    return re.compile(expression, re.IGNORECASE | re.DOTALL)
