"""What the rules between options find in a table of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.lint.constraints import scopes
from beanstack.lint.findings import Finding, Kind, Part, finding_id, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.lint.catalogue import Constraint
    from beanstack.lint.constraints import Scope
    from beanstack.lint.table import Table

# Of these the option that should not be there is to blame, not the one that rules it out.
UNWANTED = (Kind.EXCLUDED,)


def findings(table: Table) -> Iterator[Finding]:
    """A finding for each rule that is broken, and for each namespace, resource or setting that breaks it."""
    for constraint in table.facts.constraints:
        for scope in scopes(constraint, table):
            if scope.holds(constraint.when) and scope.holds(constraint.requires) is False:
                yield _finding(constraint, scope)


def _finding(constraint: Constraint, scope: Scope) -> Finding:
    indices = _indices(constraint, scope)
    message = constraint.why.rstrip(".")
    values = ", ".join(_values(constraint, scope))
    return Finding(
        finding_id(constraint.severity, constraint.kind),
        constraint.severity,
        f"{message} ({values})" if values else message,
        indices[0] if indices else None,
        tuple(indices[1:]),
        _part(constraint, scope),
        constraint.id,
    )


def _part(constraint: Constraint, scope: Scope) -> Part:
    if scope.entry or scope.resource is not None or constraint.kind is Kind.MISSING:
        return "setting"
    return "namespace" if any(option is None for _, option in scope.named(constraint.when)) else "value"


def _indices(constraint: Constraint, scope: Scope) -> list[int]:
    """The settings that take part, the guilty one first: one of which both sides speak, else the one with demands."""
    if scope.entry:
        return [scope.entry.setting]
    demands = [entry.setting for entry in scope.entries(constraint.when)]
    wanted = [entry.setting for entry in scope.entries(constraint.requires)]
    blamed = [entry.setting for entry in scope.entries({"opt": constraint.at})] if constraint.at else []
    both = [index for index in wanted if index in demands]
    sides = [*wanted, *demands] if constraint.kind in UNWANTED else [*demands, *wanted]
    return list(dict.fromkeys([*blamed, *both, *sides]))


def _values(constraint: Constraint, scope: Scope) -> Iterator[str]:
    """The values that the rule compares, as far as there are some."""
    for namespace, option in dict.fromkeys(scope.named([constraint.requires, constraint.when])):
        if option is None:
            names = [name for name, _ in scope.table.of(namespace, scope.bound)]
            yield from names[:2]
            continue
        reference = f"{namespace}::{option}"
        fact = scope.table.option(reference)
        value = scope.value(reference)
        if isinstance(value, str) and not (fact and fact.sensitive):
            yield f"{option} is {shown(value)}"
        elif not isinstance(value, str) and value is not None:
            default = scope.value(reference, assume_default=True)
            yield f"{option} is {shown(default)} by default" if isinstance(default, str) else f"{option} is not set"
