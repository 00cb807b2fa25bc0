"""The repositories of images that are built from source."""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.resources import instancepolicies, registry

if TYPE_CHECKING:
    from tests.conftest import Configured

DEFAULTS = """\
application: shop
defaults:
  region: eu-west-1
  account: "111111111111"
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  build: {context: app, repository: shop/web}
  containers:
    web: {memory: 64, ports: ["80:80"]}
environments:
"""


def made(application: Configured, environments: str) -> dict[str, Any]:
    """Return the repositories of an application by their logical IDs."""
    found = registry.resources(application(DEFAULTS + indent(environments, "  ")))
    return {repository.title: repository.to_dict() for repository in found}


def test_a_repository_keeps_every_tagged_image(application: Configured) -> None:
    [(name, found)] = made(application, "dev: {}\nprod: {}\n").items()
    lifecycle = json.loads(found["Properties"].pop("LifecyclePolicy")["LifecyclePolicyText"])
    assert name == "RepositoryShopWeb"
    assert found == {
        "Type": "AWS::ECR::Repository",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"checkov": {"skip": [{"id": "CKV_AWS_136", "comment": registry.NO_KMS_KEY}]}},
        "Properties": {
            "RepositoryName": "shop/web",
            "EncryptionConfiguration": {"EncryptionType": "AES256"},
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "ImageTagMutability": "IMMUTABLE",
        },
    }
    assert [rule["selection"]["tagStatus"] for rule in lifecycle["rules"]] == ["untagged"]


def test_the_accounts_of_all_environments_may_pull(application: Configured) -> None:
    found = made(application, 'dev: {}\nprod: {account: "222222222222"}\n')["RepositoryShopWeb"]["Properties"]
    [statement] = found["RepositoryPolicyText"]["Statement"]
    assert statement == {
        "Sid": "Pull",
        "Effect": "Allow",
        "Principal": {
            "AWS": [
                {"Fn::Sub": "arn:${AWS::Partition}:iam::111111111111:root"},
                {"Fn::Sub": "arn:${AWS::Partition}:iam::222222222222:root"},
            ]
        },
        "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }


def test_every_repository_of_any_environment_is_made_once(application: Configured) -> None:
    environments = """\
dev: {}
prod:
  build: {repository: other}
  containers:
    web: {build: {context: web, repository: shop/web}}
"""
    assert list(made(application, environments)) == ["RepositoryOther", "RepositoryShopWeb"]


def test_nothing_is_made_for_images_from_elsewhere(application: Configured) -> None:
    assert made(application, "dev: {build: null, image: 'nginx:1.27'}\n") == {}


@pytest.mark.parametrize(
    "image", ["", f"image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/web@sha256:{'a' * 64}"]
)
def test_instances_may_pull_what_is_built(application: Configured, image: str) -> None:
    configured = application(f"{DEFAULTS}  dev: {{{image}}}\n")
    policy = instancepolicies.image_policy(configured.environments["dev"])
    assert policy
    statements = json.loads(json.dumps(policy.to_dict()))["PolicyDocument"]["Statement"]
    repository = "arn:${AWS::Partition}:ecr:eu-west-1:111111111111:repository/shop/web"
    assert statements[1]["Resource"] == [{"Fn::Sub": repository}]
