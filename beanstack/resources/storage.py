"""The bucket that keeps an application's source bundles.

Private, encrypted, versioned and reachable over TLS only. Bundles are content-addressed and may be deployed again at
any time, so none of them expires; only overwritten versions and unfinished uploads do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        **encrypted(),
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
        **private(),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        **shared_tags(application),
        **without_check(ACCESS_LOGS, NO_ACCESS_LOGS),
        **KEPT,
    )


def encrypted() -> dict[str, Any]:
    """Return the property of a bucket that is encrypted with keys of S3."""
    by_default = s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
    rule = s3.ServerSideEncryptionRule(ServerSideEncryptionByDefault=by_default)
    return {"BucketEncryption": s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule])}


def private() -> dict[str, Any]:
    """Return the properties of a bucket that is private and owns all its objects."""
    enforced = s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")
    return {
        "OwnershipControls": s3.OwnershipControls(Rules=[enforced]),
        "PublicAccessBlockConfiguration": s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
    }


def bucket_policy() -> s3.BucketPolicy:
    """Return a policy that denies every request that does not use TLS."""
    return s3.BucketPolicy(
        POLICY,
        Bucket=Ref(BUCKET),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[tls_only(BUCKET)]),
        **KEPT,
    )


def tls_only(bucket: str) -> Statement:
    """Return the statement of a bucket's policy that denies every request that does not use TLS."""
    arn = GetAtt(bucket, "Arn")
    return Statement(
        Sid="TlsOnly",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[Action("*")],
        Resource=[arn, Join("", [arn, "/*"])],
        Condition=Condition(Bool({"aws:SecureTransport": "false"})),
    )
