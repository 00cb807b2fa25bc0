"""Managed platform updates: the one that is due, and its start by hand. None starts by itself here.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-platform-update-managed.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ApplyEnvironmentManagedAction.html
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from beanstack.eb.namespaces import MANAGED_ACTIONS, PLATFORM_UPDATES
from beanstack.localaws import optionsettings, platforms
from beanstack.localaws.api import Record, ServiceError, now

if TYPE_CHECKING:
    from beanstack.localaws.environment import Environment
    from beanstack.localaws.platforms import PlatformVersion

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# How many numbers of the version that runs an update keeps.
KEPT: Final = {"patch": 2, "minor": 1}


def due(environment: Environment) -> PlatformVersion | None:
    """Return the version to which EB would update an environment, None if there is none or updates are off."""
    settings = environment.settings
    level = optionsettings.value(settings, (PLATFORM_UPDATES, "UpdateLevel")).lower()
    if optionsettings.value(settings, (MANAGED_ACTIONS, "ManagedActionsEnabled")).lower() != "true":
        return None
    kept, running = KEPT.get(level, len(KEPT)), numbers(environment.platform.version)
    for newer in platforms.versions(environment.platform.region):
        if numbers(newer.version)[:kept] == running[:kept] and numbers(newer.version) > running:
            return newer
    return None


def actions(environment: Environment) -> list[Record]:
    """Return the API's ManagedActions of an environment."""
    update = due(environment)
    return [{**described(environment, update), "WindowStartTime": window(environment)}] if update else []


def asked(environment: Environment, ident: str) -> PlatformVersion:
    """Return the version of the action with an ID; raise ServiceError if no such action is due."""
    update = due(environment)
    if update is None or action_id(environment, update) != ident:
        raise ServiceError("ManagedActionInvalidStateException", f"Managed action {ident} is not scheduled.")
    return update


def described(environment: Environment, update: PlatformVersion) -> Record:
    """Return what both actions of the API say of an update."""
    return {
        "ActionId": action_id(environment, update),
        "ActionDescription": f"Platform update to version {update.version}",
        "ActionType": "PlatformUpdate",
        "Status": "Scheduled",
    }


def action_id(environment: Environment, update: PlatformVersion) -> str:
    return f"{environment.id}-platform-{update.version}"


def window(environment: Environment) -> datetime:
    """Return the next beginning of the weekly window, in UTC."""
    day, hour, minute = optionsettings.value(environment.settings, (MANAGED_ACTIONS, "PreferredStartTime")).split(":")
    time = now()
    start = time.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    start += timedelta(days=(DAYS.index(day.lower()) - time.weekday()) % 7)
    return start if start > time else start + timedelta(days=7)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
