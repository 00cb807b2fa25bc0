"""Findings as text, JSON and SARIF 2.1.0."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from beanstack.eb.findings import printable
from beanstack.eb.rules import SEVERITIES, bundle_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Rule

COLOURS = {"error": "31", "warning": "33", "informational": "36"}
LEVELS = {"error": "error", "warning": "warning", "informational": "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html"


def text(findings: Sequence[Finding], *, coloured: bool) -> str:
    """One line a finding, as compilers write them."""
    return "".join(_line(finding, coloured=coloured) for finding in findings)


def _line(finding: Finding, *, coloured: bool) -> str:
    severity = f"{finding.severity} {finding.id}"
    if coloured:
        severity = f"\x1b[{COLOURS[finding.severity]}m{severity}\x1b[0m"
    return f"{printable(str(finding.place))}: {severity}: {printable(_told(finding))}\n"


def _told(finding: Finding) -> str:
    """The message, with what would be right where it does not say so itself."""
    said = not finding.allowed or finding.allowed in finding.message
    return finding.message if said else f"{finding.message} ({finding.allowed})"


def summary(findings: Sequence[Finding]) -> str:
    """`1 error, 2 warnings`."""
    counts = {s: sum(finding.severity == s for finding in findings) for s in SEVERITIES.values()}
    plural = {"error": "errors", "warning": "warnings", "informational": "notes"}
    single = {"error": "error", "warning": "warning", "informational": "note"}
    return ", ".join(f"{n} {single[s] if n == 1 else plural[s]}" for s, n in counts.items() if n) or "no findings"


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects."""
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
    """What code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""
    own = bundle_rules().values()
    rules = [*own, *sorted({finding.rule for finding in findings} - {*own})]
    described = [
        {
            "id": rule.id,
            "name": rule.name,
            "shortDescription": {"text": rule.description},
            "helpUri": rule.page,
            "defaultConfiguration": {"level": LEVELS[rule.severity]},
        }
        for rule in rules
    ]
    driver = {"name": "beanstack.lint", "informationUri": HOME, "rules": described}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": list(_results(findings, rules))}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _results(findings: Sequence[Finding], rules: Sequence[Rule]) -> Iterator[dict[str, Any]]:
    from urllib.parse import quote

    indices = {rule: index for index, rule in enumerate(rules)}
    for finding in findings:
        uri = quote(finding.place.file.encode("utf-8", "surrogateescape"))
        yield {
            "ruleId": finding.id,
            "ruleIndex": indices[finding.rule],
            "level": LEVELS[finding.severity],
            "message": {"text": _told(finding)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": f"file://{uri}" if uri.startswith("/") else uri},
                        "region": {"startLine": finding.place.line, "startColumn": finding.place.column},
                    }
                }
            ],
        }
