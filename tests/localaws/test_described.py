"""DescribeConfigurationSettings of a running environment: all settings, as EB answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.archive import archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]

Described = dict[tuple[str, str], dict[str, str]]
LAUNCH = "aws:autoscaling:launchconfiguration"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
PARAMETERS = "aws:cloudformation:template:parameter"
ALB = {
    ("aws:elasticbeanstalk:environment", "EnvironmentType"): "LoadBalanced",
    ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application",
}


def described(local: LocalAWS, name: str) -> Described:
    client = local.client("elasticbeanstalk")
    found = client.describe_configuration_settings(ApplicationName=name, EnvironmentName=name)
    [one] = found["ConfigurationSettings"]
    assert one["DeploymentStatus"] == "deployed"
    return {(record["Namespace"], record["OptionName"]): record for record in one["OptionSettings"]}


def set_option(local: LocalAWS, name: str, namespace: str, option: str, value: str, **more: Any) -> None:
    setting = {"Namespace": namespace, "OptionName": option, "Value": value, **more}
    local.client("elasticbeanstalk").update_environment(EnvironmentName=name, OptionSettings=[setting])


def test_options_that_nobody_set_have_their_defaults_and_resources(local: LocalAWS, deployed: str) -> None:
    found = described(local, deployed)
    namespaces = {namespace for namespace, _ in found}
    assert {LAUNCH, "aws:autoscaling:asg", "aws:autoscaling:trigger", "aws:elasticbeanstalk:command"} <= namespaces
    assert found["aws:autoscaling:asg", "Cooldown"] == {
        "ResourceName": "AWSEBAutoScalingGroup",
        "Namespace": "aws:autoscaling:asg",
        "OptionName": "Cooldown",
        "Value": "360",
    }
    assert found[LAUNCH, "SSHSourceRestriction"]["Value"] == "tcp,22,22,0.0.0.0/0"
    assert "Value" not in found[LAUNCH, "EC2KeyName"]
    assert found[LAUNCH, "IamInstanceProfile"]["Value"] == local.outputs(deployed)["Profile"]


def test_the_instances_have_a_group_of_ebs_own(local: LocalAWS, deployed: str) -> None:
    local.give(security_groups={"vpc-00000001": ["sg-1234567890abcdef0"]})
    ident = local.environment(deployed)["EnvironmentId"]
    own = described(local, deployed)[LAUNCH, "SecurityGroups"]["Value"]
    assert own.startswith(f"awseb-{ident}-stack-AWSEBSecurityGroup-")
    set_option(local, deployed, LAUNCH, "SecurityGroups", "sg-1234567890abcdef0")
    assert described(local, deployed)[LAUNCH, "SecurityGroups"]["Value"] == f"{own},sg-1234567890abcdef0"


def test_ebs_own_stack_has_the_group_of_the_load_balancer(local: LocalAWS, template: Stack, name: str) -> None:
    local.put("one.zip")
    assert local.create(name, template(name, options=ALB)) == "CREATE_COMPLETE", local.first_failure(name)
    group = described(local, name)["aws:elbv2:loadbalancer", "SecurityGroups"]["Value"]
    stack = f"awseb-{local.environment(name)['EnvironmentId']}-stack"
    found = local.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}
    assert physical["AWSEBLoadBalancerSecurityGroup"] == group


def test_the_image_is_one_of_the_platform(local: LocalAWS, deployed: str) -> None:
    client = local.client("elasticbeanstalk")
    arn = local.environment(deployed)["PlatformArn"]
    images = client.describe_platform_version(PlatformArn=arn)["PlatformDescription"]["CustomAmiList"]
    assert [image["ImageId"] for image in images] == [described(local, deployed)[LAUNCH, "ImageId"]["Value"]]


def test_parameters_of_ebs_stack_repeat_every_property(local: LocalAWS, deployed: str) -> None:
    assert "Value" not in described(local, deployed)[PARAMETERS, "EnvironmentVariables"]
    set_option(local, deployed, PROPERTIES, "TOKEN", "abc")
    assert described(local, deployed)[PARAMETERS, "EnvironmentVariables"]["Value"] == "TOKEN=abc"


def test_a_needless_resource_name_does_not_make_another_option(local: LocalAWS, deployed: str) -> None:
    set_option(local, deployed, "aws:autoscaling:asg", "MaxSize", "3")
    set_option(local, deployed, "aws:autoscaling:asg", "MaxSize", "5", ResourceName="AWSEBAutoScalingGroup")
    assert described(local, deployed)["aws:autoscaling:asg", "MaxSize"]["Value"] == "5"


def test_a_scheduled_action_keeps_its_name(local: LocalAWS, deployed: str) -> None:
    namespace = "aws:autoscaling:scheduledaction"
    set_option(local, deployed, namespace, "MinSize", "1", ResourceName="night")
    assert described(local, deployed)[namespace, "MinSize"]["ResourceName"] == "night"


def test_the_bundles_options_count_where_the_environment_sets_none(local: LocalAWS, template: Stack, name: str) -> None:
    text = b"option_settings: {aws:autoscaling:asg: {MaxSize: 7, MinSize: 2}}"
    local.put("own.zip")
    local.client("s3").put_object(Bucket="bundles", Key="own.zip", Body=archive({".ebextensions/a.config": text}))
    smaller = {("aws:autoscaling:asg", "MinSize"): "1"}
    assert local.create(name, template(name, key="own.zip", options=smaller)) == "CREATE_COMPLETE"
    found = described(local, name)
    assert found["aws:autoscaling:asg", "MaxSize"]["Value"] == "7"
    assert found["aws:autoscaling:asg", "MinSize"]["Value"] == "1"


@pytest.mark.parametrize("value", ["", "600"])
def test_an_empty_value_stands_for_the_default(local: LocalAWS, deployed: str, value: str) -> None:
    set_option(local, deployed, "aws:elasticbeanstalk:command", "Timeout", value)
    assert described(local, deployed)["aws:elasticbeanstalk:command", "Timeout"]["Value"] == "600"
