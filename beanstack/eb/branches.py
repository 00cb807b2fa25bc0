"""The platform branches that Elastic Beanstalk has or had, from `facts/platforms.json`.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-schedule.html
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER = "vX.Y.Z"
ECS = "ecs-al2023"  # the ID of the one platform branch that Beanstack generates environments for


class Branch(NamedTuple):
    """A platform branch: what gets new versions under one name, such as ECS running on 64bit Amazon Linux 2023."""

    name: str
    system: str
    runtime: str
    id: str | None
    retirement: str = ""  # an ISO date
    announced: bool = False  # that it will be retired, not that it was
    successor: str = ""
    version_optional: bool = False
    expected: str = ""  # the month in which it is to come, as YYYY-MM
    old: bool = False  # of the Amazon Linux AMI, whose names had many forms
    versions: tuple[str, ...] = ()  # those that pages of AWS or environments in the field name, the newest last

    @property
    def stack(self) -> str:
        return f"{self.system} {PLACEHOLDER} running {self.runtime}"


class Family(NamedTuple):
    """A group of retired platforms, known by what runs on them."""

    runtime: re.Pattern[str]
    id: str
    successor: str


class Platforms:
    """What Elastic Beanstalk is known to have, as of a date that the facts give; no result depends on the clock."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.date: str = facts["catalogue_date"]
        self.branches = [_branch(fact) for fact in facts["branches"]]
        self.by_name = {branch.name: branch for branch in self.branches}
        self.by_stack = {(branch.system, branch.runtime): branch for branch in self.branches}
        self._loosely = {branch.name.lower(): branch for branch in self.branches}
        self._loosely |= {f"{branch.runtime} running on {branch.system}".lower(): branch for branch in self.branches}
        self.out = [branch for branch in self.branches if not branch.expected]
        self.systems = {branch.system for branch in self.branches}
        old = facts["old"]
        self._old_systems = re.compile(old["systems"])
        self.old_retirement: str = old["retirement"]
        self._families = [Family(re.compile(of["runtime"]), of["id"], of["successor"]) for of in old["families"]]

    @property
    def ecs(self) -> Branch:
        """The branch that Beanstack generates environments for."""
        return next(branch for branch in self.branches if branch.id == ECS)

    def of_stack(self, system: str, runtime: str) -> Branch | None:
        """Return the branch of a solution stack, by its exact name."""
        return self.by_stack.get((system, runtime)) or self._old(f"{runtime} running on {system}", system, runtime)

    def of_name(self, name: str) -> Branch | None:
        """Return the branch with an exact name."""
        runtime, _, system = name.rpartition(" running on ")
        return self.by_name.get(name) or self._old(name, system, runtime)

    def loosely(self, system: str, runtime: str) -> Branch | None:
        """Return the branch of a name, whatever its capitals, with or without `with` before Corretto."""
        return self._loosely.get(f"{runtime} running on {system}".lower())

    def _old(self, name: str, system: str, runtime: str) -> Branch | None:
        if not self._old_systems.fullmatch(system):
            return None
        family = next((of for of in self._families if of.runtime.search(runtime)), None)
        if not family:
            return Branch(name, system, runtime, None, self.old_retirement, old=True)
        return Branch(name, system, runtime, family.id, self.old_retirement, successor=family.successor, old=True)


def _branch(fact: Mapping[str, Any]) -> Branch:
    return Branch(
        fact["branch"],
        fact["system"],
        fact["runtime"],
        fact["id"],
        fact.get("retirement", ""),
        fact.get("announced", False),
        fact.get("successor", ""),
        fact.get("version_optional", False),
        fact.get("expected", ""),
        versions=tuple(fact.get("versions", ())),
    )


@cache
def platforms() -> Platforms:
    """The facts of this package."""
    return Platforms(json.loads((FACTS / "platforms.json").read_text(encoding="utf-8")))
