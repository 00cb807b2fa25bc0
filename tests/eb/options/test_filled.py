"""What EB fills in by itself, compared with what it described for environments of others."""

from __future__ import annotations

import json

import pytest

from beanstack.eb.namespaces import DATABASE, HEALTH, INSTANCES, LAUNCH, PARAMETERS
from beanstack.eb.options.filled import DOCUMENT, filled, resource_name
from tests.recorded import PLATFORM, recordings

# What depends on the environment's identity: its platform's image, and the groups that EB makes for it.
OF_IDENTITY = {(LAUNCH, "ImageId"), (LAUNCH, "SecurityGroups"), ("aws:elb:loadbalancer", "SecurityGroups")}
WEB = {("aws:elasticbeanstalk:environment", "EnvironmentType"): "LoadBalanced"}
ALB = {**WEB, ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application"}


@pytest.mark.parametrize("name", ["single", "single-arm64", "classic"])
def test_all_settings_of_a_recorded_environment_are_filled_in(name: str) -> None:
    recording = recordings()[name]
    given = {(one["Namespace"], one["OptionName"]): one["Value"] for one in recording.given}
    expected = {
        (one["Namespace"], one["OptionName"]): (one.get("ResourceName", ""), one.get("Value"))
        for one in recording.described
        if one["Namespace"] != PARAMETERS
    }
    found = {pair: (resource_name(*pair), value) for pair, value in filled(given, "web", PLATFORM).items()}
    assert found.keys() == expected.keys()
    document = (HEALTH, "ConfigDocument")
    assert json.loads(DOCUMENT) == json.loads(expected.pop(document)[1] or "")
    for pair in expected.keys() - OF_IDENTITY:
        assert found[pair] == expected[pair], pair


def test_options_that_were_set_come_back() -> None:
    given = {
        **ALB,
        ("aws:elasticbeanstalk:application:environment", "MODE"): "a",
        ("aws:autoscaling:asg", "MaxSize"): "9",
    }
    found = filled(given, "web", "ecs-al2023")
    assert found.items() >= given.items()


def test_an_application_load_balancer_has_a_listener_and_a_process() -> None:
    """The names are those of a public Terraform export."""
    found = filled(ALB, "web", "ecs-al2023")
    assert {pair[1] for pair in found if pair[0] == "aws:elbv2:listener:default"} == {
        "DefaultProcess",
        "ListenerEnabled",
        "Protocol",
        "Rules",
        "SSLCertificateArns",
        "SSLPolicy",
    }
    assert {pair[1] for pair in found if pair[0] == "aws:elbv2:loadbalancer"} == {
        "AccessLogsS3Bucket",
        "AccessLogsS3Enabled",
        "AccessLogsS3Prefix",
        "IdleTimeout",
        "SecurityGroups",
    }
    process = "aws:elasticbeanstalk:environment:process:default"
    assert {pair[1] for pair in found if pair[0] == process} == {
        "DeregistrationDelay",
        "HealthCheckInterval",
        "HealthCheckPath",
        "HealthCheckTimeout",
        "HealthyThresholdCount",
        "MatcherHTTPCode",
        "Port",
        "Protocol",
        "StickinessEnabled",
        "StickinessLBCookieDuration",
        "StickinessType",
        "UnhealthyThresholdCount",
    }
    assert found[process, "HealthCheckInterval"] == "15"
    assert resource_name(process, "Port") == "AWSEBV2LoadBalancerTargetGroup"
    assert not any(pair[0].startswith("aws:elb:") for pair in found)


def test_a_further_listener_is_described_whole() -> None:
    found = filled({**ALB, ("aws:elbv2:listener:443", "Protocol"): "HTTPS"}, "web", "ecs-al2023")
    assert found["aws:elbv2:listener:443", "ListenerEnabled"] == "true"
    assert resource_name("aws:elbv2:listener:443", "Protocol") == "AWSEBV2LoadBalancerListener443"


def test_a_worker_has_a_queue_and_no_load_balancer() -> None:
    namespaces = {namespace for namespace, _ in filled(WEB, "worker", "ecs-al2023")}
    assert "aws:elasticbeanstalk:sqsd" in namespaces
    assert not any(
        namespace.startswith(("aws:elb", "aws:elasticbeanstalk:environment:process")) for namespace in namespaces
    )


def test_the_options_of_a_database_are_described_only_with_a_database() -> None:
    without = filled(WEB, "web", "ecs-al2023")
    assert [pair for pair in without if pair[0] == DATABASE] == [(DATABASE, "HasCoupledDatabase")]
    found = filled({**WEB, (DATABASE, "HasCoupledDatabase"): "true"}, "web", "ecs-al2023")
    assert found[DATABASE, "DBDeletionPolicy"] == "Delete"
    assert resource_name(DATABASE, "DBEngine") == "AWSEBRDSDatabase"


@pytest.mark.parametrize(
    ("given", "types", "first", "architectures"),
    [
        ({}, "t3.micro, t3.small", "t3.micro", "x86_64"),
        ({(INSTANCES, "SupportedArchitectures"): "arm64"}, "t4g.micro, t4g.large", "t4g.micro", "arm64"),
        ({(INSTANCES, "InstanceTypes"): "m7g.large,t4g.micro"}, "m7g.large,t4g.micro", "m7g.large", "arm64"),
        ({(LAUNCH, "InstanceType"): "c5.large"}, "c5.large", "c5.large", "x86_64"),
    ],
)
def test_instance_types_follow_from_one_another(
    given: dict[tuple[str, str], str], types: str, first: str, architectures: str
) -> None:
    found = filled(given, "web", "ecs-al2023")
    assert found[INSTANCES, "InstanceTypes"] == types
    assert found[LAUNCH, "InstanceType"] == first
    assert found[INSTANCES, "SupportedArchitectures"] == architectures
