"""The bucket that keeps an application's source bundles.

Private, encrypted, versioned and reachable over TLS only. Bundles are content-addressed and may be deployed again at
any time, so none of them expires; only overwritten versions and unfinished uploads do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs.aws import Bool, Condition, Deny, PolicyDocument, Principal, Statement
from awacs.s3 import Action
from troposphere import GetAtt, Join, Ref, s3

from beanstack.resources.tagging import shared_tags
from beanstack.resources.unchecked import without_check

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Application

BUCKET = "BundleBucket"
POLICY = "BundleBucketPolicy"
NONCURRENT_DAYS = 30
UNFINISHED_DAYS = 7
# Retained when the stack is deleted, but not when its creation fails, so that a second try can create it again:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
ACCESS_LOGS = "CKV_AWS_18"
NO_ACCESS_LOGS = (
    "It holds source bundles and the records of deployments. Access logs need a second bucket, and S3 may lose some; "
    "CloudTrail's data events record who reads and writes its objects."
)
KEPT = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}


def resources(application: Application) -> list[AWSObject]:
    """Return the bucket, and its policy, which is retained with it."""
    return [bucket(application), bucket_policy()]


def bucket(application: Application) -> s3.Bucket:
    """Return the bucket.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
    """
    return s3.Bucket(
        BUCKET,
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
                )
            ]
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[
                s3.LifecycleRule(
                    Id="Leavings",
                    Status="Enabled",
                    AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                        DaysAfterInitiation=UNFINISHED_DAYS
                    ),
                    NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=NONCURRENT_DAYS),
                )
            ]
        ),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        **shared_tags(application),
        **without_check(ACCESS_LOGS, NO_ACCESS_LOGS),
        **KEPT,
    )


def bucket_policy() -> s3.BucketPolicy:
    """Return a policy that denies every request that does not use TLS."""
    arn = GetAtt(BUCKET, "Arn")
    return s3.BucketPolicy(
        POLICY,
        Bucket=Ref(BUCKET),
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[
                Statement(
                    Sid="TlsOnly",
                    Effect=Deny,
                    Principal=Principal("*"),
                    Action=[Action("*")],
                    Resource=[arn, Join("", [arn, "/*"])],
                    Condition=Condition(Bool({"aws:SecureTransport": "false"})),
                )
            ],
        ),
        **KEPT,
    )
