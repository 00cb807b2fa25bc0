"""Rules between options: trees of conditions over some settings, each true, false or not to be known (None)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from beanstack.eb.truth import contrary, every, some
from beanstack.eb.values import items, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from beanstack.eb.catalogue import Constraint
    from beanstack.eb.table import Entry, Table

    Tree = Mapping[str, Any]

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gte": lambda left, right: left >= right,
}
UNSET = object()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is about: with `for_each` one namespace of a family, one resource's settings or one setting."""

    table: Table
    bound: Mapping[str, str]
    resource: str | None = None
    entry: Entry | None = None

    def holds(self, tree: Tree) -> bool | None:
        """Return whether a tree of conditions does."""
        if "all" in tree:
            return every(self.holds(branch) for branch in tree["all"])
        if "any" in tree:
            return some(self.holds(branch) for branch in tree["any"])
        if "not" in tree:
            return contrary(self.holds(tree["not"]))
        if "namespace" in tree:
            return self._namespace(tree)
        if "env" in tree:
            return self.table.facts.fit(self.table.fact(tree["env"]), [tree["value"]])
        if "placeholder" in tree:
            return self._listed(self.bound[tree["placeholder"]], tree["value"])
        if "file" in tree:
            files = self.table.context.files
            return None if files is None else tree["key"] in files.get(tree["file"], ())
        if "resource_name" in tree:
            return bool(self.entry and self.entry.resource.strip())
        return False if "never" in tree else self._comparison(tree)

    def named(self, tree: Any) -> Iterator[tuple[str, str | None]]:
        """Return the namespaces and options that a tree names."""
        if isinstance(tree, list):
            for branch in tree:
                yield from self.named(branch)
        elif isinstance(tree, dict):
            for key, value in tree.items():
                if key in ("opt", "opt2"):
                    namespace, _, option = value.rpartition("::")
                    yield namespace, option
                elif key == "namespace":
                    yield from ((name, None) for name in ([value] if isinstance(value, str) else value))
                elif key == "expr":
                    yield from self.named([{"opt": term} for term in value["multiply"] if isinstance(term, str)])
                else:
                    yield from self.named(value)

    def assumed(self, tree: Any) -> Iterator[tuple[str, str | None]]:
        """Return the namespaces and options for which a tree uses the default if they are not set."""
        if isinstance(tree, dict) and tree.get("assume_default"):
            yield from self.named(tree)
        for branch in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
            yield from self.assumed(branch)

    def entries(self, tree: Tree) -> Iterator[Entry]:
        """Return the settings that a tree names."""
        for namespace, option in self.named(tree):
            for entry in self.table.entries(namespace, self.bound, option):
                if self.resource in (None, entry.resource):
                    yield entry

    def value(self, reference: str, *, assume_default: bool = False) -> object:
        """Return an option's value, UNSET, or None if it is not known; a missing one may be set elsewhere."""
        entry = self.table.last(reference, self.bound, self.resource)
        if entry:
            return entry.value
        if assume_default:
            return self.table.default(reference)
        return UNSET if self.table.context.complete else None

    def _namespace(self, leaf: Tree) -> bool | None:
        names = [leaf["namespace"]] if isinstance(leaf["namespace"], str) else leaf["namespace"]
        found = [entry for name in names for entry in self.table.entries(name, self.bound)]
        if self.entry:
            found = [entry for entry in found if entry == self.entry]
        elif self.resource is not None:
            found = [entry for entry in found if entry.resource == self.resource]
        if leaf["op"] == "any_set":
            return bool(found) or self._absent()
        if leaf["op"] == "only_options":
            return all(entry.option in leaf["value"] for entry in found)
        if total_bytes(found) > int(leaf["value"]):
            return False
        return None if any(entry.value is None for entry in found) else True

    def _listed(self, text: str, references: Iterable[str]) -> bool | None:
        lists: list[Entry] = []
        for reference in references:
            namespace, _, option = reference.rpartition("::")
            lists += self.table.entries(namespace, {}, option)
        if any(text in items(None, entry.value) for entry in lists if entry.value is not None):
            return True
        return None if any(entry.value is None for entry in lists) else self._absent()

    def _comparison(self, leaf: Tree) -> bool | None:
        operator, assume_default = str(leaf["op"]), bool(leaf.get("assume_default"))
        if operator in ("set", "unset"):
            present = True if self.table.last(leaf["opt"], self.bound, self.resource) else self._absent()
            return present if operator == "set" else contrary(present)
        if operator == "unique_across":
            return self._unique(leaf["opt"], assume_default=assume_default)
        if "opt" in leaf:
            left = self.value(leaf["opt"], assume_default=assume_default)
            right = self._right(leaf, assume_default=assume_default)
        else:
            left, right = self._product(leaf["expr"], assume_default=assume_default), leaf["value"]
        if left is UNSET or right is UNSET:
            return False
        if left is None or right is None:
            return None
        if operator in COMPARISONS:
            sizes = measured(str(left)), measured(str(right))
            return None if None in sizes else COMPARISONS[operator](*sizes)  # type: ignore[arg-type]
        option = self.table.option(leaf["opt"])
        if operator in ("eq", "in"):
            sought = right if isinstance(right, list) else [right]
            return any(_same(str(left), str(one), exact=not option or option.type == "string") for one in sought)
        if operator == "match":
            return re.search(str(right), str(left)) is not None
        found = items(option, str(left))
        match operator:
            case "count_gte":
                return len(found) >= int(leaf["value"])
            case "unique_items":
                return len(set(found)) == len(found)
            case "items_between":
                return every(_between(item, *leaf["value"]) for item in found)
            case "names_existing":
                return str(left).strip() in self._names(leaf["value"]) or self._absent()
            case "items_name_existing":
                return {*found} <= {*self._names(leaf["value"]), *leaf.get("except", ())} or self._absent()
        raise ValueError(f"unknown operator {operator!r} in {leaf}")

    def _absent(self) -> bool | None:
        """What it says that a setting is not here: nothing where others may come from elsewhere."""
        return False if self.table.context.complete else None

    def _right(self, leaf: Tree, *, assume_default: bool) -> object:
        if "opt2" in leaf:
            return self.value(leaf["opt2"], assume_default=assume_default)
        return self._product(leaf["expr"], assume_default=assume_default) if "expr" in leaf else leaf.get("value", True)

    def _product(self, expression: Tree, *, assume_default: bool) -> object:
        product = 1.0
        for term in expression["multiply"]:
            value = self.value(term, assume_default=assume_default) if isinstance(term, str) else term
            if value is UNSET or value is None:
                return value
            size = measured(str(value))
            if size is None:
                return None
            product *= size
        return int(product) if product.is_integer() else product

    def _unique(self, reference: str, *, assume_default: bool) -> bool | None:
        """Return whether all namespaces of the family have different values."""
        family = self.table.of(reference.rpartition("::")[0], {})
        values = [Scope(self.table, bound).value(reference, assume_default=assume_default) for _, bound in family]
        known = [value.strip() for value in values if isinstance(value, str)]
        if len(set(known)) < len(known):
            return False
        return None if None in values else True

    def _names(self, family: str) -> set[str]:
        return {text for _, bound in self.table.of(family, {}) for text in bound.values()}


