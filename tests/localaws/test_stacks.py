"""A stack of Elastic Beanstalk resources through CloudFormation: created, updated, deleted."""

from __future__ import annotations

import json
from collections.abc import Callable

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


def test_cloudformation_generates_the_label_of_a_version(local: LocalAWS, deployed: str) -> None:
    assert local.outputs(deployed)["VersionLabel"].startswith(f"{deployed}-version-")


def test_an_environment_has_the_tags_of_its_template_and_stack(local: LocalAWS, deployed: str) -> None:
    arn = local.environment(deployed)["EnvironmentArn"]
    listed = local.client("elasticbeanstalk").list_tags_for_resource(ResourceArn=arn)["ResourceTags"]
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    assert tags["team"] == "todo"
    assert tags["elasticbeanstalk:environment-name"] == deployed
    assert tags["aws:cloudformation:stack-name"] == deployed


def test_a_tag_that_the_template_drops_is_removed(local: LocalAWS, deployed: str, template: Stack) -> None:
    changed = template(deployed)
    changed["Resources"]["Environment"]["Properties"]["Tags"] = [{"Key": "owner", "Value": "me"}]
    assert local.update(deployed, changed) == "UPDATE_COMPLETE"
    arn = local.environment(deployed)["EnvironmentArn"]
    listed = local.client("elasticbeanstalk").list_tags_for_resource(ResourceArn=arn)["ResourceTags"]
    keys = {tag["Key"] for tag in listed}
    assert "owner" in keys
    assert "team" not in keys


def test_deploying_the_same_template_again_reports_no_changes(local: LocalAWS, template: Stack, name: str) -> None:
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


def test_a_secret_reaches_only_the_environment(local: LocalAWS, template: Stack, name: str) -> None:
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


def test_a_change_set_shows_which_resources_are_replaced(local: LocalAWS, deployed: str, template: Stack) -> None:
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


def test_an_application_with_a_running_environment_cannot_be_deleted(
    local: LocalAWS, template: Stack, name: str
) -> None:
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


def test_accounts_and_regions_are_kept_apart(local: LocalAWS, deployed: str) -> None:
    assert ACCOUNT in local.environment(deployed)["EnvironmentArn"]
    for account, region in (("123456789012", "us-east-1"), ("test", "eu-west-1")):
        client = local.client("elasticbeanstalk", account, region)
        assert client.describe_environments()["Environments"] == []
        with pytest.raises(ClientError, match="does not exist"):
            local.client("cloudformation", account, region).describe_stacks(StackName=deployed)
    identity = local.client("sts", "123456789012").get_caller_identity()
    assert identity["Account"] == "123456789012"
