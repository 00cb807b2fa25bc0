"""The bucket for access logs: private, encrypted, TLS only, written by load balancers alone, and emptied by age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.resources import access_logs
from beanstack.stacks import stacks
from tests.conftest import MINIMAL

if TYPE_CHECKING:
    from tests.conftest import Configured

LOGS = "load_balancer: {access_logs: true}"
OFF = "load_balancer: {access_logs: false}"
EXPORT = "AccessLogBucket"


def shared_template(application: Any) -> Any:
    keys = dict.fromkeys(application.environments, "bundle.zip")
    [template] = [built.template.to_dict() for built in stacks(application, keys) if built.stack.is_shared]
    return template


def test_the_bucket_expires_logs_and_is_private_and_encrypted(shop: Configured) -> None:
    assert access_logs.bucket(shop(LOGS)).to_dict() == {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {
            "checkov": {"skip": [{"id": check, "comment": reason} for check, reason in access_logs.UNCHECKED]}
        },
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "Age",
                        "Status": "Enabled",
                        "ExpirationInDays": 90,
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    }
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        },
    }


def test_load_balancers_of_this_account_and_region_write_below_each_environment_that_has_logs(
    application: Configured,
) -> None:
    text = f"{MINIMAL}    {LOGS}\n  prod:\n    {LOGS}\n  quiet:\n    {OFF}\n  elsewhere:\n"
    elsewhere = "    load_balancer: {access_logs: {bucket: example-logs}}\n"
    policy = access_logs.bucket_policy(application(text + elsewhere)).to_dict()
    assert policy["Properties"]["Bucket"] == {"Ref": "AccessLogBucket"}
    tls_only, write = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (tls_only["Sid"], tls_only["Effect"]) == ("TlsOnly", "Deny")
    assert write == {
        "Sid": "AccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]},
        "Action": ["s3:PutObject"],
        "Resource": [
            {"Fn::Sub": "${AccessLogBucket.Arn}/dev/AWSLogs/${AWS::AccountId}/*"},
            {"Fn::Sub": "${AccessLogBucket.Arn}/prod/AWSLogs/${AWS::AccountId}/*"},
        ],
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}"
                    ":loadbalancer/*"
                }
            }
        },
    }


@pytest.mark.parametrize(
    ("settings", "is_there"),
    [
        ("", False),
        ("load_balancer: {access_logs: {bucket: example-logs}}", False),
        (LOGS, True),
        (OFF, True),  # an environment that has yet to be deployed without logs imports it still
    ],
)
def test_the_application_has_a_bucket_only_where_an_environment_needs_it(
    shop: Configured, settings: str, is_there: bool
) -> None:
    template = shared_template(shop(settings))
    assert {"AccessLogBucket", "AccessLogBucketPolicy"}.isdisjoint(template["Resources"]) is not is_there
    assert (EXPORT in template["Outputs"]) is is_there
    if is_there:
        assert template["Outputs"][EXPORT] == {
            "Value": {"Ref": "AccessLogBucket"},
            "Export": {"Name": "shop-AccessLogBucket"},
        }


def test_logs_that_are_switched_off_allow_nobody_to_write(shop: Configured) -> None:
    policy = access_logs.bucket_policy(shop(OFF)).to_dict()
    assert [statement["Sid"] for statement in policy["Properties"]["PolicyDocument"]["Statement"]] == ["TlsOnly"]
