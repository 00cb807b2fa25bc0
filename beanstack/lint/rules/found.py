"""Findings by their places in a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding, Path, report

if TYPE_CHECKING:
    from beanstack.eb.rules import Kind, Severity


def found(severity: Severity, kind: Kind, message: str, path: Path, source: Path = ()) -> Finding:
    """Return a finding at a path of the template.

    `source` leads to the value that makes it wrong, such as a parameter's default; without one the finding is about the
    whole resource.
    """
    return report(severity, kind, message, path, also=(source,) if source else ())


def moved(finding: Finding, path: Path, source: Path = ()) -> Finding:
    """Return a finding about a part of a template with its path in the whole template."""
    return Finding(path, finding.message, finding.rule, also=(source,) if source else ())
