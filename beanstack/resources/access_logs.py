"""The bucket for the access logs of an application's load balancers, if some environment has its logs there.

Private, encrypted, reachable over TLS only, and emptied by age. Only load balancers of the same account and Region may
write, each environment's below its own name.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement
from awacs.s3 import PutObject
from troposphere import Ref, Sub, s3

from beanstack.resources.storage import KEPT, UNFINISHED_DAYS, encrypted, private, tls_only
from beanstack.resources.tagging import shared_tags
from beanstack.resources.unchecked import without_checks

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Application, Environment

BUCKET = "AccessLogBucket"
POLICY = "AccessLogBucketPolicy"
DAYS = 90
DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
UNCHECKED = (
    ("CKV_AWS_18", "It holds access logs itself; those of its own bucket would be logs of logs."),
    ("CKV_AWS_21", "Each log is an object of its own that nothing overwrites, and expires by its age."),
)


def is_wanted(application: Application) -> bool:
    """Return whether some environment has, or had, its logs in the application's bucket.

    Where they are switched off, `access_logs: false`, the bucket and its export remain: CloudFormation refuses to
    remove an export that a stack still imports, and the application's stack is deployed first.
    """
    return any(_settings(environment) for environment in application.environments.values())


def uses_own_bucket(environment: Environment) -> bool:
    """Return whether an environment's logs go to the application's bucket."""
    logs = environment.load_balancer.access_logs
    return bool(_settings(environment) and logs and logs.enabled)


def _settings(environment: Environment) -> bool:
    logs = environment.load_balancer.access_logs
    return logs is not None and logs.bucket is None


def resources(application: Application) -> list[AWSObject]:
    """Return the bucket and its policy, or nothing if no environment has its logs there."""
    if not is_wanted(application):
        return []
    return [bucket(application), bucket_policy(application)]


def bucket(application: Application) -> s3.Bucket:
    """Return the bucket. Load balancers write to none that is encrypted with a key of KMS."""
    return s3.Bucket(
        BUCKET,
        **encrypted(),
        **private(),
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[
                s3.LifecycleRule(
                    Id="Age",
                    Status="Enabled",
                    ExpirationInDays=DAYS,
                    AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
                        DaysAfterInitiation=UNFINISHED_DAYS
                    ),
                )
            ]
        ),
        **shared_tags(application),
        **without_checks(*UNCHECKED),
        **KEPT,
    )


def bucket_policy(application: Application) -> s3.BucketPolicy:
    """Return a policy that lets load balancers of this account and Region write, below the environments' names."""
    names = sorted(name for name, environment in application.environments.items() if uses_own_bucket(environment))
    statements = [tls_only(BUCKET)]
    if names:
        source = "arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:loadbalancer/*"
        statements.append(
            Statement(
                Sid="AccessLogs",
                Effect=Allow,
                Principal=Principal("Service", [DELIVERY]),
                Action=[PutObject],
                Resource=[Sub(f"${{{BUCKET}.Arn}}/{name}/AWSLogs/${{AWS::AccountId}}/*") for name in names],
                Condition=Condition(ArnLike({"aws:SourceArn": Sub(source)})),
            )
        )
    return s3.BucketPolicy(
        POLICY,
        Bucket=Ref(BUCKET),
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=statements),
        **KEPT,
    )
