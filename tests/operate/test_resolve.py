"""Functions of a deployed template, resolved through what CloudFormation says of its stacks."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.operate.resolve import Resolver, Resource, UnresolvedError

RESOLVER = Resolver(
    {
        "Profile": Resource("AWS::IAM::InstanceProfile", "shop-dev-Profile-1"),
        "Group": Resource("AWS::EC2::SecurityGroup", "sg-1"),
        "Bucket": Resource("AWS::S3::Bucket", "shop-files"),
        "Jobs": Resource("AWS::SQS::Queue", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"),
        "Database": Resource("AWS::RDS::DBInstance", "shop-db"),
    },
    {"shop-ServiceRole": "arn:aws:iam::123456789012:role/eb"},
    {"AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "eu-west-1"},
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("${Profile}", "${Profile}"),
        (None, ""),
        (4, "4"),
        (True, "true"),
        ({"Ref": "Profile"}, "shop-dev-Profile-1"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Fn::ImportValue": "shop-ServiceRole"}, "arn:aws:iam::123456789012:role/eb"),
        ({"ImportValue": {"Sub": "shop-${Name}"}}, None),
        ({"ImportValue": {"Sub": ["shop-${Name}", {"Name": "ServiceRole"}]}}, "arn:aws:iam::123456789012:role/eb"),
        ({"GetAtt": "Group.GroupId"}, "sg-1"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::shop-files"),
        ({"GetAtt": "Jobs.QueueName"}, "jobs"),
        ({"GetAtt": "Jobs.Arn"}, "arn:aws:sqs:eu-west-1:123456789012:jobs"),
        ({"GetAtt": "Database.Endpoint.Address"}, None),
        (
            {"Sub": "${Bucket}/${AWS::AccountId}/${!literal}/${Group.GroupId}"},
            "shop-files/123456789012/${literal}/sg-1",
        ),
        ({"Fn::Join": [",", ["sg-0", {"Ref": "Group"}]]}, "sg-0,sg-1"),
        ("{{resolve:secretsmanager:shop}}", None),
        ({"Sub": "{{resolve:secretsmanager:${Bucket}}}"}, None),
        ({"Ref": "Gone"}, None),
        ({"ImportValue": "another"}, None),
        ({"Fn::Select": [0, ["a"]]}, None),
        ({"a": 1, "b": 2}, None),
    ],
)
def test_a_value_is_resolved_or_unknown(value: Any, text: str | None) -> None:
    if text is not None:
        assert RESOLVER.text(value) == text
        return
    with pytest.raises(UnresolvedError):
        RESOLVER.text(value)


def test_the_unknown_part_is_named() -> None:
    with pytest.raises(UnresolvedError, match=r"^the attribute Database\.Endpoint\.Address$"):
        RESOLVER.text({"GetAtt": "Database.Endpoint.Address"})
