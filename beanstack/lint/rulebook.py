"""The rules for templates: one an id, described in facts/template_rules.json and in docs/reference/rules.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from beanstack.eb.findings import MEANINGS, Kind

FACTS = Path(__file__).parent / "facts"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding at one severity.

    `page` says where the fact behind it stands. `example` has it: properties of an environment in YAML, or resources.
    """

    id: str
    description: str
    page: str
    example: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return Kind(int(self.id[1:]))

    @property
    def summary(self) -> str:
        """Its kind in a few words."""
        meaning = MEANINGS[self.kind]
        return meaning[0].upper() + meaning[1:]


@cache
def template_rules() -> tuple[Rule, ...]:
    """The rules in the order of their numbers."""
    return tuple(
        Rule(**{**given, "example": tuple(given["example"])})
        for given in json.loads((FACTS / "template_rules.json").read_text("utf-8"))
    )
