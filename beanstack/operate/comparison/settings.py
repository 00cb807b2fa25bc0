"""Options of the environment: those that EB cannot change, those that disappear, and the platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.namespaces import DATABASE, MANAGED_ACTIONS, PLATFORM_UPDATES, SINGLE_INSTANCE
from beanstack.eb.namespaces import ENVIRONMENT as ENVIRONMENT_OPTIONS
from beanstack.eb.options import changes
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.same import same
from beanstack.operate.comparison import database
from beanstack.operate.comparison.model import Danger
from beanstack.operate.comparison.observed import ENVIRONMENT, Option, of_type, properties
from beanstack.operate.hidden import hide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.comparison.observed import Body

VERSION = re.compile(r"(.*)/(\d+)\.(\d+)\.(\d+)")
LOWERS = ". CloudFormation may lower it with this change of the environment"
KEEP = "Make a new environment with it and swap their CNAMEs, or keep what is deployed"


def create_only(
    deployed: Mapping[Option, str], live: Mapping[Option, str], after: Mapping[Option, str]
) -> Iterator[Danger]:
    """Yield the options that EB sets only when it creates an environment, and that would change."""
    before = {**live, **deployed}
    is_shared = is_set(before, "LoadBalancerIsShared", "true")
    for option, new in sorted(after.items()):
        source = changes.create_only_source(option.namespace, option.name, shared=is_shared)
        old = value_before(option, before, live)
        if not source or old is None or same(facts().find_option(option.namespace, option.name), old, new):
            continue
        is_single = is_set(before, "EnvironmentType", SINGLE_INSTANCE)
        if is_single and changes.is_of_load_balancer(option.namespace, option.name):
            continue  # its first load balancer, which is made then
        before_shown, after_shown = hide(option.namespace, option.name, old, new)
        what = f"EB sets {option} only when it creates an environment"
        reason = f"{what}: {before_shown or 'unset'} -> {after_shown or 'unset'} ({source})"
        yield Danger("create-only", option.name, reason, KEEP, f"{what} ({source})")


def value_before(option: Option, before: Mapping[Option, str], live: Mapping[Option, str]) -> str | None:
    """Return the value that an option has, EB's default if it is unset; None if that is not known.

    A namespace that the environment does not have is a new listener or rule.
    """
    if option in before or not live:
        return before.get(option)
    is_new = all(option.namespace != other.namespace for other in before)
    if is_new and ":listener" in option.namespace:
        return None
    return changes.default_of(option.namespace, option.name) or ""


def is_set(options: Mapping[Option, str], name: str, value: str) -> bool:
    """Return whether an option of the environment's own namespace has a value, in any case of its letters."""
    return options.get(Option(ENVIRONMENT_OPTIONS, name), "").lower() == value.lower()


def left(deployed: Mapping[Option, str], after: Mapping[Option, str]) -> list[Option]:
    """Return the options that the template no longer sets and that EB can forget."""
    return [option for option in unset(deployed, after) if not is_create_only(deployed, option)]


def is_create_only(deployed: Mapping[Option, str], option: Option) -> bool:
    """Return whether EB sets an option only when it creates an environment."""
    shared = is_set(deployed, "LoadBalancerIsShared", "true")
    return bool(changes.create_only_source(option.namespace, option.name, shared=shared))


def unset(deployed: Mapping[Option, str], after: Mapping[Option, str]) -> list[Option]:
    """Return the options that the template no longer sets; those of a database or of an environment go with it."""
    found = sorted(deployed.keys() - after.keys()) if after else []
    if database.is_coupled(after):
        return found
    return [option for option in found if option.namespace != DATABASE]


def leftover(deployed: Mapping[Option, str], after: Mapping[Option, str]) -> Iterator[Danger]:
    """Yield the options that the template no longer sets and EB therefore keeps."""
    for option in unset(deployed, after):
        (value,) = hide(option.namespace, option.name, deployed[option])
        reason = f"EB keeps {option} = {value!r}, which the template no longer sets"
        todo = "Deploy with REMOVE_LEFTOVERS=1 to remove it"
        if is_create_only(deployed, option):
            todo = "It stays for the life of the environment: EB sets it only when it creates one"
        public = f"EB keeps {option}, which the template no longer sets"
        yield Danger("leftover", option.name, reason, todo, public)


def platform(
    deployed: Body, planned: Body, running: str, after: Mapping[Option, str], *, modifies: bool
) -> tuple[list[Danger], list[str]]:
    """Return the danger, or else the note, that the platform that runs is newer than the one that is planned.

    What managed updates bring is a note, as long as the pinned version stays the same: a newer patch and, where the
    options `after` the deployment ask for it, a newer minor version. Where the deployment `modifies` the environment,
    nobody has documented whether CloudFormation sends the pinned version along.
    """
    pinned, planned_arn = platform_arn(deployed), platform_arn(planned)
    now, then = VERSION.fullmatch(running), VERSION.fullmatch(planned_arn)
    if not now or not then or now[1].rpartition("/")[2] != then[1].rpartition("/")[2]:
        return [], []
    if numbers(then) >= numbers(now):
        return [], []
    new, old = ".".join(map(str, numbers(then))), ".".join(map(str, numbers(now)))
    todo = f"`make platform TO={old}` pins what runs"
    kept = 1 if follows_minor(after) else 2
    if numbers(then)[:kept] == numbers(now)[:kept] and pinned == planned_arn:
        note = f"platform {old} runs, which is newer than the pinned {new}; {todo}"
        return [], [note + (LOWERS if modifies else "")]
    return [Danger("platform-downgrade", "", f"platform {old} runs, and this would lower it to {new}", todo)], []


def follows_minor(options: Mapping[Option, str]) -> bool:
    """Return whether EB updates the platform to newer minor versions by itself."""
    is_on = options.get(Option(MANAGED_ACTIONS, "ManagedActionsEnabled"), "").lower() == "true"
    return is_on and options.get(Option(PLATFORM_UPDATES, "UpdateLevel"), "").lower() == "minor"


def platform_arn(body: Body) -> str:
    """Return the platform of a template's environment."""
    for _, resource in of_type(body, ENVIRONMENT):
        return str(properties(resource).get("PlatformArn", ""))
    return ""


def numbers(found: re.Match[str]) -> tuple[int, int, int]:
    return int(found[2]), int(found[3]), int(found[4])
