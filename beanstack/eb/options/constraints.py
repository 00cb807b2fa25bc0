"""What a rule between options is about, and whether its conditions are true, false or unknown (None)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beanstack.eb.options.measures import measured
from beanstack.eb.options.trees import leaves, named, namespaces, split
from beanstack.eb.options.truth import contrary, every, some
from beanstack.eb.options.values import items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from beanstack.eb.options.catalogue import Constraint
    from beanstack.eb.options.table import Entry, Table
    from beanstack.eb.options.trees import Tree

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gte": lambda left, right: left >= right,
}
UNSET = object()
WILDCARD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is about: with `for_each` one namespace of a family, one resource's settings or one setting."""

    table: Table
    bound: Mapping[str, str]
    resource: str | None = None
    entry: Entry | None = None

    def holds(self, tree: Tree) -> bool | None:
        """Return whether a tree of conditions is true."""
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
            return self._listed(tree)
        if "items_of" in tree:
            return self._few(tree)
        if "file" in tree:
            files = self.table.context.files
            return None if files is None else tree["key"] in files.get(tree["file"], ())
        if "resource_name" in tree:
            return bool(self.entry and self.entry.resource.strip())
        if "never" in tree:
            return False
        return self._option(tree)

    def entries(self, tree: Tree) -> Iterator[Entry]:
        """Yield the settings that a tree names."""
        for leaf in leaves(tree):
            for namespace, option in named(leaf):
                for entry in self._entries(namespace, option):
                    if _is_named(leaf, entry):
                        yield entry

    def value(self, reference: str, *, assume_default: bool = False) -> object:
        """Return an option's value, UNSET, or None if it is unknown; a missing one may be set elsewhere."""
        entry = self.table.last(reference, self.bound, self.resource)
        if entry:
            return entry.value
        if assume_default:
            return self.table.default(reference)
        return UNSET if self.table.context.complete else None

    def _entries(self, namespace: str, option: str | None) -> Iterator[Entry]:
        """Yield the settings of a namespace, or of one option in it, that are in the scope."""
        if not self.entry:
            yield from self.table.entries(namespace, self.bound, option, self.resource)
        elif option in (None, self.entry.option):
            found = self.table.entries(namespace, self.bound, self.entry.option, self.entry.resource)
            yield from (entry for entry in found if entry == self.entry)

    def _absent(self) -> bool | None:
        """Return what a missing setting means: nothing is known of it if it may be set elsewhere."""
        return False if self.table.context.complete else None

    def _namespace(self, leaf: Tree) -> bool | None:
        found: list[Entry] = []
        for name in namespaces(leaf):
            found += self._entries(name, None)
        match leaf["op"]:
            case "any_set" | "any_of":
                return any(_is_named(leaf, entry) for entry in found) or self._absent()
            case "only_options":
                return all(entry.option in leaf["value"] for entry in found)
        if total_bytes(found) > int(leaf["value"]):
            return False
        return None if any(entry.value is None for entry in found) else True

    def _listed(self, leaf: Tree) -> bool | None:
        """Return whether one of some lists contains the name that the namespace has."""
        name = self.bound[leaf["placeholder"]]
        if name in leaf.get("except", ()):
            return True
        unknown = False
        for reference in leaf["value"]:
            namespace, option = split(reference)
            for entry in self.table.entries(namespace, {}, option):
                if entry.value is None:
                    unknown = True
                elif name in items(None, entry.value):
                    return True
        return None if unknown else self._absent()

    def _few(self, leaf: Tree) -> bool | None:
        """Return whether some lists have at most so many items, or wildcards, in all."""
        count = 0
        unknown = False
        for reference in leaf["items_of"]:
            value = self.value(reference)
            unknown |= value is None
            for item in items(None, value) if isinstance(value, str) else ():
                count += 1 if leaf["op"] == "items_lte" else len(WILDCARD.findall(item))
        if count > leaf["value"]:
            return False
        return None if unknown else True

    def _option(self, leaf: Tree) -> bool | None:
        match leaf["op"]:
            case "set":
                return self._is_set(leaf["opt"])
            case "unset":
                return contrary(self._is_set(leaf["opt"]))
            case "unique_across":
                return self._is_unique(leaf)
        left, right = self._sides(leaf)
        if left is UNSET or right is UNSET:
            return False
        if left is None or right is None:
            return None
        if leaf["op"] in COMPARISONS:
            sizes = measured(str(left)), measured(str(right))
            return None if None in sizes else COMPARISONS[leaf["op"]](*sizes)  # type: ignore[arg-type]
        return self._text(leaf, str(left), right)

    def _is_set(self, reference: str) -> bool | None:
        if self.table.last(reference, self.bound, self.resource):
            return True
        return self._absent()

    def _is_unique(self, leaf: Tree) -> bool | None:
        """Return whether all namespaces of the family have different values."""
        family, _ = split(leaf["opt"])
        found: set[str] = set()
        unknown = False
        for _, bound in self.table.of(family, {}):
            value = Scope(self.table, bound).value(leaf["opt"], assume_default=bool(leaf.get("assume_default")))
            unknown |= value is None
            if isinstance(value, str):
                if value.strip() in found:
                    return False
                found.add(value.strip())
        return None if unknown else True

    def _sides(self, leaf: Tree) -> tuple[object, object]:
        """Return the two values that a leaf compares."""
        assume_default = bool(leaf.get("assume_default"))
        if "opt" not in leaf:
            return self._product(leaf, assume_default=assume_default), leaf["value"]
        left = self.value(leaf["opt"], assume_default=assume_default)
        if "opt2" in leaf:
            return left, self.value(leaf["opt2"], assume_default=assume_default)
        if "expr" in leaf:
            return left, self._product(leaf, assume_default=assume_default)
        return left, leaf.get("value", True)

    def _product(self, leaf: Tree, *, assume_default: bool) -> object:
        product = 1.0
        for term in leaf["expr"]["multiply"]:
            value = self.value(term, assume_default=assume_default) if isinstance(term, str) else term
            if value is UNSET or value is None:
                return value
            size = measured(str(value))
            if size is None:
                return None
            product *= size
        return int(product) if product.is_integer() else product

    def _text(self, leaf: Tree, left: str, right: object) -> bool | None:
        """Return whether a condition on a text, or on the items of a list, is true."""
        option = self.table.option(leaf["opt"])
        found = items(option, left)
        match leaf["op"]:
            case "eq" | "in":
                exact = not option or option.type == "string"
                sought = right if isinstance(right, list) else [right]
                return any(_same(left, str(one), exact=exact) for one in sought)
            case "match":
                return re.search(str(right), left) is not None
            case "count_gte":
                return len(set(found)) >= int(leaf["value"])
            case "items_between":
                return every(_between(item, *leaf["value"]) for item in found)
            case "names_existing":
                return left.strip() in self._names(leaf["value"]) or self._absent()
            case "items_name_existing":
                existing = self._names(leaf["value"]).union(leaf.get("except", ()))
                return existing.issuperset(found) or self._absent()
        raise ValueError(f"unknown operator in {leaf}")

    def _names(self, family: str) -> set[str]:
        """Return the names that the namespaces of a family have for their placeholders."""
        names: set[str] = set()
        for _, bound in self.table.of(family, {}):
            names.update(bound.values())
        return names


