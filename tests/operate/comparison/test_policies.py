"""What IAM gains or loses."""

from __future__ import annotations

from typing import Any

from beanstack.operate.comparison.fates import fates
from beanstack.operate.comparison.policies import permissions


def role(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": ["arn:x"]}
    policies = [{"PolicyName": "P", "PolicyDocument": {"Statement": [statement]}}]
    return {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies, **more}}}}


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [line for fate in fates(before, after) for line in permissions(fate)]


def test_each_action_that_is_gained_or_lost_has_a_line() -> None:
    found = lines(role("s3:GetObject", "s3:PutObject"), role("s3:GetObject", "sqs:*", ManagedPolicyArns=["arn:m"]))
    assert found == [
        "Role gains Allow sqs:* on arn:x",
        "Role gains the managed policy arn:m",
        "Role loses Allow s3:PutObject on arn:x",
    ]


def test_a_role_that_disappears_loses_everything() -> None:
    assert lines(role("s3:GetObject"), {}) == ["Role loses Allow s3:GetObject on arn:x"]


def test_trust_and_conditions_are_part_of_it() -> None:
    trust = {"Statement": {"Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}}
    assert lines(role("a:B"), role("a:B", AssumeRolePolicyDocument=trust)) == [
        'Role gains Allow sts:AssumeRole for {"Principal": {"Service": "ec2.amazonaws.com"}}'
    ]


def test_who_may_pull_an_image_is_a_permission() -> None:
    def repository(account: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": "ecr:BatchGetImage", "Principal": {"AWS": account}}
        properties = {"RepositoryPolicyText": {"Statement": [statement]}}
        return {"Resources": {"Images": {"Type": "AWS::ECR::Repository", "Properties": properties}}}

    assert lines(repository("1"), repository("2")) == [
        'Images gains Allow ecr:BatchGetImage for {"Principal": {"AWS": "2"}}',
        'Images loses Allow ecr:BatchGetImage for {"Principal": {"AWS": "1"}}',
    ]


def test_a_boundary_that_disappears_is_named() -> None:
    assert lines(role("s3:GetObject", PermissionsBoundary="arn:b"), role("s3:GetObject")) == [
        "Role loses the permissions boundary arn:b"
    ]
