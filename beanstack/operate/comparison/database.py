"""The coupled database, which EB makes from options and which no stack of ours shows.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.namespaces import DATABASE
from beanstack.operate.comparison.model import Danger
from beanstack.operate.comparison.observed import Option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUBJECT = "database"
# A change of one of these makes EB provision the database anew.
ANEW = ("DBEngine", "DBEngineVersion", "DBInstanceClass", "DBUser", "DBSnapshotIdentifier")
STORAGE = "DBAllocatedStorage"
FATE = {
    "Delete": "the database and all data in it would be deleted",
    "Snapshot": "the database would be deleted; RDS keeps a last snapshot of it",
    "Retain": "the database would be decoupled: it stays, but EB no longer manages it nor gives its RDS_* variables",
}
TWO_STEPS = (
    "To keep it, deploy `database: {deletion_policy: Retain}` first, and remove `database` in a second deployment; "
    "the policy that counts is the one that is deployed"
)
SECOND_STEP = (
    "This is the second step of decoupling it: point the application at it by its own address before you allow it"
)
WITH_ENVIRONMENT = "It is deleted with the environment: undo the change that replaces it, or run `make snapshot` first"
RECREATE = "Take `make snapshot` first, then allow it; or keep what is deployed"


def lost(
    deployed: Mapping[Option, str],
    live: Mapping[Option, str],
    after: Mapping[Option, str],
    *,
    is_replaced: bool = False,
) -> Iterator[Danger]:
    """Yield the effect of a deployment on the database, by the `deployed` template and EB's `live` values.

    `is_replaced` says that the environment itself would be deleted and made again.
    """
    before = current(deployed, live)
    if not is_coupled(before):
        return
    policy = value(before, "DBDeletionPolicy") or "Delete"
    fate, deciding = FATE.get(policy, FATE["Delete"]), f"(the deployed deletion policy is {policy})"
    if not is_coupled(after):
        yield Danger("data-loss", SUBJECT, f"{fate} {deciding}", SECOND_STEP if policy == "Retain" else TWO_STEPS)
        return
    if is_replaced:
        yield Danger(
            "data-loss", SUBJECT, f"{fate}; the new environment gets an empty one {deciding}", WITH_ENVIRONMENT
        )
        return
    changes = {}
    for name in ANEW:
        old, new = value(before, name), value(after, name)
        if new and old != new:
            changes[name] = f"{name} {old or 'unset'} -> {new}"
    if changes:
        what = "EB would provision the database anew"
        reason, public = f"{what}: {', '.join(changes.values())}", f"{what}: {', '.join(changes)}"
        yield Danger("data-loss", SUBJECT, reason, RECREATE, public)
    old, new = value(before, STORAGE), value(after, STORAGE)
    if old.isdecimal() and new.isdecimal() and int(new) < int(old):
        what = f"the database would shrink: {STORAGE}"
        yield Danger("data-loss", SUBJECT, f"{what} {old} -> {new} GiB", RECREATE, what)


def current(deployed: Mapping[Option, str], live: Mapping[Option, str]) -> dict[Option, str]:
    """Return the database's options as they are, whatever resource EB or the template names for them.

    Whether there is a database, and what becomes of it, is EB's to say. A version that EB has raised by itself is not a
    change, so for all else the template counts.
    """
    theirs, ours = (
        {Option(DATABASE, option.name): text for option, text in table.items() if option.namespace == DATABASE}
        for table in (live, deployed)
    )
    found = {**theirs, **ours}
    for name in ("HasCoupledDatabase", "DBDeletionPolicy"):
        option = Option(DATABASE, name)
        if option in theirs:
            found[option] = theirs[option]
    return found


def is_coupled(options: Mapping[Option, str]) -> bool:
    """Return whether an environment with these options has a database."""
    return value(options, "HasCoupledDatabase").lower() == "true"


def value(options: Mapping[Option, str], name: str) -> str:
    """Return the value of an option of the database; empty if it is unset."""
    return options.get(Option(DATABASE, name), "")
