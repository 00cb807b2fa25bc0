"""What a deployment would do: one comparison, which plan, stack, status and destroy all use.

`compare` is pure; `observe.py` asks AWS, git and the generator for what it compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.images import NOT_BUILT, is_built
from beanstack.operate.comparison import database, groups, identity, losses, protection, settings
from beanstack.operate.comparison.bundles import bundle_changes
from beanstack.operate.comparison.fates import Fate, fates
from beanstack.operate.comparison.interruptions import interruption
from beanstack.operate.comparison.migration import SKIPPED_MIGRATION, skips_migration
from beanstack.operate.comparison.model import Change, Comparison, Danger
from beanstack.operate.comparison.observed import ENVIRONMENT, Observed, StackState, options
from beanstack.operate.comparison.policies import permissions
from beanstack.operate.hidden import hide

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTION_SETTINGS = "OptionSettings"


def compare(observed: Observed, make: str) -> Comparison:
    """Return what deploying would change and risk; `make` is how the user calls make, for advice."""
    foreign = list(identity.foreign(observed))
    if foreign:  # nothing else of it is ours to compare
        return Comparison(dangers=tuple(foreign), unchecked=("what the stack holds, because it is not ours",))
    changed = {state.stack.name: fates(state.deployed, state.planned) for state in observed.stacks}
    risks = list[Danger]()
    for state in observed.stacks:
        if state.exists:
            risks += losses.replaced(state.stack.name, changed[state.stack.name])
            risks += losses.lost(changed[state.stack.name])
    found, notes = environment_dangers(observed, changed[observed.own.stack.name])
    risks += found
    if skips_migration(observed.own.deployed, observed.own.planned):
        notes.append(f"{observed.own.stack.name}: {SKIPPED_MIGRATION}")
    return Comparison(
        stacks=tuple(changed),
        dangers=(
            *identity.taken(observed, make),
            *identity.gone(observed, make),
            *source_dangers(observed, make),
            *(Danger("missing", *entry) for entry in observed.missing),
            *(Danger("in-use", *entry) for entry in observed.in_use),
            *protection.protected(observed, risks, changed),
            *identity.busy(observed, make),
            *settings.leftover(options(observed.own.deployed), options(observed.own.planned)),
            *identity.other_version(observed, make),
            *identity.other_bundle(observed),
            *protection.unprotected(observed),
            *protection.still_protected(observed),
            *(Danger("drift", *entry) for entry in observed.drift),
        ),
        changes=(
            *(change(state, fate) for state in observed.stacks for fate in changed[state.stack.name]),
            *protection.switched(observed),
        ),
        bundle=tuple(bundle_changes(observed.bundle_before, observed.bundle_after)),
        permissions=tuple(line for found in changed.values() for fate in found for line in permissions(fate)),
        notes=tuple(notes),
        unchecked=(*observed.unchecked, *(line for found in changed.values() for line in losses.unknown(found))),
    )


def environment_dangers(observed: Observed, changed: list[Fate]) -> tuple[list[Danger], list[str]]:
    """Return the dangers of the environment's options and platform, and notes; `changed` are its stack's fates."""
    own = observed.own
    is_replaced = any(fate.type == ENVIRONMENT and fate.action == "Replace" for fate in changed)
    # EB may not know the new name of a replaced environment.
    if not own.exists or (observed.environment is None and not is_replaced):
        return [], []
    deployed, after = options(own.deployed), options(own.planned)
    found = [
        *database.lost(deployed, observed.live, after, is_replaced=is_replaced),
        *settings.create_only(deployed, observed.live, after),
        *groups.in_use(changed, own.deployed, own.planned),
    ]
    running = str((observed.environment or {}).get("PlatformArn", ""))
    modifies = any(fate.type == ENVIRONMENT and fate.action == "Modify" for fate in changed)
    downgrades, notes = settings.platform(own.deployed, own.planned, running, after, modifies=modifies)
    return found + downgrades, notes


def source_dangers(observed: Observed, make: str) -> Iterator[Danger]:
    """Yield the problems with the files that would be deployed."""
    git, deployment = observed.git, observed.deployment
    for build in deployment.builds:
        if not is_built(build.image):
            reason = f"{build.repository} has no image that is pinned in config/{deployment.application}.yaml"
            how = f"`make image {make}` builds one from {build.context} and pins it, `make promote` copies one"
            todo = f"{how}; then commit what it changed"
            yield Danger(NOT_BUILT, "", reason, todo)
    if observed.stale:
        todo = (
            f"Correct config/{deployment.application}.yaml or run `make generate`, review the difference, and commit it"
        )
        yield Danger("stale", *observed.stale, todo)
    if git.uncommitted:
        files = ", ".join(git.uncommitted[:5]) + (" and more" if len(git.uncommitted) > 5 else "")
        yield Danger("uncommitted", "", f"not as in the commit {git.commit[:12]}: {files}", "Commit them first")
    if git.is_behind:
        reason = f"{git.running[:12]} runs, which {git.commit[:12]} does not contain: its changes would be undone"
        todo = "`git fetch`, then merge or rebase onto what runs"
        if git.is_shallow:
            todo = "This clone is shallow: `git fetch --unshallow` (in CI, fetch-depth: 0), then try again"
        yield Danger("behind", "", reason, todo)


def change(state: StackState, fate: Fate) -> Change:
    """Return a resource's fate as a row of a plan; of an environment it names the options that differ."""
    details = [name for name in fate.differing if name != OPTION_SETTINGS]
    if fate.type == ENVIRONMENT and OPTION_SETTINGS in fate.differing:
        details += option_changes(state)
    interrupted = interruption(fate, state.deployed, state.planned)
    return Change(state.stack.name, fate.action, fate.name, fate.type, interrupted, tuple(details))


def option_changes(state: StackState) -> Iterator[str]:
    """Yield `namespace OptionName: old -> new`. An option that disappears keeps its value in EB."""
    before, after = options(state.deployed), options(state.planned)
    for option in sorted({*before, *after}):
        old, new = before.get(option), after.get(option)
        if old != new:
            old, new = hide(option.namespace, option.name, old, new)
            yield f"{option}: {old or 'unset'} -> {'(EB keeps it)' if new is None else new or 'unset'}"
