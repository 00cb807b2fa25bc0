"""Checks of a table of settings against the rules between options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.findings import report, shown
from beanstack.eb.options.constraints import UNSET, scopes, total_bytes
from beanstack.eb.options.trees import assumed, leaves, named
from beanstack.eb.rules import Kind
from beanstack.eb.settings import culprit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding, Path
    from beanstack.eb.options.catalogue import Constraint
    from beanstack.eb.options.constraints import Scope
    from beanstack.eb.options.table import Entry, Table
    from beanstack.eb.options.trees import Tree

# For these kinds, the culprit is the option that should not be there, not the one that excludes it.
UNWANTED = (Kind.EXCLUDED,)
# An error of these kinds includes what a warning of the same kind says: the setting has no effect here.
MISPLACED = (Kind.LOAD_BALANCER_TYPE, Kind.ENVIRONMENT_TYPE, Kind.TIER, Kind.PLATFORM)


def findings(table: Table) -> list[Finding]:
    """Return a finding for each broken rule, and for each namespace, resource or setting that breaks it.

    Leave out a warning that a setting has no effect if an error says more, and if the setting is the default: the
    service itself lists defaults among all settings.
    """
    found: list[Finding] = []
    for constraint in table.facts.constraints:
        for scope in scopes(constraint, table):
            if scope.holds(constraint.when) and scope.holds(constraint.requires) is False:
                finding = _finding(constraint, scope)
                if not _is_default(constraint, scope, finding):
                    found.append(finding)
    errors = set()
    for finding in found:
        if finding.severity == "error" and finding.kind in MISPLACED:
            errors.add((finding.kind, finding.path[:1]))

    def says_less(finding: Finding) -> bool:
        return finding.severity != "error" and (finding.kind, finding.path[:1]) in errors

    return [finding for finding in found if not says_less(finding)]


def _is_default(constraint: Constraint, scope: Scope, finding: Finding) -> bool:
    """Return whether an option without effect has its default value, which is harmless."""
    if finding.severity != "warning" or constraint.kind is not Kind.NEEDS or not finding.path:
        return False
    for namespace, name in named(constraint.when):
        option = scope.table.option(f"{namespace}::{name}") if name else None
        if not option:
            continue
        for entry in scope.table.entries(namespace, scope.bound, name):
            if entry.setting == culprit(finding):
                return option.default is not None and entry.value == option.default
    return False


def _finding(constraint: Constraint, scope: Scope) -> Finding:
    message = constraint.why.rstrip(".")
    values = list(_values(constraint, scope))
    if values:
        message += f" ({', '.join(values)})"
    indices = _indices(constraint, scope)
    path: Path = ()
    if indices:
        path = (indices[0], _part(constraint, scope, indices[0]))
    also = tuple((index,) for index in indices[1:])
    return report(constraint.severity, constraint.kind, message, path, also=also, constraint=constraint.id)


def _part(constraint: Constraint, scope: Scope, index: int) -> str:
    """Return the culprit's value if the rule names that option, and its namespace if the rule names only that."""
    if constraint.kind is Kind.RESOURCE_MISSING:
        return "setting"
    for leaf in leaves(_both(constraint)):
        if leaf.get("op") == "any_of" and index in (entry.setting for entry in scope.entries(leaf)):
            return "option"
    for namespace, option in named(_both(constraint)):
        if option:
            for entry in scope.entries({"opt": f"{namespace}::{option}"}):
                if entry.setting == index:
                    return "value"
    return "namespace"


def _both(constraint: Constraint) -> Tree:
    return {"all": [constraint.requires, constraint.when]}


def _indices(constraint: Constraint, scope: Scope) -> list[int]:
    """Return the settings that take part, the culprit first: one that both sides name, otherwise the demanding one."""
    if scope.entry:
        return [scope.entry.setting]
    demands = [entry.setting for entry in scope.entries(constraint.when)]
    wanted = [entry.setting for entry in scope.entries(constraint.requires) if not _is_allowed(entry, constraint)]
    culprits: list[int] = []
    if constraint.kind is Kind.UNIQUE:
        culprits = _shared(scope, constraint.requires)
    elif constraint.at:
        culprits = [entry.setting for entry in scope.entries({"opt": constraint.at})]
    in_both = [index for index in wanted if index in demands]
    sides = demands + wanted
    if constraint.kind in UNWANTED:
        sides = wanted + demands
    return list(dict.fromkeys(culprits + in_both + sides))


def _is_allowed(entry: Entry, constraint: Constraint) -> bool:
    """Return whether a rule that allows only some options of a namespace allows this one."""
    return constraint.requires.get("op") == "only_options" and entry.option in constraint.requires["value"]


def _shared(scope: Scope, requires: Tree) -> list[int]:
    """Return the settings whose value, set or default, another one has too; the last one is the culprit."""
    entries = [entry for entry in scope.entries(requires) if entry.value is not None]
    values = [entry.value for entry in entries]
    shared = [entry.setting for entry in entries if values.count(entry.value) > 1]
    if not shared:
        default = scope.table.default(requires["opt"])
        shared = [entry.setting for entry in entries if entry.value == default]
    return shared[::-1]


def _values(constraint: Constraint, scope: Scope) -> Iterator[str]:
    """Yield the values that the rule compares, as far as they exist."""
    if constraint.kind is Kind.SIZE:
        yield f"{total_bytes(scope.entries(constraint.requires))} bytes"
        return
    tree = _both(constraint)
    assumed_defaults = assumed(tree)
    for namespace, name in dict.fromkeys(named(tree)):
        if name is None:
            for set_namespace, _ in scope.table.of(namespace, scope.bound)[:2]:
                yield set_namespace
            continue
        reference = f"{namespace}::{name}"
        option = scope.table.option(reference)
        value = scope.value(reference)
        if isinstance(value, str):
            if not (option and option.sensitive):
                yield f"{name} is {shown(value)}"
        elif value is UNSET:
            default = scope.table.default(reference)
            if default is not None and (namespace, name) in assumed_defaults:
                yield f"{name} is {shown(default)} by default"
            else:
                yield f"{name} is not set"
