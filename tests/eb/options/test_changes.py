"""What changing an option of an environment that runs would do."""

from __future__ import annotations

import json

import pytest

from beanstack.eb import FACTS
from beanstack.eb.namespaces import ENVIRONMENT, GROUP, LAUNCH, LISTENER, PROCESS, PROPERTIES, ROLLING, SECRETS
from beanstack.eb.options.changes import (
    BY_SEVERITY,
    REPLACEMENT,
    Interruption,
    create_only_source,
    default_of,
    interruption,
    is_create_only,
    replaces_in_batches,
)

ADMIN = "aws:elasticbeanstalk:environment:process:admin"
VPC = "aws:ec2:vpc"
RULE = "aws:elbv2:listenerrule:admin"
DOCUMENTATION = "https://docs.aws.amazon.com/elasticbeanstalk/"


@pytest.mark.parametrize(
    ("namespace", "option"),
    [
        (ENVIRONMENT, "LoadBalancerType"),
        (ENVIRONMENT, "LoadBalancerIsShared"),
        ("aws:elbv2:loadbalancer", "SharedLoadBalancer"),
        (VPC, "VPCId"),
        ("aws:ec2:instances", "SupportedArchitectures"),
    ],
)
def test_an_option_that_only_creation_takes_names_the_page_that_says_so(namespace: str, option: str) -> None:
    assert is_create_only(namespace, option)
    assert is_create_only(namespace.upper(), option.lower())
    assert create_only_source(namespace, option).startswith(DOCUMENTATION)


@pytest.mark.parametrize(
    ("namespace", "option"),
    [
        (VPC, "Subnets"),
        (VPC, "ELBScheme"),
        (ENVIRONMENT, "EnvironmentType"),
        (GROUP, "MinSize"),
        (PROPERTIES, "COLOUR"),
    ],
)
def test_an_option_that_can_change_later_is_not_create_only(namespace: str, option: str) -> None:
    assert not is_create_only(namespace, option)
    assert not is_create_only(namespace, option, shared=True)


@pytest.mark.parametrize(
    ("namespace", "option"),
    [(LISTENER, "Rules"), ("aws:elbv2:listener:443", "Rules"), (RULE, "HostHeaders"), (RULE, "Priority")],
)
def test_rules_are_create_only_with_a_shared_load_balancer_alone(namespace: str, option: str) -> None:
    assert not is_create_only(namespace, option)
    assert is_create_only(namespace, option, shared=True)
    assert create_only_source(namespace, option, shared=True).startswith(DOCUMENTATION)


@pytest.mark.parametrize(
    ("namespace", "option", "expected"),
    [
        (GROUP, "MinSize", Interruption.NONE),
        (PROCESS, "HealthCheckPath", Interruption.NONE),
        (ADMIN, "HealthCheckPath", Interruption.NONE),
        (PROPERTIES, "COLOUR", Interruption.RESTART),
        (SECRETS, "TOKEN", Interruption.RESTART),
        (LAUNCH, "EC2KeyName", Interruption.AT_ONCE),
        (VPC, "Subnets", Interruption.AT_ONCE),
        ("aws:ec2:instances", "InstanceTypes", Interruption.AT_ONCE),
        (ENVIRONMENT, "EnvironmentType", Interruption.DOWNTIME),
    ],
)
def test_a_change_interrupts_as_aws_documents_it(namespace: str, option: str, expected: Interruption) -> None:
    assert interruption(namespace, option) is expected


def test_instances_are_replaced_in_batches_where_the_environment_does_so() -> None:
    assert interruption(LAUNCH, "ImageId", in_batches=True) is Interruption.IN_BATCHES
    assert interruption(PROPERTIES, "COLOUR", in_batches=True) is Interruption.RESTART


@pytest.mark.parametrize(("namespace", "option"), [(PROCESS, "Port"), ("aws:rds:dbinstance", "DBUser"), ("a:b", "C")])
def test_a_change_on_which_aws_says_nothing_is_not_called_harmless(namespace: str, option: str) -> None:
    assert interruption(namespace, option) is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, False),
        ({(ROLLING, "RollingUpdateEnabled"): "true"}, True),
        ({(ROLLING, "RollingUpdateEnabled"): "True", (ENVIRONMENT, "EnvironmentType"): "SingleInstance"}, False),
        (
            {
                (ROLLING, "RollingUpdateEnabled"): "true",
                (ROLLING, "RollingUpdateType"): "Immutable",
                (ENVIRONMENT, "EnvironmentType"): "SingleInstance",
            },
            True,
        ),
    ],
)
def test_batches_need_rolling_updates_and_more_than_one_instance(
    settings: dict[tuple[str, str], str], expected: bool
) -> None:
    assert replaces_in_batches(settings) is expected


def test_the_default_of_an_option_is_that_of_the_environment() -> None:
    assert default_of(GROUP, "Cooldown") == "360"
    assert default_of(PROCESS, "HealthCheckInterval") is None
    assert default_of(PROCESS, "HealthCheckInterval", {"load_balancer_type": "network"}) == "30"
    assert default_of(ADMIN, "Protocol", {"load_balancer_type": "network"}) == "TCP"
    assert default_of(LAUNCH, "DisableIMDSv1", {"platform": "ecs-al2023"}) == "true"
    assert default_of(PROPERTIES, "COLOUR") is None
    assert default_of("a:b", "C") is None


def test_every_severity_of_the_facts_is_known_and_every_own_one_has_its_page() -> None:
    namespaces = json.loads((FACTS / "options.json").read_text(encoding="utf-8"))["namespaces"]
    options = [option for namespace in namespaces for option in namespace["options"]]
    severities = {option["change_severity"] for option in options if "change_severity" in option}
    assert severities == {*BY_SEVERITY, REPLACEMENT}
    for option in options:
        if "metadata" not in option["evidence"] and "change_severity" in option:
            assert option["change_page"].startswith(DOCUMENTATION), option["name"]
