"""Partitions, their Regions, and what belongs to another partition or account."""

from __future__ import annotations

import re

import pytest

from beanstack.eb.images import registry_fault
from beanstack.eb.partitions import PARTITIONS, REGION, foreign_arn_fault, partition_of, region_fault
from beanstack.eb.rolearns import ROLE, linked_fault, other_account_fault

KNOWN = [(partition.id, region) for partition in PARTITIONS.values() for region in partition.regions]


@pytest.mark.parametrize(("partition", "region"), KNOWN)
def test_a_known_region_has_its_partition_and_a_form(partition: str, region: str) -> None:
    assert partition_of(region).id == partition
    assert REGION.fullmatch(region)
    assert not region_fault(region)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-west-9", "aws"), ("xx-north-1", "aws"), ("cn-south-1", "aws-cn"), ("us-gov-north-1", "aws-us-gov")],
)
def test_a_region_that_is_newer_than_the_facts_is_only_unknown(region: str, partition: str) -> None:
    assert partition_of(region).id == partition
    assert region_fault(region).startswith(f"unknown Region '{region}'")


def test_the_domains_are_those_of_services_and_of_dual_stack_registries() -> None:
    assert PARTITIONS["aws"].domains == ("amazonaws.com", "on.aws")
    assert PARTITIONS["aws-cn"].domains == ("amazonaws.com.cn", "on.amazonwebservices.com.cn")
    assert PARTITIONS["aws-iso"].domains == ("c2s.ic.gov",)


@pytest.mark.parametrize(
    ("image", "region", "says"),
    [
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1", "us-east-1", "is in the partition aws-cn"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1", "cn-north-1", "is in the partition aws"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1", "us-gov-east-1", "is in the partition aws"),
        (
            "123456789012.dkr.ecr.us-east-1.amazonaws.com.cn/a:1",
            "",
            "the registries of us-east-1 are at amazonaws.com,",
        ),
        ("123456789012.dkr-ecr.cn-north-1.on.aws/a:1", "", "the registries of cn-north-1 are at amazonaws.com.cn"),
    ],
)
def test_an_image_that_no_role_in_the_region_can_read_is_reported(image: str, region: str, says: str) -> None:
    assert says in registry_fault(image, region)


@pytest.mark.parametrize(
    ("image", "region"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", "us-east-1"),
        ("123456789012.dkr.ecr.us-gov-east-1.amazonaws.com/a:1", "us-gov-west-1"),
        ("123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/a:1", "cn-northwest-1"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1", ""),
        ("example.org/cn-north-1/a:1", "us-east-1"),
        ("nginx:1.27", "us-east-1"),
    ],
)
def test_an_image_of_the_own_partition_or_of_another_registry_is_accepted(image: str, region: str) -> None:
    assert not registry_fault(image, region)


@pytest.mark.parametrize(
    ("arn", "foreign"),
    [
        ("arn:aws-cn:iam::123456789012:role/a", True),
        ("arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a", True),
        ("arn:aws:iam::123456789012:role/a", False),
        ("arn:${AWS::Partition}:iam::123456789012:role/a", False),
        ("my-role", False),
    ],
)
def test_an_arn_of_another_partition_is_reported(arn: str, foreign: bool) -> None:
    assert bool(foreign_arn_fault(arn, "us-east-1")) is foreign


@pytest.mark.parametrize(
    ("arn", "account", "other"),
    [
        ("arn:aws:iam::123456789012:role/a", "111111111111", True),
        ("arn:aws:iam::123456789012:instance-profile/a", "111111111111", True),
        ("arn:aws:iam::123456789012:role/a", "123456789012", False),
        ("arn:aws:iam::123456789012:role/a", None, False),
        ("a", "111111111111", False),
    ],
)
def test_a_role_of_another_account_is_reported(arn: str, account: str | None, other: bool) -> None:
    assert bool(other_account_fault(arn, account)) is other


def test_a_role_that_is_linked_to_a_service_is_reported() -> None:
    arn = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    assert linked_fault(arn).endswith("is linked to the service ecs.amazonaws.com, which alone can assume it")
    assert not linked_fault("arn:aws:iam::123456789012:role/service-role/ecs")


def test_the_form_of_a_role_is_found_in_time() -> None:
    """The path of a role may repeat; a long text that does not match is refused at once."""
    assert not re.fullmatch(ROLE, f"arn:aws:iam::123456789012:role/{2000 * 'a/'}*")
