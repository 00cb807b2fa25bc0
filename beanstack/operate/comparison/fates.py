"""What becomes of each resource of a stack: added, changed in place, replaced or removed.

CloudFormation decides in the same way: by the properties that differ, and for a resource that refers to a replaced one,
by what that reference now says.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.operate.comparison.observed import properties, resources
from beanstack.operate.comparison.schemas import schema

if TYPE_CHECKING:
    from beanstack.operate.comparison.observed import Body

ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "CreationPolicy", "UpdatePolicy", "Metadata")
GET_ATT = ("Fn::GetAtt", "GetAtt")
SUB = ("Fn::Sub", "Sub")


class Fate(NamedTuple):
    """A resource before and after a deployment.

    `action` is `Add`, `Modify`, `Replace` or `Remove`; `differing` are the properties and attributes that differ, and
    `replacing` those of them that replace the resource.
    """

    name: str
    type: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    differing: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()


def fates(deployed: Body, planned: Body) -> list[Fate]:
    """Return the resources that a deployment would change, in the order of their names."""
    before, after = resources(deployed), resources(planned)
    replaced: frozenset[str] = frozenset()
    while True:
        found = [fate(name, before.get(name, {}), after.get(name, {}), replaced) for name in sorted({*before, *after})]
        now = frozenset(one.name for one in found if one.action == "Replace")
        if now == replaced:
            return [one for one in found if one.action]
        replaced = now  # what refers to these may have to be replaced as well


def fate(name: str, before: Mapping[str, Any], after: Mapping[str, Any], replaced: frozenset[str]) -> Fate:
    """Return what becomes of one resource; its action is empty if nothing does."""
    if not before:
        return Fate(name, after["Type"], "Add", before, after)
    if not after:
        return Fate(name, before["Type"], "Remove", before, after)
    if before["Type"] != after["Type"]:
        return Fate(name, before["Type"], "Replace", before, after, ("Type",), ("Type",))
    paths = changed_paths(before, after, replaced)
    create_only = schema(after["Type"]).create_only
    replacing = tuple(path for path in paths if any(is_within(path, other) for other in create_only))
    differing = (*dict.fromkeys(path[0] for path in paths), *changed_attributes(before, after))
    action = "Modify" if differing else ""
    if replacing:
        action = "Replace"
    return Fate(name, after["Type"], action, before, after, differing, tuple(".".join(path) for path in replacing))


def changed_paths(
    before: Mapping[str, Any], after: Mapping[str, Any], replaced: frozenset[str]
) -> list[tuple[str, ...]]:
    """Return the paths of the properties that differ, as deep as both sides are mappings of plain names."""
    old, new = properties(before), properties(after)
    found = list(differences(old, new))
    for name in new:
        if (name,) not in found and references(new[name]) & replaced:
            found.append((name,))
    return found


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield the paths at which two mappings differ."""
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping) and not is_function(before):
            yield from differences(before, after, (*path, name))
        else:
            yield (*path, name)


def is_function(value: Mapping[str, Any]) -> bool:
    """Return whether a mapping is a function of CloudFormation, in its short or its long form."""
    return len(value) == 1 and next(iter(value)).removeprefix("Fn::") in FUNCTIONS


FUNCTIONS = frozenset(
    ("Ref", "GetAtt", "Sub", "Join", "Select", "Split", "If", "ImportValue", "FindInMap", "Base64", "GetAZs", "Cidr")
)


def is_within(path: tuple[str, ...], create_only: tuple[str, ...]) -> bool:
    """Return whether a change at a path is a change of a create-only property, or of something around or inside it."""
    return all(one == other or other == "*" for one, other in zip(path, create_only, strict=False))


def changed_attributes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield the attributes other than properties that differ."""
    for name in ATTRIBUTES:
        if before.get(name) != after.get(name):
            yield name


def references(value: Any) -> set[str]:
    """Return the logical IDs that a value refers to."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, Mapping):
        return set()
    found: set[str] = set()
    for key, inner in value.items():
        found |= references(inner)
        if key == "Ref":
            found.add(str(inner))
        elif key in GET_ATT:
            found.add(inner.split(".")[0] if isinstance(inner, str) else str(inner[0]))
        elif key in SUB:
            text = inner if isinstance(inner, str) else str(inner[0])
            found |= set(re.findall(r"\$\{([A-Za-z0-9]+)", text))
    return found
