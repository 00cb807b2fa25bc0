"""The ECR repositories that keep the images which an application builds from source.

Every pushed image keeps a tag of its own and so never expires: what a commit pins can be deployed again at any time.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from awacs import ecr
from awacs.aws import Allow, AWSPrincipal, PolicyDocument, Statement
from troposphere import Sub
from troposphere.ecr import EncryptionConfiguration, ImageScanningConfiguration, LifecyclePolicy, Repository

from beanstack.resources.storage import KEPT
from beanstack.resources.tagging import shared_tags
from beanstack.resources.unchecked import without_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troposphere import Tags

    from beanstack.config import Application

PULL = (ecr.BatchCheckLayerAvailability, ecr.BatchGetImage, ecr.GetDownloadUrlForLayer)
UNTAGGED_DAYS = 30
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
KMS_KEY = "CKV_AWS_136"
NO_KMS_KEY = (
    "Images are encrypted with a key that Amazon S3 manages, for which the accounts that pull need no further right. "
    "A repository cannot change its encryption later."
)
# An image that belongs to a tagged index is untagged as well, but should not expire before it:
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Untagged images only",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": UNTAGGED_DAYS,
            },
            "action": {"type": "expire"},
        }
    ]
}


def resources(application: Application) -> list[Repository]:
    """Return the repositories that `build` names, in the order of their names."""
    builds = [build for environment in application.environments.values() for build in environment.builds.values()]
    accounts = {environment.account for environment in application.environments.values() if environment.account}
    names = sorted({build.repository for build in builds})
    return [repository(name, accounts, shared_tags(application)) for name in names]


def logical_id(name: str) -> str:
    """Return the logical ID of a repository; names that differ in punctuation alone share it."""
    return "Repository" + "".join(word.capitalize() for word in re.split("[^a-z0-9]", name))


def repository(name: str, accounts: Iterable[str], tags: Mapping[str, Tags]) -> Repository:
    """Return a repository. The stack never deletes it, and a stack that is made again has to import it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
    """
    return Repository(
        logical_id(name),
        RepositoryName=name,
        EncryptionConfiguration=EncryptionConfiguration(EncryptionType="AES256"),
        ImageScanningConfiguration=ImageScanningConfiguration(ScanOnPush=True),
        ImageTagMutability="IMMUTABLE",
        LifecyclePolicy=LifecyclePolicy(LifecyclePolicyText=json.dumps(LIFECYCLE)),
        **policy(sorted(accounts)),
        **tags,
        **without_check(KMS_KEY, NO_KMS_KEY),
        **KEPT,
    )


def policy(accounts: list[str]) -> dict[str, PolicyDocument]:
    """Return the property that lets the accounts of all environments pull, or nothing where there is one account.

    Inside the repository's own account the instances' role is enough.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
    """
    if len(accounts) < 2:
        return {}
    principals = [Sub(f"arn:${{AWS::Partition}}:iam::{account}:root") for account in accounts]
    pull = Statement(Sid="Pull", Effect=Allow, Principal=AWSPrincipal(principals), Action=list(PULL))
    return {"RepositoryPolicyText": PolicyDocument(Version="2012-10-17", Statement=[pull])}
