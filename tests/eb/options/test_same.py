"""Which values of an option mean the same."""

from __future__ import annotations

import pytest

from beanstack.eb.namespaces import ENVIRONMENT, GROUP, HEALTH, INSTANCES, LAUNCH, PROPERTIES, VPC
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.same import name_in, same


@pytest.mark.parametrize(
    ("pair", "one", "other"),
    [
        ((GROUP, "EnableCapacityRebalancing"), "FALSE", "false"),
        ((GROUP, "MinSize"), "1", "01"),
        ((VPC, "Subnets"), "subnet-1,subnet-2", "subnet-2, subnet-1"),
        ((VPC, "Subnets"), "", " "),
        ((INSTANCES, "InstanceTypes"), "t3.micro,t3.small", "t3.micro, t3.small"),
        ((LAUNCH, "IamInstanceProfile"), "arn:aws:iam::123456789012:instance-profile/path/web", "web"),
        ((ENVIRONMENT, "ServiceRole"), "eb", "arn:aws:iam::123456789012:role/service-role/eb"),
        ((HEALTH, "SystemType"), "Enhanced", "enhanced"),
        (
            (HEALTH, "ConfigDocument"),
            '{"Version": 1, "CloudWatchMetrics": {"Environment": {"InstancesOk": 60}}}',
            '{"CloudWatchMetrics":{"Instance":{"CPUIdle":null},"Environment":{"InstancesOk":"60"}},"Version":1}',
        ),
        ((HEALTH, "ConfigDocument"), "no JSON", "no JSON"),
    ],
)
def test_values_that_mean_the_same(pair: tuple[str, str], one: str, other: str) -> None:
    assert same(facts().find_option(*pair), one, other)
    assert same(facts().find_option(*pair), other, one)


@pytest.mark.parametrize(
    ("pair", "one", "other"),
    [
        ((VPC, "Subnets"), "subnet-1,subnet-2", "subnet-1"),
        ((INSTANCES, "InstanceTypes"), "t3.micro,t3.small", "t3.small,t3.micro"),
        ((LAUNCH, "IamInstanceProfile"), "web", "arn:aws:iam::123456789012:instance-profile/other"),
        (
            (LAUNCH, "IamInstanceProfile"),
            "arn:aws:iam::123456789012:instance-profile/web",
            "arn:aws:iam::210987654321:instance-profile/web",
        ),
        ((HEALTH, "ConfigDocument"), '{"Version": 1}', '{"Version":1,"Rules":{"a":{"Enabled":false}}}'),
        ((HEALTH, "ConfigDocument"), "no JSON", "[]"),
        ((GROUP, "MinSize"), "1", "2"),
        ((GROUP, "MinSize"), "many", "few"),
        ((PROPERTIES, "MODE"), "Fast", "fast"),
        ((LAUNCH, "EC2KeyName"), "", "of-a-colleague"),
    ],
)
def test_values_that_mean_something_else(pair: tuple[str, str], one: str, other: str) -> None:
    assert not same(facts().find_option(*pair), one, other)


def test_an_unknown_option_has_plain_texts() -> None:
    assert same(None, "a ", "a")
    assert not same(None, "a", "A")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("arn:aws:iam::123456789012:role/path/eb", "eb"),
        ("arn:aws:sns:us-east-1:123456789012:topic", "topic"),
        ("eb/path", "eb/path"),
    ],
)
def test_the_name_is_the_end_of_an_arn(value: str, name: str) -> None:
    assert name_in(value) == name
