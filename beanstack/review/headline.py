"""The changes of an environment, in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb import namespaces
from beanstack.eb.namespaces import DATABASE
from beanstack.eb.options import changes
from beanstack.eb.options.changes import Interruption
from beanstack.operate.comparison import database
from beanstack.operate.comparison.fates import fates
from beanstack.operate.comparison.interruptions import interruption
from beanstack.operate.comparison.losses import loses_content
from beanstack.operate.comparison.observed import ENVIRONMENT, VERSION, Option
from beanstack.operate.comparison.policies import differing
from beanstack.operate.comparison.schemas import schema
from beanstack.operate.comparison.settings import platform_arn
from beanstack.review.bundles import changes_roles, image_changes, images
from beanstack.review.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.operate.comparison.fates import Fate
    from beanstack.review.between import Difference
    from beanstack.review.sides import Environment

POLICY_OF_DATA = "DBDeletionPolicy"
POLICY = (namespaces.COMMAND, "DeploymentPolicy")
# Options that name the sources of an environment's permissions.
ROLES = (Option(namespaces.LAUNCH, "IamInstanceProfile"), Option(namespaces.ENVIRONMENT, "ServiceRole"))
SPOKEN_OF = ("OptionSettings", "VersionLabel", "PlatformArn")  # by its options, as a version, as a platform


def sentence(found: Difference) -> str:
    """Return the sentence on an environment that is changed, added or removed."""
    if found.after is None:
        return "; ".join(gone(found, found.before)) if found.before else ""
    parts = []
    if found.stopping:
        parts.append(f"**danger:** {', '.join(code(danger.key) for danger in found.stopping)}")
    if found.is_new:
        parts += new(found, found.after)
    elif found.before:
        parts += changed(found, found.before, found.after)
    return "; ".join(parts)


def new(found: Difference, after: Environment) -> Iterator[str]:
    """Yield the contents of a new environment; if it moves, also the old one that stays behind."""
    if found.before:
        old, now = (f"{code(one.deployment.stack)} in {code(one.deployment.region)}" for one in (found.before, after))
        yield f"**moves** from {old} to {now}, which is a new environment; the old one and its data stay where they are"
    else:
        yield "new environment"
    shown = sorted({str(image) for image in images(after.bundle).values()})
    if shown:
        yield ", ".join(map(code, shown))
    yield new_database(after)


def new_database(after: Environment) -> str:
    """Return what database a new environment has."""
    if not database.is_coupled(after.options):
        return "no database"
    policy = database.value(after.options, POLICY_OF_DATA) or "Delete"
    return f"new, empty database with deletion policy {code(policy)}"


def gone(found: Difference, before: Environment) -> Iterator[str]:
    """Yield the effect of removing an environment from the project: it stays until it is destroyed."""
    destroy = f"make destroy APP={found.application} ENV={found.name}"
    yield f"removed from the project; its stack {code(before.deployment.stack)} and its data stay until {code(destroy)}"
    losses = []
    if database.is_coupled(before.options):
        policy = database.value(before.options, POLICY_OF_DATA) or "Delete"
        losses.append(database.FATE.get(policy, database.FATE["Delete"]))
    for stack in before.deployment.own:
        deleted = filter(loses_content, fates(before.templates.get(stack.template, {}), {}))
        losses += [f"{code(fate.name)} would be deleted" for fate in deleted]
    if losses:
        yield f"then {', and '.join(losses)}"


def changed(found: Difference, before: Environment, after: Environment) -> Iterator[str]:
    """Yield the changes of an environment that both commits have."""
    yield from map(code, image_changes(before.bundle, after.bundle))
    yield from versions(before, after)
    yield from others(found, before, after)
    yield database_words(found, before, after)
    yield iam_words(found, before, after)


def versions(before: Environment, after: Environment) -> Iterator[str]:
    """Yield the new version and the new platform, if there are any."""
    if before.deployment.bundle_key != after.deployment.bundle_key:
        policy = after.options.get(Option(*POLICY)) or changes.default_of(*POLICY) or ""
        yield f"new version, {in_words(policy)}"
    old, new = (platform_arn(one.body).rpartition("platform/")[2] for one in (before, after))
    if old != new:
        (old_branch, _, old_version), (branch, _, version) = old.rpartition("/"), new.rpartition("/")
        shown = f"{old_version} -> {version}" if old_branch == branch else f"{old} -> {new}"
        yield f"platform {code(shown)}"


def in_words(policy: str) -> str:
    """Return a deployment policy as words: `RollingWithAdditionalBatch` is rolling with additional batch."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", policy).lower() if policy.isalpha() else code(policy)


