"""The mistakes in configuration files that a user has to correct."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beanstack.eb.findings import LISTED, Finding, Place, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.text.document import Document, Mistake


class ConfigError(Exception):
    """All mistakes that were found, in the order of their places.

    Each prints as `file:line:column: key: message`, and one between keys with AWS's page behind it.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(in_order(findings))
        super().__init__("\n".join(finding.cited for finding in self.findings))


def mistake(message: str, file: str) -> Finding:
    """Return a mistake in a file as a whole."""
    return Finding((), message, place=Place(file, 1, 1))


def misread(document: Document, mistakes: Iterable[Mistake]) -> list[Finding]:
    """Return what the reader of a file's YAML found."""
    return [Finding(found.path, found.message, place=document.place(found.start)) for found in mistakes]


def once(findings: Iterable[tuple[str, Finding]]) -> list[Finding]:
    """Return the findings of several environments, given as (environment, finding), each line's mistake once.

    A mistake in `defaults` has one place but affects every environment that takes the value over: their names are
    appended to the message.
    """
    environments: dict[Finding, dict[str, None]] = {}
    for environment, finding in findings:
        environments.setdefault(finding, {})[environment] = None
    return [_with_names(finding, list(names)) for finding, names in environments.items()]


def _with_names(finding: Finding, environments: list[str]) -> Finding:
    if finding.path[:1] != ("defaults",) or not any(environments):
        return finding
    named = ", ".join(environments[:LISTED])
    if len(environments) > LISTED:
        named += f" and {len(environments) - LISTED} more"
    return replace(finding, message=f"{finding.message} (in {named})")
