"""Updates that Elastic Beanstalk refuses, by its API and by CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]
    Option = tuple[str, str]

TYPE = ("aws:elasticbeanstalk:environment", "LoadBalancerType")
SHARED = ("aws:elasticbeanstalk:environment", "LoadBalancerIsShared")
KIND = ("aws:elasticbeanstalk:environment", "EnvironmentType")
BALANCER = ("aws:elbv2:loadbalancer", "SharedLoadBalancer")
PRIORITY = ("aws:elbv2:listenerrule:admin", "Priority")
VPC = ("aws:ec2:vpc", "VPCId")
TIMEOUT = ("aws:elasticbeanstalk:command", "Timeout")
BALANCERS = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app"


def settings(options: dict[Option, str]) -> list[dict[str, str]]:
    return [{"Namespace": space, "OptionName": name, "Value": value} for (space, name), value in options.items()]


@pytest.fixture
def make(local: LocalAWS, template: Stack, name: str) -> Callable[..., str]:
    """Return a function that deploys an environment with options and returns its name."""

    def made(**more: Any) -> str:
        local.put("one.zip")
        local.put("two.zip")
        stack = template(name, options=more["options"])
        stack["Resources"]["Environment"]["Properties"] |= more.get("properties", {})
        assert local.create(name, stack) == "CREATE_COMPLETE", local.first_failure(name)
        return name

    return made


def refusal(local: LocalAWS, environment: str, options: dict[Option, str]) -> str:
    """Return the message with which EB refuses an update of options."""
    with pytest.raises(ClientError) as caught:
        local.client("elasticbeanstalk").update_environment(
            EnvironmentName=environment, OptionSettings=settings(options)
        )
    error = caught.value.response["Error"]
    assert error["Code"] == "ConfigurationValidationException"
    return str(error["Message"]).removeprefix("Configuration validation exception: ")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ({TYPE: "application"}, {TYPE: "network"}, "LoadBalancer type option cannot be changed."),
        ({}, {TYPE: "application"}, "LoadBalancer type option cannot be changed."),
        (
            {VPC: "vpc-0123456789abcdef0"},
            {VPC: "vpc-0fedcba9876543210"},
            "You cannot migrate an environment to a VPC. Launch a new environment in the VPC.",
        ),
        (
            {},
            {VPC: "vpc-0123456789abcdef0"},
            "You cannot migrate an environment to a VPC. Launch a new environment in the VPC.",
        ),
        (
            {TYPE: "application"},
            {SHARED: "true"},
            "Option LoadBalancerIsShared of aws:elasticbeanstalk:environment cannot be changed after the environment "
            "is created.",
        ),
        (
            {TYPE: "application", SHARED: "true", BALANCER: f"{BALANCERS}/one/1"},
            {BALANCER: f"{BALANCERS}/two/2"},
            "Option SharedLoadBalancer of aws:elbv2:loadbalancer cannot be changed after the environment is created.",
        ),
        (
            {TYPE: "application", SHARED: "true", PRIORITY: "1"},
            {PRIORITY: "2"},
            "Option Priority of aws:elbv2:listenerrule:admin cannot be changed after the environment is created.",
        ),
    ],
)
def test_an_option_that_only_creation_takes_cannot_be_changed(
    local: LocalAWS, make: Callable[..., str], before: dict[Option, str], after: dict[Option, str], message: str
) -> None:
    local.give(vpcs={"vpc-0123456789abcdef0": [], "vpc-0fedcba9876543210": []})
    environment = make(options=before)
    assert refusal(local, environment, {**after, TIMEOUT: "300"}) == message
    assert local.options(environment, environment).get(TIMEOUT) != "300"


def test_an_option_that_only_creation_takes_cannot_be_removed(local: LocalAWS, make: Callable[..., str]) -> None:
    environment = make(options={TYPE: "application"})
    removed = {"Namespace": TYPE[0], "OptionName": TYPE[1]}
    with pytest.raises(ClientError, match="LoadBalancer type option cannot be changed"):
        local.client("elasticbeanstalk").update_environment(EnvironmentName=environment, OptionsToRemove=[removed])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({TYPE: "application"}, {TYPE: "Application"}),
        ({}, {TYPE: "classic"}),
        ({TYPE: "application", PRIORITY: "1"}, {PRIORITY: "2"}),
        ({KIND: "SingleInstance"}, {KIND: "LoadBalanced", TYPE: "application"}),
    ],
)
def test_what_is_no_change_or_may_change_later_is_accepted(
    local: LocalAWS, make: Callable[..., str], before: dict[Option, str], after: dict[Option, str]
) -> None:
    environment = make(options=before)
    update = local.client("elasticbeanstalk").update_environment
    update(EnvironmentName=environment, OptionSettings=settings(after))
    assert after.items() <= local.options(environment, environment).items()


def test_a_worker_has_no_type_of_load_balancer_that_could_not_change(local: LocalAWS, make: Callable[..., str]) -> None:
    worker = {"Tier": {"Name": "Worker", "Type": "SQS/HTTP"}}
    environment = make(options={}, properties=worker)
    update = local.client("elasticbeanstalk").update_environment
    update(EnvironmentName=environment, OptionSettings=settings({TYPE: "application"}))


def test_a_stack_that_changes_such_an_option_is_rolled_back(
    local: LocalAWS, make: Callable[..., str], template: Stack
) -> None:
    name = make(options={TYPE: "application"})
    version = local.environment(name)["VersionLabel"]
    assert local.update(name, template(name, "two.zip", options={TYPE: "network"})) == "UPDATE_ROLLBACK_COMPLETE"
    failure = local.first_failure(name)
    assert failure["LogicalResourceId"] == "Environment"
    assert "LoadBalancer type option cannot be changed." in failure["ResourceStatusReason"]
    assert local.environment(name)["VersionLabel"] == version
    assert local.options(name, name)[TYPE] == "application"


def test_a_stack_that_updates_an_environment_that_is_not_ready_is_rolled_back(
    local: LocalAWS, deployed: str, template: Stack
) -> None:
    version = local.environment(deployed)["VersionLabel"]
    local.inject(deployed, Status="Updating")
    assert local.update(deployed, template(deployed, "two.zip")) == "UPDATE_ROLLBACK_COMPLETE"
    local.inject(deployed)
    failure = local.first_failure(deployed)
    assert failure["LogicalResourceId"] == "Environment"
    message = f"Environment named {deployed} is in an invalid state for this operation. Must be Ready."
    assert f'"{message} (Service: ElasticBeanstalk, Status Code: 400, ' in failure["ResourceStatusReason"]
    assert local.environment(deployed)["VersionLabel"] == version


def test_a_refused_update_of_the_api_changes_nothing(local: LocalAWS, deployed: str) -> None:
    before = local.environment(deployed)
    local.inject(deployed, Status="Launching")
    with pytest.raises(ClientError) as caught:
        local.client("elasticbeanstalk").update_environment(
            EnvironmentName=deployed, PlatformArn=PLATFORM.replace("4.7.7", "4.7.1")
        )
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"
    local.inject(deployed)
    assert local.environment(deployed) == before
