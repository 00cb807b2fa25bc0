"""The kinds of findings: one id each, described in facts/bundle_rules.json and in docs/reference/bundle-rules.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTS = Path(__file__).parent.parent / "facts"
SEVERITIES = {"E": "error", "W": "warning", "I": "info"}  # the gravest first


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding; `page` says where the fact behind it stands, `example` shows what it finds."""

    id: str
    name: str
    description: str
    page: str
    example: str

    @property
    def severity(self) -> str:
        return SEVERITIES[self.id[0]]


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One finding and its place; lines and columns count from 1. `allowed` says what would be right, where one can."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    allowed: str = ""

    @property
    def id(self) -> str:
        return RULES[self.rule].id

    @property
    def severity(self) -> str:
        return RULES[self.rule].severity


def rules() -> Mapping[str, Rule]:
    """The rules by name, in the order of their ids."""
    listed = json.loads((FACTS / "bundle_rules.json").read_text("utf-8"))
    return {given["name"]: Rule(**given) for given in listed}


RULES = rules()
