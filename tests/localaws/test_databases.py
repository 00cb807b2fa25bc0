"""Coupled databases: what EB makes in RDS as options ask for it, and what becomes of it at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]

DATABASE = "aws:rds:dbinstance"
COUPLED = {
    "HasCoupledDatabase": "true",
    "DBEngine": "postgres",
    "DBEngineVersion": "17.5",
    "DBInstanceClass": "db.t3.small",
    "DBAllocatedStorage": "30",
    "DBUser": "shopper",
    "DBPassword": "abcdefgh12345678",
}
LEFT = {"Delete": (0, 0), "Snapshot": (0, 1), "Retain": (1, 0)}


def options(**more: str) -> dict[tuple[str, str], str]:
    return {(DATABASE, name): value for name, value in {**COUPLED, **more}.items()}


def in_stack(local: LocalAWS, name: str) -> str:
    """Return the identifier of the database in EB's own stack; empty if there is none."""
    ident = local.environment(name)["EnvironmentId"]
    found = local.client("cloudformation").describe_stack_resources(StackName=f"awseb-{ident}-stack")
    databases = [one for one in found["StackResources"] if one["ResourceType"] == "AWS::RDS::DBInstance"]
    assert all(one["LogicalResourceId"] == "AWSEBRDSDatabase" for one in databases)
    return str(databases[0]["PhysicalResourceId"]) if databases else ""


def left(local: LocalAWS, identifier: str) -> tuple[int, int]:
    """Return how many instances of an identifier there are, and how many snapshots of them."""
    rds = local.client("rds")
    instances: list[dict[str, Any]] = rds.describe_db_instances()["DBInstances"]
    snapshots: list[dict[str, Any]] = rds.describe_db_snapshots()["DBSnapshots"]
    found = ([one["DBInstanceIdentifier"] for one in kind].count(identifier) for kind in (instances, snapshots))
    return next(found), next(found)


def test_an_environment_with_a_database_has_it_in_ebs_own_stack(local: LocalAWS, name: str, template: Stack) -> None:
    local.put("one.zip")
    assert local.create(name, template(name, options=options())) == "CREATE_COMPLETE"
    identifier = in_stack(local, name)
    ident = local.environment(name)["EnvironmentId"]
    assert identifier.startswith(f"awseb-{ident}-stack-awsebrdsdatabase-")
    [found] = local.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    assert found["DBInstanceStatus"] == "available"
    assert (found["Engine"], found["EngineVersion"], found["DBInstanceClass"]) == ("postgres", "17.5", "db.t3.small")
    assert (found["AllocatedStorage"], found["MasterUsername"], found["DBName"]) == (30, "shopper", "ebdb")


def test_an_environment_without_a_database_has_none(local: LocalAWS, deployed: str) -> None:
    assert in_stack(local, deployed) == ""


@pytest.mark.parametrize("policy", LEFT)
def test_decoupling_acts_by_the_policy_that_is_deployed(
    policy: str, local: LocalAWS, name: str, template: Stack
) -> None:
    local.put("one.zip")
    before = options(DBDeletionPolicy=policy)
    assert local.create(name, template(name, options=before)) == "CREATE_COMPLETE"
    identifier = in_stack(local, name)
    pending = {(DATABASE, "HasCoupledDatabase"): "false", (DATABASE, "DBDeletionPolicy"): "Delete"}
    assert local.update(name, template(name, options=before | pending)) == "UPDATE_COMPLETE"
    assert in_stack(local, name) == ""
    assert left(local, identifier) == LEFT[policy]
    assert local.update(name, template(name, options=before)) == "UPDATE_COMPLETE"
    assert in_stack(local, name) not in ("", identifier)


@pytest.mark.parametrize("policy", LEFT)
def test_terminating_an_environment_ends_its_database_by_its_policy(
    policy: str, local: LocalAWS, name: str, template: Stack
) -> None:
    local.put("one.zip")
    assert local.create(name, template(name, options=options(DBDeletionPolicy=policy))) == "CREATE_COMPLETE"
    identifier = in_stack(local, name)
    assert local.delete(name) == "DELETE_COMPLETE"
    assert left(local, identifier) == LEFT[policy]


def test_a_snapshot_of_a_database_becomes_available(local: LocalAWS, name: str, template: Stack) -> None:
    local.put("one.zip")
    assert local.create(name, template(name, options=options())) == "CREATE_COMPLETE"
    names = {"DBSnapshotIdentifier": f"{name}-20261128-081500", "DBInstanceIdentifier": in_stack(local, name)}
    rds = local.client("rds")
    rds.create_db_snapshot(**names)
    rds.get_waiter("db_snapshot_available").wait(**names, WaiterConfig={"Delay": 1})
    with pytest.raises(rds.exceptions.DBSnapshotAlreadyExistsFault):
        rds.create_db_snapshot(**names)
