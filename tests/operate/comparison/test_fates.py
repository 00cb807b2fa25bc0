"""What becomes of a resource, by the schemas of CloudFormation."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.operate.comparison.fates import fates

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "a", "Path": "/", "Description": "x"}}
PROFILE = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}}
INSTANCE = {"Type": "AWS::EC2::Instance", "Properties": {"SubnetId": {"GetAtt": "Subnet.SubnetId"}}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}}


def actions(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {fate.name: (fate.action, fate.differing) for fate in fates({"Resources": before}, {"Resources": after})}


def changed(resource: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {**resource, "Properties": {**resource["Properties"], **values}}


def test_what_is_equal_has_no_fate() -> None:
    assert actions({"Role": ROLE}, {"Role": dict(ROLE)}) == {}


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        ({}, {"Role": ROLE}, ("Add", ())),
        ({"Role": ROLE}, {}, ("Remove", ())),
        ({"Role": ROLE}, {"Role": changed(ROLE, Description="y")}, ("Modify", ("Description",))),
        ({"Role": ROLE}, {"Role": changed(ROLE, RoleName="b")}, ("Replace", ("RoleName",))),
        ({"Role": ROLE}, {"Role": {**ROLE, "DeletionPolicy": "Retain"}}, ("Modify", ("DeletionPolicy",))),
        ({"Role": ROLE}, {"Role": PROFILE}, ("Replace", ("Type",))),
    ],
)
def test_a_create_only_property_replaces_and_another_modifies(
    before: dict[str, Any], after: dict[str, Any], action: tuple[str, tuple[str, ...]]
) -> None:
    assert actions(before, after) == {"Role": action}


def test_what_refers_to_a_replaced_resource_changes_and_may_be_replaced_too() -> None:
    before = {"Role": ROLE, "Profile": PROFILE, "Subnet": SUBNET, "Instance": INSTANCE}
    after = {**before, "Role": changed(ROLE, Path="/x/"), "Subnet": changed(SUBNET, CidrBlock="10.0.1.0/24")}
    assert actions(before, after) == {
        "Instance": ("Replace", ("SubnetId",)),
        "Profile": ("Modify", ("Roles",)),
        "Role": ("Replace", ("Path",)),
        "Subnet": ("Replace", ("CidrBlock",)),
    }


def test_a_create_only_property_inside_another_replaces() -> None:
    environment = {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": {"Tier": {"Name": "WebServer"}}}
    worker = changed(environment, Tier={"Name": "Worker"})
    versioned = changed(environment, Tier={"Name": "WebServer", "Version": "1"})
    assert actions({"E": environment}, {"E": worker}) == {"E": ("Replace", ("Tier",))}
    assert actions({"E": environment}, {"E": versioned}) == {"E": ("Modify", ("Tier",))}
