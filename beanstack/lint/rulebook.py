"""The rules for templates, which facts/template_rules.json and docs/reference/rules.md describe."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from beanstack.eb.findings import MEANINGS, Kind

FACTS = Path(__file__).parent / "facts"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding with a severity.

    `page` is the source of the fact behind it. `example` breaks the rule: properties of an environment, or resources.
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
        """The title, in the imperative as cfn-lint's own."""
        return MEANINGS[self.kind]


@cache
def template_rules() -> tuple[Rule, ...]:
    """Return the rules in the order of their numbers."""
    return tuple(
        Rule(**{**given, "example": tuple(given["example"])})
        for given in json.loads((FACTS / "template_rules.json").read_text("utf-8"))
    )
