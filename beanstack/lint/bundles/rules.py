"""The kinds of findings: one id each, described in docs/reference/bundle-rules.md.

Those of bundles stand in facts/bundle_rules.json; those of option settings are the kinds of `beanstack.eb.findings`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.eb.findings import Severity

FACTS = Path(__file__).parent.parent / "facts"
SEVERITIES: Mapping[str, Severity] = {"E": "error", "W": "warning", "I": "informational"}  # the gravest first
OPTIONS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html"


@dataclass(frozen=True, order=True, slots=True)
class Rule:
    """A kind of finding; `page` says where the fact behind it stands, `example` shows what it finds, if it is short."""

    id: str
    name: str
    description: str
    page: str
    example: str = ""

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.id[0]]


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One finding and its place; lines and columns count from 1. `allowed` says what would be right, where one can."""

    file: str
    line: int
    column: int
    rule: Rule
    message: str
    allowed: str = ""

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity


def rules() -> Mapping[str, Rule]:
    """The rules by name, in the order of their ids."""
    listed = json.loads((FACTS / "bundle_rules.json").read_text("utf-8"))
    return {given["name"]: Rule(**given) for given in listed}


@cache
def option_rule(id_: str) -> Rule:
    """The rule of an id such as E9504, which findings on option settings have wherever the settings stand."""
    from beanstack.eb.findings import MEANINGS, Kind

    kind = Kind(int(id_[1:]))
    meaning = MEANINGS[kind]
    name = f"option-{kind.name.lower().replace('_', '-')}"
    return Rule(id_, name, f"{meaning[0].upper()}{meaning[1:]}.", OPTIONS)


RULES = rules()
