"""The EB application, its versions and its environments, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.resources import beanstalk

if TYPE_CHECKING:
    from beanstack.config import Application
    from tests.conftest import Configured

KEY = f"{'0' * 64}.zip"


def made(application: Application) -> dict[str, dict[str, Any]]:
    """The resources of `dev` by logical ID."""
    resources = beanstalk.resources(application, application.environments["dev"], KEY)
    return {resource.title: resource.to_dict() for resource in resources}


def test_old_versions_go_but_never_a_bundle(application: Configured, shop: Configured) -> None:
    text = """\
application: shop
description: "Sells: #1 things"
versions: {keep: 7}
defaults:
  region: eu-west-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers: {web: {image: "nginx:1.27", memory: 64, ports: ["80:80"]}}
environments: {dev: {}}
"""
    whole = {
        "Type": "AWS::ElasticBeanstalk::Application",
        "Properties": {
            "ApplicationName": "shop",
            "Description": "Sells: #1 things",
            "ResourceLifecycleConfig": {
                "ServiceRole": {"Fn::GetAtt": ["ServiceRole", "Arn"]},
                "VersionLifecycleConfig": {
                    "MaxCountRule": {"DeleteSourceFromS3": False, "Enabled": True, "MaxCount": 7}
                },
            },
        },
    }
    assert beanstalk.application(application(text)).to_dict() == whole
    by_default = beanstalk.application(shop("")).to_dict()["Properties"]["ResourceLifecycleConfig"]
    assert by_default["VersionLifecycleConfig"]["MaxCountRule"]["MaxCount"] == 50


def test_a_replaced_version_is_kept_so_that_there_is_something_to_go_back_to(shop: Configured) -> None:
    assert made(shop(""))["Version"] == {
        "Type": "AWS::ElasticBeanstalk::ApplicationVersion",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "ApplicationName": "shop",
            "Description": "Bundle of dev",
            "SourceBundle": {"S3Bucket": {"Fn::ImportValue": "shop-BundleBucket"}, "S3Key": KEY},
        },
    }


def test_the_environment_runs_the_version_on_a_pinned_platform(shop: Configured) -> None:
    environment = made(shop("tags: {team: blue, a: b}"))["Environment"]
    assert environment["Properties"].pop("OptionSettings")
    assert environment == {
        "Type": "AWS::ElasticBeanstalk::Environment",
        "Properties": {
            "ApplicationName": "shop",
            "EnvironmentName": "shop-dev",
            "PlatformArn": "arn:aws:elasticbeanstalk:eu-west-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7",
            "Tier": {"Name": "WebServer", "Type": "Standard"},
            "VersionLabel": {"Ref": "Version"},
            "Tags": [{"Key": "a", "Value": "b"}, {"Key": "team", "Value": "blue"}],
        },
    }


def test_without_tags_there_is_no_such_property(shop: Configured) -> None:
    assert "Tags" not in made(shop(""))["Environment"]["Properties"]


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-west-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("ca-central-1", "aws"),
        ("mx-central-1", "aws"),
    ],
)
def test_the_platform_is_named_in_the_regions_own_partition(shop: Configured, region: str, partition: str) -> None:
    environment = shop(f"region: {region}").environments["dev"]
    platform = "ECS running on 64bit Amazon Linux 2023/4.7.7"
    assert beanstalk.platform_arn(environment) == f"arn:{partition}:elasticbeanstalk:{region}::platform/{platform}"