def differing_options(before: Environment, after: Environment) -> list[Option]:
    """Return the options whose values differ."""
    old, new = before.options, after.options
    return [option for option in sorted({*old, *new}) if old.get(option) != new.get(option)]


def others(found: Difference, before: Environment, after: Environment) -> Iterator[str]:
    """Yield the other changes: the numbers of settings and resources, and whether users notice."""
    options = [option for option in differing_options(before, after) if option.namespace != DATABASE]
    properties = [name for _, fate in found.own if fate.type == ENVIRONMENT for name in fate.differing]
    names = [str(option) for option in options if option not in ROLES]
    names += [name for name in properties if name not in SPOKEN_OF]
    if "DeletionProtection" in found.switched:
        yield f"deletion protection {'on' if after.deployment.deletion_protection else '**off**'}"
    count = len(names) + len(set(found.switched) - {"DeletionProtection"})
    if count:
        yield changing(count, "other setting")
    resources = [fate for _, fate in found.own if is_other(fate)]
    if resources:
        yield changing(len(resources), "other resource")
    for state, fate in found.own:
        if fate.type == ENVIRONMENT and fate.differing != ("VersionLabel",):
            worst = interruption(fate, state.deployed, state.planned)
            yield "no interruption" if worst == Interruption.NONE else f"interruption: {worst}"


def is_other(fate: Fate) -> bool:
    """Return whether no other part of the sentence mentions a resource."""
    return fate.type not in (ENVIRONMENT, VERSION) and not is_iam(fate) and not schema(fate.type).is_stateful


def is_iam(fate: Fate) -> bool:
    return fate.type.startswith("AWS::IAM::")


def database_words(found: Difference, before: Environment, after: Environment) -> str:
    """Return the effect on the database and on other resources of the environment that hold data."""
    was, will_be = (database.is_coupled(one.options) for one in (before, after))
    stateful = [fate for _, fate in found.own if fate.type != ENVIRONMENT and schema(fate.type).is_stateful]
    names = [option.name for option in differing_options(before, after) if option.namespace == DATABASE]
    names += [fate.name for fate in stateful]
    lost = [danger for danger in found.stopping if danger.subject in (database.SUBJECT, *names)]
    is_made_again = any(fate.type == ENVIRONMENT and fate.action != "Modify" for _, fate in found.own)
    if lost or (was and is_made_again):
        return "**database at risk**"
    if not was and will_be:
        return "new database"
    if names:
        return f"database changes: {', '.join(database_change(name, before, after) for name in names)}"
    return "database untouched" if was else "no database"


def database_change(name: str, before: Environment, after: Environment) -> str:
    """Return the name of a changed setting; for the deletion policy, which decides about the data, also its values."""
    if name != POLICY_OF_DATA:
        return code(name)
    old, new = (database.value(one.options, name) or "Delete" for one in (before, after))
    return f"deletion policy {code(f'{old} -> {new}')}"


def iam_words(found: Difference, before: Environment, after: Environment) -> str:
    """Return the changes of the environment's permissions."""
    names = [option.name for option in differing_options(before, after) if option in ROLES]
    if changes_roles(before.bundle, after.bundle):
        names.append("the roles of containers")
    return iam([fate for _, fate in found.own], names)


def iam(found: Iterable[Fate], names: Iterable[str] = ()) -> str:
    """Return the changes of permissions, by the resources that grant them and the names of their other sources."""
    gained = lost = 0
    touched = list(names)
    for fate in found:
        more, less = differing(fate)
        gained, lost = gained + len(more), lost + len(less)
        if is_iam(fate) and not (more or less):
            touched.append(fate.name)
    parts = [f"{counted(gained, 'permission')} gained"] if gained else []
    parts += [f"{counted(lost, 'permission')} lost"] if lost else []
    parts += map(code, touched)
    return f"IAM changes: {', '.join(parts)}" if parts else "IAM unchanged"


def changing(count: int, noun: str) -> str:
    """Return a clause that says how many things change."""
    return f"{counted(count, noun)} {'changes' if count == 1 else 'change'}"


def counted(count: int, noun: str) -> str:
    """Return a number of things, as in `2 options`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
