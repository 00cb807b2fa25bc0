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
    """A platform branch: versions of a platform under one name, such as ECS running on 64bit Amazon Linux 2023."""

    name: str
    system: str
    runtime: str
    id: str | None
    retirement: str = ""  # an ISO date
    announced: bool = False  # the date of retirement was announced; that it was kept is not known
    successor: str = ""
    version_optional: bool = False
    expected: str = ""  # the month in which AWS will release it, as YYYY-MM
    old: bool = False  # of the Amazon Linux AMI, whose names had many forms
    versions: tuple[str, ...] = ()  # found on AWS's pages or in environments, the newest last

    @property
    def stack(self) -> str:
        return f"{self.system} {PLACEHOLDER} running {self.runtime}"


class Platforms:
    """What Elastic Beanstalk is known to have, as of a date that the facts give; no result depends on the clock."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.date: str = facts["catalogue_date"]
        self.branches: list[Branch] = []
        self.by_name: dict[str, Branch] = {}
        self._by_stack: dict[tuple[str, str], Branch] = {}
        self._by_lower_name: dict[str, Branch] = {}
        for fact in facts["branches"]:
            branch = Branch(**{**fact, "versions": tuple(fact.get("versions", ()))})
            self.branches.append(branch)
            self.by_name[branch.name] = branch
            self._by_stack[branch.system, branch.runtime] = branch
            self._by_lower_name[branch.name.lower()] = branch
            # Tomcat's branches name Corretto in other words than their solution stacks do; both are found.
            self._by_lower_name[f"{branch.runtime} running on {branch.system}".lower()] = branch
        old = facts["old"]
        self.old_retirement: str = old["retirement"]
        self._old_systems = re.compile(old["systems"])
        self._families: list[Mapping[str, str]] = old["families"]

    @property
    def ecs(self) -> Branch:
        """The branch that Beanstack generates environments for."""
        return next(branch for branch in self.branches if branch.id == ECS)

    @property
    def released(self) -> list[Branch]:
        return [branch for branch in self.branches if not branch.expected]

    def is_system(self, name: str) -> bool:
        """Return whether some branch runs on an operating system of that name."""
        return any(branch.system == name for branch in self.branches)

    def of_stack(self, system: str, runtime: str) -> Branch | None:
        """Return the branch of a solution stack, by its exact name."""
        return self._by_stack.get((system, runtime)) or self._old(f"{runtime} running on {system}", system, runtime)

    def of_name(self, name: str) -> Branch | None:
        """Return the branch with an exact name."""
        runtime, _, system = name.rpartition(" running on ")
        return self.by_name.get(name) or self._old(name, system, runtime)

    def loosely(self, system: str, runtime: str) -> Branch | None:
        """Return the branch of a name, ignoring case, with or without `with` before Corretto."""
        return self._by_lower_name.get(f"{runtime} running on {system}".lower())

    def _old(self, name: str, system: str, runtime: str) -> Branch | None:
        """Return a branch of the Amazon Linux AMI: its names had too many forms to list them."""
        if not self._old_systems.fullmatch(system):
            return None
        for family in self._families:
            if re.search(family["runtime"], runtime):
                successor = family["successor"]
                return Branch(name, system, runtime, family["id"], self.old_retirement, successor=successor, old=True)
        return Branch(name, system, runtime, None, self.old_retirement, old=True)


@cache
def platforms() -> Platforms:
    """Return the facts, read once."""
    return Platforms(json.loads((FACTS / "platforms.json").read_text(encoding="utf-8")))
