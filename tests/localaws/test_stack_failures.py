"""Failures of stacks of Elastic Beanstalk resources, and the state after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import PLATFORM, LocalAWS, Template

Stack = Callable[..., Template]


def test_a_missing_bundle_fails_the_creation(local: LocalAWS, template: Stack, name: str) -> None:
    result = local.deploy(name, template(name, key="missing.zip"))
    assert result.returncode == 255
    assert local.stack(name)["StackStatus"] == "ROLLBACK_COMPLETE"
    failure = local.first_failure(name)
    assert failure["LogicalResourceId"] == "Version"
    reason = "Unable to download from S3 location (Bucket: bundles  Key: missing.zip). Reason: Not Found"
    assert reason in failure["ResourceStatusReason"]


def test_a_missing_bundle_fails_the_update_and_keeps_the_old_version(
    local: LocalAWS, deployed: str, template: Stack
) -> None:
    before = local.environment(deployed)["VersionLabel"]
    assert local.update(deployed, template(deployed, key="missing.zip")) == "UPDATE_ROLLBACK_COMPLETE"
    failure = local.first_failure(deployed)
    assert (failure["LogicalResourceId"], failure["ResourceStatus"]) == ("Version", "UPDATE_FAILED")
    assert local.environment(deployed)["VersionLabel"] == before


def test_a_stack_whose_update_was_rolled_back_can_be_updated(local: LocalAWS, deployed: str, template: Stack) -> None:
    local.update(deployed, template(deployed, key="missing.zip"))
    assert local.update(deployed, template(deployed, key="two.zip")) == "UPDATE_COMPLETE"


def test_a_failed_environment_rolls_the_update_back(local: LocalAWS, deployed: str, template: Stack) -> None:
    before = local.environment(deployed)["VersionLabel"]
    local.inject(deployed, fail_next_update="Command failed on all instances.")
    assert local.update(deployed, template(deployed, key="two.zip")) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Command failed on all instances." in local.first_failure(deployed)["ResourceStatusReason"]
    assert local.environment(deployed)["VersionLabel"] == before
    assert local.messages(deployed, "ERROR") == [
        "Command failed on all instances.",
        "Failed to deploy application.",
    ]


def test_a_rollback_can_fail_and_be_continued(local: LocalAWS, deployed: str, template: Stack) -> None:
    changed = template(deployed, key="two.zip")
    missing = {"ApplicationName": deployed, "SourceBundle": {"S3Bucket": "bundles", "S3Key": "missing.zip"}}
    changed["Resources"]["Fails"] = {
        "Type": "AWS::ElasticBeanstalk::ApplicationVersion",
        "DependsOn": "Environment",
        "Properties": missing,
    }
    local.inject(deployed, fail_next_update=["", "Command failed on all instances."])
    assert local.update(deployed, changed) == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
        local.update(deployed, template(deployed))
    local.client("cloudformation").continue_update_rollback(StackName=deployed)
    assert local.settled(deployed) == "UPDATE_ROLLBACK_COMPLETE"
    assert local.environment(deployed)["VersionLabel"] == local.outputs(deployed)["VersionLabel"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PlatformArn": PLATFORM.replace("4.7.7", "9.9.9")}, "No Platform named '"),
        ({"PlatformArn": PLATFORM.replace("us-east-1", "eu-west-1")}, "No Platform named '"),
        ({"PlatformArn": {"Ref": "AWS::NoValue"}, "SolutionStackName": "nonsense"}, "No Solution Stack named 'nons"),
        ({"VersionLabel": "nonsense"}, "No Application Version named 'nonsense' found."),
        ({"EnvironmentName": "x"}, "failed to satisfy constraint"),
    ],
)
def test_an_invalid_property_fails_the_environment(
    local: LocalAWS, template: Stack, name: str, change: dict[str, Any], reason: str
) -> None:
    local.put("one.zip")
    stack = template(name)
    stack["Resources"]["Environment"]["Properties"].update(change)
    assert local.create(name, stack) == "ROLLBACK_COMPLETE"
    failure = local.first_failure(name)
    assert failure["LogicalResourceId"] == "Environment"
    assert reason in failure["ResourceStatusReason"]


@pytest.mark.parametrize(
    ("option", "known"),
    [
        (("aws:elasticbeanstalk:nonsense", "Timeout"), False),
        (("aws:elasticbeanstalk:command", "Nonsense"), False),
        (("aws:elasticbeanstalk:environment:process:default", "Nonsense"), False),
        (("aws:elasticbeanstalk:environment:process:admin", "Port"), True),
        (("aws:elasticbeanstalk:application:environment", "ANY_NAME"), True),
    ],
)
def test_an_option_setting_must_exist(
    local: LocalAWS, template: Stack, name: str, option: tuple[str, str], known: bool
) -> None:
    local.put("one.zip")
    status = local.create(name, template(name, options={option: "1"}))
    assert status == ("CREATE_COMPLETE" if known else "ROLLBACK_COMPLETE")
    if not known:
        said = f"Invalid option specification (Namespace: '{option[0]}', OptionName: '{option[1]}'): "
        assert said + "Unknown configuration setting." in local.first_failure(name)["ResourceStatusReason"]


def test_an_instance_profile_without_a_role_fails_the_environment(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    stack = template(name)
    stack["Resources"]["Profile"]["Properties"]["Roles"] = []
    assert local.create(name, stack) == "ROLLBACK_COMPLETE"
    assert "has no role" in local.first_failure(name)["ResourceStatusReason"]
    assert local.messages(name, "ERROR")[-1] == "Failed to launch environment."


@pytest.mark.parametrize(
    ("profile", "reason"),
    [("nonsense", "nonsense associated with the environment does not exist."), ("", "must have instance profile")],
)
def test_an_instance_profile_must_exist(local: LocalAWS, template: Stack, name: str, profile: str, reason: str) -> None:
    local.put("one.zip")
    option = ("aws:autoscaling:launchconfiguration", "IamInstanceProfile")
    assert local.create(name, template(name, options={option: profile})) == "ROLLBACK_COMPLETE"
    assert reason in local.first_failure(name)["ResourceStatusReason"]


def test_an_instance_profile_may_be_given_by_arn(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    option = ("aws:autoscaling:launchconfiguration", "IamInstanceProfile")
    arn = {"Fn::GetAtt": ["Profile", "Arn"]}
    assert local.create(name, template(name, options={option: arn})) == "CREATE_COMPLETE"
