"""A stack imports an application and an environment that exist.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.localaws.conftest import LocalAWS

APPLICATION = "AWS::ElasticBeanstalk::Application"
ENVIRONMENT = "AWS::ElasticBeanstalk::Environment"
PLATFORM = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"


@pytest.fixture
def running(local: LocalAWS, name: str) -> str:
    """Make an application and an environment of one name, beside any stack."""
    iam, beanstalk = local.client("iam"), local.client("elasticbeanstalk")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    beanstalk.create_application(ApplicationName=name)
    beanstalk.create_environment(
        ApplicationName=name,
        EnvironmentName=name,
        PlatformArn=PLATFORM,
        OptionSettings=[
            {
                "Namespace": "aws:autoscaling:launchconfiguration",
                "OptionName": "IamInstanceProfile",
                "Value": name,
            }
        ],
    )
    return name


def template(name: str) -> dict[str, Any]:
    return {
        "Resources": {
            "Application": {
                "Type": APPLICATION,
                "DeletionPolicy": "Retain",
                "Properties": {"ApplicationName": name},
            },
            "Environment": {
                "Type": ENVIRONMENT,
                "DeletionPolicy": "Retain",
                "Properties": {"ApplicationName": name, "EnvironmentName": name, "PlatformArn": PLATFORM},
            },
        }
    }


def request(name: str, body: dict[str, Any], *types: str) -> dict[str, Any]:
    logical = {APPLICATION: "Application", ENVIRONMENT: "Environment"}
    return {
        "StackName": name,
        "ChangeSetName": "import",
        "ChangeSetType": "IMPORT",
        "TemplateBody": json.dumps(body),
        "ResourcesToImport": [
            {
                "ResourceType": kind,
                "LogicalResourceId": logical[kind],
                "ResourceIdentifier": {f"{logical[kind]}Name": name},
            }
            for kind in types
        ],
    }


def import_into_stack(local: LocalAWS, name: str) -> str:
    formation = local.client("cloudformation")
    formation.create_change_set(**request(name, template(name), APPLICATION, ENVIRONMENT))
    formation.execute_change_set(ChangeSetName="import", StackName=name)
    return local.settled(name)


def test_an_import_changes_neither_the_application_nor_the_environment(local: LocalAWS, running: str) -> None:
    before = local.environment(running)
    assert import_into_stack(local, running) == "IMPORT_COMPLETE"
    assert local.environment(running) == before
    found = local.client("cloudformation").list_stack_resources(StackName=running)["StackResourceSummaries"]
    assert {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found} == {
        "Application": running,
        "Environment": running,
    }


def test_an_imported_environment_is_updated_by_its_stack_and_left_by_its_deletion(
    local: LocalAWS, running: str
) -> None:
    import_into_stack(local, running)
    changed = template(running)
    changed["Resources"]["Environment"]["Properties"]["Description"] = "by the stack"
    assert local.update(running, changed) == "UPDATE_COMPLETE"
    assert local.environment(running)["Description"] == "by the stack"
    assert local.delete(running) == "DELETE_COMPLETE"
    assert local.environment(running)["Status"] == "Ready"


def test_an_import_of_what_another_stack_has_or_eb_lacks_fails(local: LocalAWS, running: str) -> None:
    import_into_stack(local, running)
    formation = local.client("cloudformation")
    other = f"{running}-2"
    for named in (running, f"{running}-none"):
        wanted = request(other, template(named), APPLICATION, ENVIRONMENT)
        for resource in wanted["ResourcesToImport"]:
            resource["ResourceIdentifier"] = dict.fromkeys(resource["ResourceIdentifier"], named)
        formation.create_change_set(**wanted)
        found = formation.describe_change_set(ChangeSetName="import", StackName=other)
        assert found["Status"] == "FAILED"
        formation.delete_change_set(ChangeSetName="import", StackName=other)
        formation.delete_stack(StackName=other)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda body: body["Resources"]["Environment"].pop("DeletionPolicy"), "DeletionPolicy"),
        (lambda body: body.update(Outputs={"Name": {"Value": "x"}}), "Outputs"),
        (lambda body: body["Resources"].update(Topic={"Type": "AWS::SNS::Topic"}), "Topic"),
    ],
)
def test_an_import_needs_deletion_policies_and_makes_no_other_change(
    change: Any, says: str, local: LocalAWS, running: str
) -> None:
    body = template(running)
    change(body)
    with pytest.raises(ClientError, match=says):
        local.client("cloudformation").create_change_set(**request(running, body, APPLICATION, ENVIRONMENT))


def test_the_settings_of_an_environment_are_saved_and_restored(local: LocalAWS, running: str) -> None:
    beanstalk = local.client("elasticbeanstalk")
    ident = local.environment(running)["EnvironmentId"]
    beanstalk.create_configuration_template(ApplicationName=running, TemplateName="before", EnvironmentId=ident)
    size = {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "7"}
    beanstalk.update_environment(EnvironmentName=running, OptionSettings=[{**size, "Value": "3"}])
    beanstalk.update_configuration_template(ApplicationName=running, TemplateName="before", OptionSettings=[size])
    beanstalk.update_environment(EnvironmentName=running, TemplateName="before")
    options = local.options(running, running)
    assert options["aws:autoscaling:asg", "MaxSize"] == "7"
    assert options["aws:autoscaling:launchconfiguration", "IamInstanceProfile"] == running
