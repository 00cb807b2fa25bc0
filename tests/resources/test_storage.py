"""The bundle bucket: private, encrypted, versioned, TLS only, and never emptied by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.resources import storage

if TYPE_CHECKING:
    from tests.conftest import Configured


def test_the_bucket_keeps_every_current_bundle_private_and_encrypted(shop: Configured) -> None:
    assert storage.bucket(shop("")).to_dict() == {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"checkov": {"skip": [{"id": "CKV_AWS_18", "comment": storage.NO_ACCESS_LOGS}]}},
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "Leavings",
                        "Status": "Enabled",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
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
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }


def test_the_bucket_answers_over_tls_only() -> None:
    assert storage.bucket_policy().to_dict() == {
        "Type": "AWS::S3::BucketPolicy",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Bucket": {"Ref": "BundleBucket"},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "TlsOnly",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": ["s3:*"],
                        "Resource": [
                            {"Fn::GetAtt": ["BundleBucket", "Arn"]},
                            {"Fn::Join": ["", [{"Fn::GetAtt": ["BundleBucket", "Arn"]}, "/*"]]},
                        ],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    }


def test_the_policy_comes_with_the_bucket(shop: Configured) -> None:
    assert [resource.title for resource in storage.resources(shop(""))] == ["BundleBucket", "BundleBucketPolicy"]
