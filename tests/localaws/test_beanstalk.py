"""Elastic Beanstalk's API through boto3, and the faults that tests inject."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]

COMMAND_TIMEOUT = {"Namespace": "aws:elasticbeanstalk:command", "OptionName": "Timeout", "Value": "300"}
UNKNOWN = {"Namespace": "aws:elasticbeanstalk:command", "OptionName": "Nonsense", "Value": "1"}


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.fixture
def eb(local: LocalAWS) -> Any:
    return local.client("elasticbeanstalk")


def test_events_report_a_launch(local: LocalAWS, deployed: str) -> None:
    assert local.messages(deployed) == [
        "createEnvironment is starting.",
        "Using elasticbeanstalk-us-east-1-000000000000 as Amazon S3 storage bucket for environment data.",
        f"Application available at {local.environment(deployed)['CNAME']}.",
        f"Successfully launched environment: {deployed}",
    ]


def test_events_report_an_update(local: LocalAWS, deployed: str, template: Stack) -> None:
    before = len(local.messages(deployed))
    timeout = {("aws:elasticbeanstalk:command", "Timeout"): "300"}
    local.update(deployed, template(deployed, key="two.zip", options=timeout))
    assert local.messages(deployed)[before:] == [
        "Environment update is starting.",
        "Deploying new version to instance(s).",
        f"Updating environment {deployed}'s configuration settings.",
        "New application version was deployed to running EC2 instances.",
        "Successfully deployed new configuration to environment.",
        "Environment update completed successfully.",
    ]


def test_events_come_newest_first_and_in_pages(eb: Any, deployed: str) -> None:
    events = eb.describe_events(EnvironmentName=deployed)["Events"]
    dates = [event["EventDate"] for event in events]
    assert dates == sorted(set(dates), reverse=True)
    first = eb.describe_events(EnvironmentName=deployed, MaxRecords=3)
    rest = eb.describe_events(EnvironmentName=deployed, MaxRecords=3, NextToken=first["NextToken"])
    assert first["Events"] + rest["Events"] == events
    assert "NextToken" not in rest
    later = eb.describe_events(EnvironmentName=deployed, StartTime=dates[1])["Events"]
    assert later == events[:2]


def test_an_environment_can_be_created_without_cloudformation(local: LocalAWS, eb: Any, deployed: str) -> None:
    label = local.outputs(deployed)["VersionLabel"]
    profile = {
        "Namespace": "aws:autoscaling:launchconfiguration",
        "OptionName": "IamInstanceProfile",
        "Value": local.outputs(deployed)["Profile"],
    }
    created = eb.create_environment(
        ApplicationName=deployed,
        EnvironmentName=f"{deployed}-two",
        VersionLabel=label,
        SolutionStackName="64bit Amazon Linux 2023 v4.7.1 running ECS",
        Tier={"Name": "Worker", "Type": "SQS/HTTP"},
        Tags=[{"Key": "a", "Value": "b"}],
        OptionSettings=[profile, COMMAND_TIMEOUT],
    )
    assert created["Status"] == "Launching"
    environment = local.environment(f"{deployed}-two")
    assert environment["Tier"]["Name"] == "Worker"
    assert f"/awseb-{environment['EnvironmentId']}-stack-AWSEBWorkerQueue-" in environment["EndpointURL"]
    assert environment["PlatformArn"].endswith("/4.7.1")
    found = eb.describe_environments(VersionLabel=label)["Environments"]
    assert {e["EnvironmentName"] for e in found} == {deployed, f"{deployed}-two"}
    with pytest.raises(ClientError, match="already exists"):
        eb.create_environment(ApplicationName=deployed, EnvironmentName=f"{deployed}-two")


def test_an_update_keeps_the_options_that_it_does_not_name(local: LocalAWS, eb: Any, deployed: str) -> None:
    timeout = ("aws:elasticbeanstalk:command", "Timeout")
    eb.update_environment(EnvironmentName=deployed, OptionSettings=[COMMAND_TIMEOUT])
    eb.update_environment(EnvironmentName=deployed, Description="other")
    assert local.options(deployed, deployed)[timeout] == "300"
    removed = {key: COMMAND_TIMEOUT[key] for key in ("Namespace", "OptionName")}
    eb.update_environment(EnvironmentName=deployed, OptionsToRemove=[removed])
    assert local.options(deployed, deployed)[timeout] == "600"


def test_an_unknown_option_is_refused(eb: Any, deployed: str) -> None:
    with pytest.raises(ClientError, match="Unknown configuration setting") as caught:
        eb.update_environment(EnvironmentName=deployed, OptionSettings=[UNKNOWN])
    assert code(caught) == "ConfigurationValidationException"


def test_a_deployed_version_cannot_be_deleted(local: LocalAWS, eb: Any, deployed: str) -> None:
    label = local.outputs(deployed)["VersionLabel"]
    with pytest.raises(ClientError, match="deployed to a running environment"):
        eb.delete_application_version(ApplicationName=deployed, VersionLabel=label)


def test_an_application_with_environments_is_deleted_only_by_force(eb: Any, deployed: str) -> None:
    with pytest.raises(ClientError) as caught:
        eb.delete_application(ApplicationName=deployed)
    assert code(caught) == "OperationInProgressFailure"
    eb.delete_application(ApplicationName=deployed, TerminateEnvByForce=True)
    assert eb.describe_environments(ApplicationName=deployed)["Environments"] == []


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        ("create_application_version", {"VersionLabel": "v1"}, "No Application named 'none' found."),
        ("create_environment", {"EnvironmentName": "none"}, "No Application named 'none' found."),
        ("describe_configuration_settings", {"TemplateName": "t"}, "No Configuration Template named 't' found."),
        (
            "describe_configuration_settings",
            {"EnvironmentName": "none"},
            "No Environment found for EnvironmentName = 'none'.",
        ),
    ],
)
def test_errors_name_the_missing_resource(eb: Any, action: str, parameters: dict[str, str], message: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(eb, action)(ApplicationName="none", **parameters)
    assert code(caught) == "InvalidParameterValue"
    assert caught.value.response["Error"]["Message"] == message


def test_errors_name_the_action_that_is_not_emulated(eb: Any) -> None:
    with pytest.raises(ClientError, match="no Elastic Beanstalk action RebuildEnvironment"):
        eb.rebuild_environment(EnvironmentName="none")


def test_the_version_lifecycle_keeps_the_newest_and_the_deployed_versions(
    local: LocalAWS, eb: Any, deployed: str
) -> None:
    rule = {"Enabled": True, "MaxCount": 2, "DeleteSourceFromS3": False}
    eb.update_application_resource_lifecycle(
        ApplicationName=deployed,
        ResourceLifecycleConfig={
            "ServiceRole": "arn:aws:iam::000000000000:role/service",
            "VersionLifecycleConfig": {"MaxCountRule": rule},
        },
    )
    for label in ("v1", "v2", "v3"):
        bundle = {"S3Bucket": "bundles", "S3Key": "one.zip"}
        eb.create_application_version(ApplicationName=deployed, VersionLabel=label, SourceBundle=bundle)
    versions = eb.describe_application_versions(ApplicationName=deployed)["ApplicationVersions"]
    assert [v["VersionLabel"] for v in versions] == ["v3", "v2", local.outputs(deployed)["VersionLabel"]]


def test_an_environment_takes_its_settings_from_a_configuration_template(
    local: LocalAWS, template: Stack, name: str
) -> None:
    local.put("one.zip")
    stack = template(name)
    stack["Resources"]["Template"] = {
        "Type": "AWS::ElasticBeanstalk::ConfigurationTemplate",
        "Properties": {
            "ApplicationName": {"Ref": "Application"},
            "PlatformArn": PLATFORM.replace("4.7.7", "4.7.1"),
            "OptionSettings": [COMMAND_TIMEOUT],
        },
    }
    environment = stack["Resources"]["Environment"]["Properties"]
    environment["TemplateName"] = {"Ref": "Template"}
    del environment["PlatformArn"]
    assert local.create(name, stack) == "CREATE_COMPLETE", local.first_failure(name)
    assert local.options(name, name)["aws:elasticbeanstalk:command", "Timeout"] == "300"
    assert local.environment(name)["PlatformArn"].endswith("/4.7.1")


def test_platforms_are_listed_newest_first(eb: Any) -> None:
    listed = eb.list_platform_versions(
        Filters=[{"Type": "PlatformBranchName", "Operator": "=", "Values": [PLATFORM.split("/")[1]]}]
    )["PlatformSummaryList"]
    assert listed[0]["PlatformArn"] == PLATFORM
    assert listed[0]["PlatformLifecycleState"] == "Recommended"
    described = eb.describe_platform_version(PlatformArn=PLATFORM)["PlatformDescription"]
    assert described["SolutionStackName"] == eb.list_available_solution_stacks()["SolutionStacks"][0]
    beta = [{"Type": "PlatformVersion", "Operator": "=", "Values": ["9.9.9"]}]
    assert eb.list_platform_versions(Filters=beta)["PlatformSummaryList"] == []


def test_a_cname_in_use_is_not_available(local: LocalAWS, eb: Any, deployed: str) -> None:
    prefix = local.environment(deployed)["CNAME"].removesuffix(".us-east-1.elasticbeanstalk.com")
    assert not eb.check_dns_availability(CNAMEPrefix=prefix)["Available"]
    assert eb.check_dns_availability(CNAMEPrefix=f"{deployed}-free")["Available"]


def test_a_single_instance_has_an_address_instead_of_a_load_balancer(
    local: LocalAWS, template: Stack, name: str
) -> None:
    local.put("one.zip")
    kind = ("aws:elasticbeanstalk:environment", "EnvironmentType")
    local.create(name, template(name, options={kind: "SingleInstance"}))
    assert local.environment(name)["EndpointURL"].startswith("203.0.113.")


def test_an_injected_health_is_shown_until_the_next_injection(local: LocalAWS, eb: Any, deployed: str) -> None:
    event = {"severity": "WARN", "message": "Environment health has transitioned from Ok to Severe."}
    assert local.inject(deployed, HealthStatus="Severe", Health="Red", event=event) == 200
    environment = local.environment(deployed)
    assert (environment["Status"], environment["Health"], environment["HealthStatus"]) == ("Ready", "Red", "Severe")
    health = eb.describe_environment_health(EnvironmentName=deployed, AttributeNames=["All"])
    assert (health["Color"], health["HealthStatus"], health["InstancesHealth"]["Severe"]) == ("Red", "Severe", 1)
    instance = eb.describe_instances_health(EnvironmentName=deployed, AttributeNames=["All"])["InstanceHealthList"][0]
    assert instance["HealthStatus"] == "Severe"
    assert local.messages(deployed, "WARN") == [event["message"]]
    local.inject(deployed)
    assert local.environment(deployed)["HealthStatus"] == "Ok"


def test_an_environment_that_is_not_ready_refuses_an_update(local: LocalAWS, eb: Any, deployed: str) -> None:
    local.inject(deployed, Status="Updating")
    with pytest.raises(ClientError, match=r"invalid state for this operation\. Must be Ready\."):
        eb.update_environment(EnvironmentName=deployed, OptionSettings=[COMMAND_TIMEOUT])


def test_an_injected_failure_occurs_once_even_before_the_environment_exists(
    local: LocalAWS, template: Stack, name: str
) -> None:
    local.put("one.zip")
    local.inject(name, fail_next_update="The EC2 instances failed to communicate with AWS Elastic Beanstalk.")
    assert local.create(name, template(name)) == "ROLLBACK_COMPLETE"
    assert "failed to communicate" in local.first_failure(name)["ResourceStatusReason"]
    assert local.messages(name, "ERROR")[-1] == "Failed to launch environment."
    assert local.delete(name) == "DELETE_COMPLETE"
    assert local.create(name, template(name)) == "CREATE_COMPLETE"


def test_a_failed_update_through_the_api_shows_in_events_only(local: LocalAWS, eb: Any, deployed: str) -> None:
    local.inject(deployed, fail_next_update="No.")
    assert eb.update_environment(EnvironmentName=deployed, OptionSettings=[COMMAND_TIMEOUT])["Status"] == "Updating"
    assert local.messages(deployed, "ERROR") == ["No.", "Failed to deploy configuration."]
    assert local.options(deployed, deployed)["aws:elasticbeanstalk:command", "Timeout"] == "600"


def test_an_injection_is_for_one_account_and_region(local: LocalAWS, deployed: str) -> None:
    assert local.inject(deployed, HealthStatus="Severe", account="123456789012", region="eu-west-1") == 200
    assert local.environment(deployed)["HealthStatus"] == "Ok"


def test_an_injection_that_makes_no_sense_is_refused(local: LocalAWS, deployed: str) -> None:
    assert local.inject(deployed, event={"severity": "BAD", "message": "x"}) == 400
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{local.url}/_localaws/none", timeout=5)
