"""Findings as text, JSON and SARIF 2.1.0."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import printable
from beanstack.eb.rules import bundle_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Rule

COLOURS = {"error": "31", "warning": "33", "informational": "36"}
LEVELS = {"error": "error", "warning": "warning", "informational": "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html"


def text(findings: Sequence[Finding], *, coloured: bool) -> str:
    """Return one line a finding, as compilers write them."""
    lines = []
    for finding in findings:
        severity = f"{finding.severity} {finding.id}"
        if coloured:
            severity = f"\x1b[{COLOURS[finding.severity]}m{severity}\x1b[0m"
        lines.append(f"{printable(str(finding.place))}: {severity}: {printable(_message(finding))}\n")
    return "".join(lines)


def _message(finding: Finding) -> str:
    """Return the message, with what is allowed unless it says that."""
    if not finding.allowed or finding.allowed in finding.message:
        return finding.message
    return f"{finding.message} ({finding.allowed})"


def summary(findings: Sequence[Finding]) -> str:
    """Return how many findings there are, such as `1 error, 2 warnings`."""
    counts = Counter(LEVELS[finding.severity] for finding in findings)
    parts = []
    for level in LEVELS.values():
        if counts[level]:
            plural = "s" if counts[level] > 1 else ""
            parts.append(f"{counts[level]} {level}{plural}")
    return ", ".join(parts) or "no findings"


def as_json(findings: Sequence[Finding]) -> str:
    """Return a list of objects."""
    return json.dumps([_object(finding) for finding in findings], indent=2) + "\n"


def _object(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule.name,
        "severity": finding.severity,
        "message": finding.message,
        "allowed": finding.allowed or None,
        **finding.place._asdict(),
    }


def sarif(findings: Sequence[Finding]) -> str:
    """Return what code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""
    own = [*bundle_rules().values()]
    rules = [*own, *sorted({finding.rule for finding in findings}.difference(own))]
    driver = {"name": "beanstack.lint", "informationUri": HOME, "rules": [*map(_rule, rules)]}
    results = [_result(finding, rules.index(finding.rule)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.description},
        "helpUri": rule.page,
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    # Imported here because only this format needs it.
    from urllib.parse import quote

    file, line, column = finding.place
    uri = quote(file.encode("utf-8", "surrogateescape"))
    if uri.startswith("/"):
        uri = f"file://{uri}"
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": line, "startColumn": column}}
    return {
        "ruleId": finding.id,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": place}],
    }
