"""Which types of resources hold data, by their schemas."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.operate.comparison.fates import fates
from beanstack.operate.comparison.losses import lost, unknown
from beanstack.operate.comparison.schemas import schema

HOLDING = [
    *("AWS::DynamoDB::Table", "AWS::EC2::Volume", "AWS::ECR::Repository", "AWS::EFS::FileSystem"),
    *("AWS::ElastiCache::ServerlessCache", "AWS::Kinesis::Stream", "AWS::KMS::Key", "AWS::Logs::LogGroup"),
    *("AWS::MSK::Cluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::RDS::GlobalCluster", "AWS::S3::Bucket"),
    *("AWS::S3Express::DirectoryBucket", "AWS::SecretsManager::Secret", "AWS::SQS::Queue", "AWS::Timestream::Table"),
]
HOLDING_NOTHING = [
    *("AWS::CloudFront::Distribution", "AWS::CloudWatch::Alarm", "AWS::EC2::SecurityGroup", "AWS::EC2::VPC"),
    *("AWS::ElasticBeanstalk::Application", "AWS::ElasticBeanstalk::ApplicationVersion"),
    *("AWS::ElasticBeanstalk::Environment", "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::Events::Rule"),
    *("AWS::IAM::Role", "AWS::Lambda::Function", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"),
]


@pytest.mark.parametrize("name", HOLDING)
def test_a_type_that_holds_data_is_stateful(name: str) -> None:
    assert schema(name).is_stateful


@pytest.mark.parametrize("name", HOLDING_NOTHING)
def test_a_type_that_holds_none_is_not_stateful(name: str) -> None:
    assert not schema(name).is_stateful


def test_a_type_without_a_schema_is_not_known() -> None:
    assert schema("AWS::IAM::Role").is_known
    assert not schema("Custom::Thing").is_known
    before, after = ({"Resources": {"One": {"Type": "Custom::Thing", "Properties": {"A": a}}}} for a in "ab")
    reason = "One (Custom::Thing): whether it is replaced or loses content, because its type has no schema"
    assert list(unknown(fates(before, after))) == list(unknown(fates(before, {}))) == [reason]
    assert list(unknown(fates({}, after))) == []


@pytest.mark.parametrize(
    ("resource", "is_lost"),
    [
        ({"Type": "AWS::ECR::Repository"}, False),
        ({"Type": "AWS::ECR::Repository", "Properties": {"EmptyOnDelete": True}}, True),
        ({"Type": "AWS::S3::Bucket"}, False),
        ({"Type": "AWS::SQS::Queue"}, True),
        ({"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain"}, False),
    ],
)
def test_what_can_only_be_deleted_when_it_is_empty_loses_nothing(resource: dict[str, Any], *, is_lost: bool) -> None:
    found = lost(fates({"Resources": {"One": resource}}, {}))
    assert [danger.key for danger in found] == (["data-loss:One"] if is_lost else [])
