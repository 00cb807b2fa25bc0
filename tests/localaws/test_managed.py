"""Managed platform updates, and the deletion protection that bundles give a database in EB's own stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]
    Make = Callable[..., str]

MANAGED = "aws:elasticbeanstalk:managedactions"
BRANCH = PLATFORM.rpartition("/")[0]
ON = {
    (MANAGED, "ManagedActionsEnabled"): "true",
    (MANAGED, "PreferredStartTime"): "Sun:03:00",
    (f"{MANAGED}:platformupdate", "UpdateLevel"): "patch",
}


@pytest.fixture
def make(local: LocalAWS, template: Stack, name: str) -> Make:
    """Return a function that deploys an environment of a platform version with options and returns its name."""

    def made(version: str, options: dict[tuple[str, str], str]) -> str:
        local.put("one.zip")
        stack = template(name, options=options)
        stack["Resources"]["Environment"]["Properties"]["PlatformArn"] = f"{BRANCH}/{version}"
        assert local.create(name, stack) == "CREATE_COMPLETE", local.first_failure(name)
        return name

    return made


def due(local: LocalAWS, name: str) -> list[dict[str, Any]]:
    client = local.client("elasticbeanstalk")
    found: list[dict[str, Any]] = client.describe_environment_managed_actions(EnvironmentName=name)["ManagedActions"]
    return found


@pytest.mark.parametrize(
    ("version", "level", "found"),
    [
        ("4.7.1", "patch", ["Platform update to version 4.7.7"]),
        ("4.2.8", "patch", ["Platform update to version 4.2.9"]),
        ("4.2.8", "minor", ["Platform update to version 4.7.7"]),
        ("4.7.7", "minor", []),
    ],
)
def test_the_newest_version_of_the_level_is_due(
    local: LocalAWS, make: Make, version: str, level: str, found: list[str]
) -> None:
    name = make(version, {**ON, (f"{MANAGED}:platformupdate", "UpdateLevel"): level})
    scheduled = due(local, name)
    assert [action["ActionDescription"] for action in scheduled] == found
    assert [f"{action['WindowStartTime']:%a:%H:%M}" for action in scheduled] == ["Sun:03:00"] * len(found)


def test_no_update_is_due_where_managed_updates_are_off(local: LocalAWS, make: Make) -> None:
    assert due(local, make("4.7.1", {})) == []


def test_an_update_that_is_applied_changes_the_platform_beside_the_stack(local: LocalAWS, make: Make) -> None:
    name = make("4.7.1", ON)
    [action] = due(local, name)
    client = local.client("elasticbeanstalk")
    applied = client.apply_environment_managed_action(EnvironmentName=name, ActionId=action["ActionId"])
    assert (applied["ActionType"], applied["Status"]) == ("PlatformUpdate", "Running")
    [environment] = client.describe_environments(EnvironmentNames=[name])["Environments"]
    assert environment["PlatformArn"] == PLATFORM
    assert due(local, name) == []
    with pytest.raises(ClientError, match="not scheduled"):
        client.apply_environment_managed_action(EnvironmentName=name, ActionId=action["ActionId"])