def scopes(constraint: Constraint, table: Table) -> Iterator[Scope]:
    """Yield each scope in which a rule is to be checked."""
    whole = Scope(table, {})
    match constraint.for_each:
        case None:
            yield whole
        case "setting":
            for entry in whole.entries(constraint.when):
                yield Scope(table, {}, entry=entry)
        case "resource_name":
            resources = dict.fromkeys(entry.resource for entry in whole.entries(constraint.when))
            for resource in filter(str.strip, resources):
                yield Scope(table, {}, resource)
        case family:
            for bound in table.each(family):
                yield Scope(table, bound)


def _is_named(leaf: Tree, entry: Entry) -> bool:
    """Return whether a condition on namespaces that names some of their options names this one."""
    return leaf.get("op") != "any_of" or entry.option in leaf["value"]


def total_bytes(entries: Iterable[Entry]) -> int:
    """Return the size of settings as name=value, as far as their values are known."""
    return sum(len(f"{entry.option}={entry.value or ''}".encode(errors="replace")) for entry in entries)


def _same(left: str, right: str, *, exact: bool) -> bool:
    sizes = measured(left), measured(right)
    if None not in sizes:
        return sizes[0] == sizes[1]
    if exact:
        return left == right
    return left.strip().lower() == right.strip().lower()


def _between(item: str, least: int, most: int) -> bool | None:
    """Return whether a number, or a range such as 200-299, lies within limits."""
    first, _, last = item.partition("-")
    start, end = measured(first), measured(last or first)
    if start is None or end is None:
        return None
    return least <= start <= end <= most
