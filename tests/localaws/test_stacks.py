"""A stack of Elastic Beanstalk resources through CloudFormation: created, updated, failed, deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT, PLATFORM, LocalAWS, Template

Stack = Callable[..., Template]


def test_a_stack_creates_the_environment_that_its_template_describes(local: LocalAWS, deployed: str) -> None:
    environment = local.environment(deployed)
    outputs = local.outputs(deployed)
    assert environment["PlatformArn"] == PLATFORM
    assert environment["SolutionStackName"] == "64bit Amazon Linux 2023 v4.7.7 running ECS"
    assert (environment["Status"], environment["Health"], environment["HealthStatus"]) == ("Ready", "Green", "Ok")
    assert environment["VersionLabel"] == outputs["VersionLabel"]
    assert outputs["EnvironmentName"] == deployed
    assert outputs["EndpointURL"] == environment["EndpointURL"]


def test_a_version_gets_a_label_from_cloudformation(local: LocalAWS, deployed: str) -> None:
    assert local.outputs(deployed)["VersionLabel"].startswith(f"{deployed}-version-")


def test_an_environment_has_the_tags_of_its_template_and_stack(local: LocalAWS, deployed: str) -> None:
    arn = local.environment(deployed)["EnvironmentArn"]
    listed = local.client("elasticbeanstalk").list_tags_for_resource(ResourceArn=arn)["ResourceTags"]
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    assert tags["team"] == "todo"
    assert tags["elasticbeanstalk:environment-name"] == deployed
    assert tags["aws:cloudformation:stack-name"] == deployed


def test_a_tag_that_the_template_drops_is_gone(local: LocalAWS, deployed: str, template: Stack) -> None:
    changed = template(deployed)
    changed["Resources"]["Environment"]["Properties"]["Tags"] = [{"Key": "owner", "Value": "me"}]
    assert local.update(deployed, changed) == "UPDATE_COMPLETE"
    arn = local.environment(deployed)["EnvironmentArn"]
    listed = local.client("elasticbeanstalk").list_tags_for_resource(ResourceArn=arn)["ResourceTags"]
    keys = {tag["Key"] for tag in listed}
    assert "owner" in keys
    assert "team" not in keys


def test_the_same_template_again_says_that_there_are_no_changes(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    first = local.deploy(name, template(name))
    assert first.returncode == 0, first.stderr
    again = local.deploy(name, template(name))
    assert again.returncode == 0
    assert f"No changes to deploy. Stack {name} is up to date" in again.stdout


def test_a_new_bundle_deploys_a_new_version(local: LocalAWS, deployed: str, template: Stack) -> None:
    before = local.environment(deployed)["VersionLabel"]
    assert local.update(deployed, template(deployed, key="two.zip")) == "UPDATE_COMPLETE"
    after = local.environment(deployed)
    assert after["VersionLabel"] != before
    assert after["VersionLabel"] == local.outputs(deployed)["VersionLabel"]
    versions = local.client("elasticbeanstalk").describe_application_versions(ApplicationName=deployed)
    assert [v["VersionLabel"] for v in versions["ApplicationVersions"]] == [after["VersionLabel"]]


def test_a_retained_version_survives_its_replacement(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    local.put("two.zip")
    first, second = template(name), template(name, key="two.zip")
    for stack in (first, second):
        stack["Resources"]["Version"]["UpdateReplacePolicy"] = "Retain"
    local.create(name, first)
    assert local.update(name, second) == "UPDATE_COMPLETE"
    versions = local.client("elasticbeanstalk").describe_application_versions(ApplicationName=name)
    keys = [v["SourceBundle"]["S3Key"] for v in versions["ApplicationVersions"]]
    assert keys == ["two.zip", "one.zip"]


def test_an_option_that_disappears_from_the_template_keeps_its_value(
    local: LocalAWS, template: Stack, name: str
) -> None:
    local.put("one.zip")
    size, timeout = ("aws:autoscaling:asg", "MaxSize"), ("aws:elasticbeanstalk:command", "Timeout")
    local.create(name, template(name, options={size: 3, timeout: "300"}))
    assert local.update(name, template(name, options={timeout: "600"})) == "UPDATE_COMPLETE"
    options = local.options(name, name)
    assert options[size] == "3"
    assert options[timeout] == "600"


def test_a_new_platform_version_updates_in_place(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    older = template(name)
    older["Resources"]["Environment"]["Properties"]["PlatformArn"] = PLATFORM.replace("4.7.7", "4.7.1")
    local.create(name, older)
    before = local.environment(name)
    assert before["PlatformArn"].endswith("/4.7.1")
    assert local.update(name, template(name)) == "UPDATE_COMPLETE"
    after = local.environment(name)
    assert after["PlatformArn"] == PLATFORM
    assert after["EnvironmentId"] == before["EnvironmentId"]


def test_a_missing_bundle_fails_the_creation(local: LocalAWS, template: Stack, name: str) -> None:
    result = local.deploy(name, template(name, key="missing.zip"))
    assert result.returncode == 255
    assert local.stack(name)["StackStatus"] == "ROLLBACK_COMPLETE"
    failure = local.first_failure(name)
    assert failure["LogicalResourceId"] == "Version"
    reason = "Unable to download from S3 location (Bucket: bundles  Key: missing.zip). Reason: Not Found"
    assert reason in failure["ResourceStatusReason"]


def test_a_missing_bundle_fails_the_update_and_the_old_version_stays(
    local: LocalAWS, deployed: str, template: Stack
) -> None:
    before = local.environment(deployed)["VersionLabel"]
    assert local.update(deployed, template(deployed, key="missing.zip")) == "UPDATE_ROLLBACK_COMPLETE"
    failure = local.first_failure(deployed)
    assert (failure["LogicalResourceId"], failure["ResourceStatus"]) == ("Version", "UPDATE_FAILED")
    assert local.environment(deployed)["VersionLabel"] == before


def test_a_stack_that_rolled_back_an_update_takes_the_next(local: LocalAWS, deployed: str, template: Stack) -> None:
    local.update(deployed, template(deployed, key="missing.zip"))
    assert local.update(deployed, template(deployed, key="two.zip")) == "UPDATE_COMPLETE"


def test_a_failure_of_the_environment_rolls_the_update_back(local: LocalAWS, deployed: str, template: Stack) -> None:
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
def test_what_does_not_exist_fails_the_environment(
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


def test_a_secret_reaches_the_environment_and_nothing_else(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    password = ("aws:rds:dbinstance", "DBPassword")
    reference = {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:password}}"}
    stack = template(
        name, options={password: reference, ("aws:elasticbeanstalk:application:environment", "P"): reference}
    )
    stack["Resources"]["Secret"] = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {
            "GenerateSecretString": {
                "SecretStringTemplate": '{"username": "todo"}',
                "GenerateStringKey": "password",
                "PasswordLength": 16,
                "ExcludePunctuation": True,
            }
        },
    }
    stack["Outputs"]["Secret"] = {"Value": {"Ref": "Secret"}}
    assert local.create(name, stack) == "CREATE_COMPLETE", local.first_failure(name)
    arn = local.outputs(name)["Secret"]
    secret = json.loads(local.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    assert secret["password"].isalnum()
    options = local.options(name, name)
    assert options[password] == "********"
    assert options["aws:elasticbeanstalk:application:environment", "P"] == secret["password"]
    formation = local.client("cloudformation")
    shown = [
        formation.describe_stacks(StackName=name),
        formation.describe_stack_events(StackName=name),
        formation.get_template(StackName=name),
        formation.describe_stack_resources(StackName=name),
    ]
    assert secret["password"] not in json.dumps(shown, default=str)
    assert secret["password"] not in (local.state / "log").read_text()


def test_a_change_set_tells_what_is_replaced_and_what_is_not(local: LocalAWS, deployed: str, template: Stack) -> None:
    changed = template(deployed, key="two.zip", options={("aws:autoscaling:asg", "MaxSize"): "3"})
    changed["Resources"]["Environment"]["Properties"]["PlatformArn"] = PLATFORM.replace("4.7.7", "4.7.1")
    changed["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic"}
    formation = local.client("cloudformation")
    formation.create_change_set(
        StackName=deployed,
        ChangeSetName="plan",
        TemplateBody=json.dumps(changed),
        Capabilities=["CAPABILITY_IAM"],
    )
    described = formation.describe_change_set(StackName=deployed, ChangeSetName="plan")
    changes = {
        c["ResourceChange"]["LogicalResourceId"]: (
            c["ResourceChange"]["Action"],
            c["ResourceChange"].get("Replacement"),
        )
        for c in described["Changes"]
    }
    assert changes == {
        "Version": ("Modify", "True"),
        "Environment": ("Modify", "False"),
        "Topic": ("Add", None),
    }
    formation.delete_change_set(StackName=deployed, ChangeSetName="plan")
    assert local.stack(deployed)["StackStatus"] == "CREATE_COMPLETE"


def test_a_named_environment_cannot_be_replaced_under_its_name(local: LocalAWS, deployed: str, template: Stack) -> None:
    changed = template(deployed)
    changed["Resources"]["Environment"]["Properties"]["CNAMEPrefix"] = f"{deployed}-new"
    assert local.update(deployed, changed) == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing" in local.first_failure(deployed)["ResourceStatusReason"]


def test_a_deleted_stack_leaves_nothing(local: LocalAWS, deployed: str) -> None:
    assert local.delete(deployed) == "DELETE_COMPLETE"
    client = local.client("elasticbeanstalk")
    assert client.describe_environments(EnvironmentNames=[deployed])["Environments"] == []
    assert client.describe_applications(ApplicationNames=[deployed])["Applications"] == []
    assert local.messages(deployed)[-1] == "terminateEnvironment completed successfully."


def test_an_application_with_a_running_environment_is_not_deleted(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    whole = template(name)
    shared = {"Resources": {"Application": whole["Resources"].pop("Application")}}
    for resource in ("Version", "Environment"):
        whole["Resources"][resource]["Properties"]["ApplicationName"] = name
    local.create(f"{name}-shared", shared)
    local.create(name, whole)
    assert local.delete(f"{name}-shared") == "DELETE_FAILED"
    assert "Unable to delete application" in local.first_failure(f"{name}-shared")["ResourceStatusReason"]
    assert local.delete(name) == "DELETE_COMPLETE"
    assert local.delete(f"{name}-shared") == "DELETE_COMPLETE"


def test_accounts_and_regions_are_apart(local: LocalAWS, deployed: str) -> None:
    assert ACCOUNT in local.environment(deployed)["EnvironmentArn"]
    for account, region in (("123456789012", "us-east-1"), ("test", "eu-west-1")):
        client = local.client("elasticbeanstalk", account, region)
        assert client.describe_environments()["Environments"] == []
        with pytest.raises(ClientError, match="does not exist"):
            local.client("cloudformation", account, region).describe_stacks(StackName=deployed)
    identity = local.client("sts", "123456789012").get_caller_identity()
    assert identity["Account"] == "123456789012"
