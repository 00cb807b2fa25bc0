"""Checks of a table of settings against the rules between options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.constraints import scopes, total_bytes
from beanstack.eb.findings import report, shown
from beanstack.eb.rules import Kind
from beanstack.eb.settings import culprit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.catalogue import Constraint
    from beanstack.eb.constraints import Scope, Tree
    from beanstack.eb.findings import Finding
    from beanstack.eb.table import Table

# For these kinds, the culprit is the option that should not be there, not the one that excludes it.
UNWANTED = (Kind.EXCLUDED,)
# One rule's error beside another's warning says no more than that a setting has no place here.
MISPLACED = (Kind.LOAD_BALANCER_TYPE, Kind.ENVIRONMENT_TYPE, Kind.TIER, Kind.PLATFORM)


def findings(table: Table) -> Iterator[Finding]:
    """Yield a finding for each broken rule, and for each namespace, resource or setting that breaks it.

    That a setting has no effect here is left out where it is an error that it is here, or where it is the default,
    which the service itself reports beside all others.
    """
    broken = [
        (constraint, scope, _finding(constraint, scope))
        for constraint in table.facts.constraints
        for scope in scopes(constraint, table)
        if scope.holds(constraint.when) and scope.holds(constraint.requires) is False
    ]
    found = [finding for constraint, scope, finding in broken if not _is_default(constraint, scope, finding)]
    errors = {
        (finding.kind, finding.path[:1])
        for finding in found
        if finding.severity == "error" and finding.kind in MISPLACED
    }
    for finding in found:
        if finding.severity == "error" or (finding.kind, finding.path[:1]) not in errors:
            yield finding


def _is_default(constraint: Constraint, scope: Scope, finding: Finding) -> bool:
    """Return whether an option without effect has its default value, which is harmless."""
    if finding.severity != "warning" or constraint.kind is not Kind.NEEDS or not finding.path:
        return False
    for namespace, option in scope.named(constraint.when):
        fact = scope.table.option(f"{namespace}::{option}") if option else None
        for entry in scope.table.entries(namespace, scope.bound, option):
            if fact and entry.setting == culprit(finding):
                return fact.default is not None and entry.value == fact.default
    return False


def _finding(constraint: Constraint, scope: Scope) -> Finding:
    indices = _indices(constraint, scope)
    message = constraint.why.rstrip(".")
    values = ", ".join(_values(constraint, scope))
    return report(
        constraint.severity,
        constraint.kind,
        f"{message} ({values})" if values else message,
        (indices[0], _part(constraint, scope, indices)) if indices else (),
        also=tuple((index,) for index in indices[1:]),
        constraint=constraint.id,
    )


def _part(constraint: Constraint, scope: Scope, indices: list[int]) -> str:
    """The value where the rule speaks of the option to blame, the namespace where it speaks of that alone."""
    if constraint.kind is Kind.RESOURCE_MISSING:
        return "setting"
    trees = [constraint.when, constraint.requires]
    options = [{"opt": f"{name}::{option}"} for name, option in scope.named(trees) if option]
    named = {entry.setting for entry in scope.entries({"all": options})}
    return "namespace" if indices and indices[0] not in named else "value"


def _indices(constraint: Constraint, scope: Scope) -> list[int]:
    """Return the settings that take part, the culprit first: one that both sides name, otherwise the demanding one."""
    if scope.entry:
        return [scope.entry.setting]
    demands = [entry.setting for entry in scope.entries(constraint.when)]
    fine = constraint.requires["value"] if constraint.requires.get("op") == "only_options" else ()
    wanted = [entry.setting for entry in scope.entries(constraint.requires) if entry.option not in fine]
    blamed = [entry.setting for entry in scope.entries({"opt": constraint.at})] if constraint.at else []
    if constraint.kind is Kind.UNIQUE:
        blamed = _shared(scope, constraint.requires)
    both = [index for index in wanted if index in demands]
    sides = [*wanted, *demands] if constraint.kind in UNWANTED else [*demands, *wanted]
    return list(dict.fromkeys([*blamed, *both, *sides]))


def _shared(scope: Scope, requires: Tree) -> list[int]:
    """Yield the settings whose value, set or default, another one has too; the last one is the culprit."""
    entries = [entry for entry in scope.entries(requires) if entry.value is not None]
    values = [entry.value for entry in entries]
    default = scope.table.default(requires["opt"])
    shared = [entry for entry in entries if values.count(entry.value) > 1]
    return [entry.setting for entry in reversed(shared or [entry for entry in entries if entry.value == default])]


def _values(constraint: Constraint, scope: Scope) -> Iterator[str]:
    """Return the values that the rule compares, as far as they exist."""
    trees = [constraint.requires, constraint.when]
    if constraint.kind is Kind.SIZE:
        yield f"{total_bytes(scope.entries(constraint.requires))} bytes"
        return
    assumed = set(scope.assumed(trees))
    for namespace, option in dict.fromkeys(scope.named(trees)):
        if option is None:
            names = [name for name, _ in scope.table.of(namespace, scope.bound)]
            yield from names[:2]
            continue
        reference = f"{namespace}::{option}"
        fact = scope.table.option(reference)
        value = scope.value(reference)
        default = scope.table.default(reference) if (namespace, option) in assumed else None
        if isinstance(value, str) and not (fact and fact.sensitive):
            yield f"{option} is {shown(value)}"
        elif not isinstance(value, str) and value is not None:
            yield f"{option} is not set" if default is None else f"{option} is {shown(default)} by default"
