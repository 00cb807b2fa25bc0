"""The changes, one per line: names of resources and properties, without values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.operate.comparison.interruptions import interruption
from beanstack.operate.comparison.observed import ENVIRONMENT, options
from beanstack.operate.comparison.policies import differing
from beanstack.review import bundles
from beanstack.review.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import StackState
    from beanstack.review.between import Difference

    Fates = Iterable[tuple[StackState, Fate]]


def lines(found: Difference) -> Iterator[str]:
    """Yield the changes of an environment, one line for each resource or file."""
    if found.after is None:
        return
    yield from resources(found.own)
    if found.switched:
        yield f"how `make stack` deploys: {', '.join(map(code, found.switched))}"
    if found.before and not found.is_new:
        for path, change, keys in bundles.changes(found.before.bundle, found.after.bundle):
            yield f"bundle: {code(path)} {change}" + (f": {', '.join(map(code, keys))}" if keys else "")


def resources(found: Fates) -> Iterator[str]:
    """Yield a line for each resource, with its stack if there are several, and one for how its permissions change."""
    found = list(found)
    several = len({state.stack.name for state, _ in found}) > 1
    for state, fate in found:
        interrupted = interruption(fate, state.deployed, state.planned)
        stack = f"{code(state.stack.name)}: " if several else ""
        line = f"{stack}{fate.action} {code(fate.name)} ({code(fate.type)})"
        if fate.action != "Add":
            line += f", interruption: {interrupted}"
        names = list(differing_names(state, fate))
        yield line + (f": {', '.join(map(code, names))}" if names else "")
        yield from permissions(fate)


def differing_names(state: StackState, fate: Fate) -> Iterator[str]:
    """Yield the names of the properties that differ, and of the environment's options."""
    yield from (name for name in fate.differing if name != "OptionSettings")
    if fate.type == ENVIRONMENT and fate.action == "Modify":
        before, after = options(state.deployed), options(state.planned)
        yield from (str(one) for one in sorted({*before, *after}) if before.get(one) != after.get(one))


def permissions(fate: Fate) -> Iterator[str]:
    """Yield the permissions that a resource gains and loses, without their ARNs and conditions."""
    gained, lost = ({short(permission.what) for permission in found} for found in differing(fate))
    for verb, found in (("gains", gained - lost), ("loses", lost - gained), ("has another scope for", gained & lost)):
        if found:
            yield f"IAM: {code(fate.name)} {verb} {', '.join(map(code, sorted(found)))}"


def short(permission: str) -> str:
    """Return a permission with a managed policy's name in place of its ARN."""
    return re.sub(r"(managed policy ).*/([^/\"]+)\W*$", r"\1\2", permission)