def scopes(constraint: Constraint, table: Table) -> Iterator[Scope]:
    """What a constraint is to be asked about."""
    whole = Scope(table, {})
    match constraint.for_each:
        case None:
            yield whole
        case "setting":
            yield from (Scope(table, {}, entry=entry) for entry in whole.entries(constraint.when))
        case "resource_name":
            resources = dict.fromkeys(entry.resource for entry in whole.entries(constraint.when))
            yield from (Scope(table, {}, resource) for resource in resources if resource.strip())
        case family:
            yield from (Scope(table, bound) for _, bound in table.of(family, {}))


def total_bytes(entries: Iterable[Entry]) -> int:
    """Return the size of settings as name=value, as far as their values are known."""
    return sum(len(f"{entry.option}={entry.value or ''}".encode(errors="replace")) for entry in entries)


def _same(left: str, right: str, *, exact: bool) -> bool:
    sizes = measured(left), measured(right)
    if None not in sizes:
        return sizes[0] == sizes[1]
    return left == right if exact else left.strip().lower() == right.strip().lower()


def _between(item: str, least: int, most: int) -> bool | None:
    first, _, last = item.partition("-")
    ends = measured(first), measured(last or first)
    return None if ends[0] is None or ends[1] is None else least <= ends[0] <= ends[1] <= most
