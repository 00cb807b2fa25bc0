"""An environment whose metadata list three stacks, each with what only it may make, by the recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from beanstack.archive import archive, key
from beanstack.deployment import Deployment, Stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

HERE = ("APP=shop", "LOCAL=1")
PLATFORM = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
NAMED = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM")
STACKS = (
    Stack("shop", "application.yaml", is_shared=True),
    Stack("shop-dev-roles", "dev-roles.yaml", capabilities=NAMED),
    Stack("shop-dev", "dev.yaml"),
)


def exported(value: Any, name: str) -> dict[str, Any]:
    return {"Value": value, "Export": {"Name": name}}


def assumed_by(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def templates(bundle_key: str) -> dict[str, Any]:
    """Return templates by file name: a bucket for all, a role with a name of its own, and an environment on both."""
    deployment = Deployment("shop", "dev", "shop-dev", "us-east-1", "", bundle_key, "", "", "", STACKS)
    shared = {
        "Metadata": {"Beanstack": {"Application": "shop", "Stack": "shop"}},
        "Resources": {
            "BundleBucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
            "Application": {
                "Type": "AWS::ElasticBeanstalk::Application",
                "Properties": {"ApplicationName": "shop"},
            },
        },
        "Outputs": {"BundleBucket": exported({"Ref": "BundleBucket"}, "shop-BundleBucket")},
    }
    role = {"RoleName": "shop-dev-web", "AssumeRolePolicyDocument": assumed_by("ec2.amazonaws.com")}
    roles = {
        "Metadata": {"Beanstack": {"Application": "shop", "Environment": "dev", "Stack": "shop-dev-roles"}},
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Profile": {
                "Type": "AWS::IAM::InstanceProfile",
                "Properties": {"InstanceProfileName": "shop-dev-web", "Roles": [{"Ref": "Role"}]},
            },
        },
        "Outputs": {"Profile": exported({"Ref": "Profile"}, "shop-dev-Profile")},
    }
    source = {"S3Bucket": {"Fn::ImportValue": "shop-BundleBucket"}, "S3Key": bundle_key}
    setting = {
        "Namespace": "aws:autoscaling:launchconfiguration",
        "OptionName": "IamInstanceProfile",
        "Value": {"Fn::ImportValue": "shop-dev-Profile"},
    }
    environment = {
        "Metadata": deployment.metadata(),
        "Resources": {
            "Version": {
                "Type": "AWS::ElasticBeanstalk::ApplicationVersion",
                "Properties": {"ApplicationName": "shop", "SourceBundle": source},
            },
            "Environment": {
                "Type": "AWS::ElasticBeanstalk::Environment",
                "Properties": {
                    "ApplicationName": "shop",
                    "EnvironmentName": "shop-dev",
                    "PlatformArn": PLATFORM,
                    "VersionLabel": {"Ref": "Version"},
                    "OptionSettings": [setting],
                },
            },
        },
        "Outputs": {
            "URL": {"Value": {"Fn::Sub": "http://${Environment.EndpointURL}"}},
            "Version": {"Value": {"Ref": "Version"}},
        },
    }
    return {"application.yaml": shared, "dev-roles.yaml": roles, "dev.yaml": environment}


def shop(checkout: Checkout) -> Checkout:
    """Give a copy the application `shop` with the three templates. No config makes them, so nothing is reviewed."""
    checkout.edit("Makefile", "\t@$(BEANSTACK) preflight $(if $(TIMEOUT),--timeout $(TIMEOUT))\n", "")
    dockerrun = b'{"AWSEBDockerrunVersion": 2, "containerDefinitions": []}'
    bundle = checkout.folder / "bundle/shop/dev/Dockerrun.aws.json"
    bundle.parent.mkdir(parents=True)
    bundle.write_bytes(dockerrun)
    folder = checkout.folder / "output/shop"
    folder.mkdir()
    for name, body in templates(key(archive({"Dockerrun.aws.json": dockerrun}))).items():
        (folder / name).write_text(yaml.safe_dump(body))
    return checkout


def deploy(checkout: Checkout) -> str:
    """Deploy the three stacks and return what `make stack` prints."""
    result = checkout.make("stack", *HERE)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def deployed(new_checkout: Callable[[], Checkout]) -> Checkout:
    """Return a copy with the three stacks, which the tests share and leave as it is."""
    checkout = shop(new_checkout())
    deploy(checkout)
    return checkout


def stacks(checkout: Checkout) -> list[str]:
    """Return the stacks that exist, in the order in which they were created, without Elastic Beanstalk's own."""
    found = checkout.client("cloudformation").describe_stacks()["Stacks"]
    names = [stack["StackName"] for stack in sorted(found, key=lambda stack: stack["CreationTime"])]
    return [name for name in names if not name.startswith("awseb-")]


def test_plan_shows_every_stack_that_will_be_created(new_checkout: Callable[[], Checkout]) -> None:
    checkout = shop(new_checkout())
    result = checkout.make("plan", *HERE)
    added = [line.partition(" (")[0] for line in result.stdout.splitlines() if ": Add " in line]
    assert added == [
        *("shop: Add Application", "shop: Add BundleBucket"),
        *("shop-dev-roles: Add Profile", "shop-dev-roles: Add Role"),
        *("shop-dev: Add Environment", "shop-dev: Add Version"),
    ]
    assert stacks(checkout) == []


def test_stack_deploys_them_in_the_order_of_their_needs(new_checkout: Callable[[], Checkout]) -> None:
    checkout = shop(new_checkout())
    assert "shop-dev: Ready, health Ok" in deploy(checkout)
    assert stacks(checkout) == ["shop", "shop-dev-roles", "shop-dev"]


def test_a_second_stack_changes_none(deployed: Checkout) -> None:
    printed = deploy(deployed)
    for stack in STACKS:
        assert f"Stack {stack.name} is up to date" in printed
    assert "shop-dev: Ready, health Ok" in printed


def test_status_and_events_show_each(deployed: Checkout) -> None:
    status = deployed.make("status", *HERE).stdout
    for stack in STACKS:
        assert f"Stack:       {stack.name} in us-east-1, CREATE_COMPLETE\n" in status
    assert "Template:    the committed one\n" in status
    events = deployed.make("events", *HERE).stdout
    assert "Profile CREATE_COMPLETE" in events
    assert "Environment CREATE_COMPLETE" in events
    assert "EB: " in events


def test_a_template_that_differs_is_planned_and_shown(deployed: Checkout) -> None:
    deployed.edit("output/shop/dev-roles.yaml", "RoleName: shop-dev-web", "RoleName: shop-dev-other")
    status, planned = deployed.make("status", *HERE).stdout, deployed.make("plan", *HERE).stdout
    deployed.edit("output/shop/dev-roles.yaml", "RoleName: shop-dev-other", "RoleName: shop-dev-web")
    assert "Template:    not the committed one; `make plan" in status
    assert "shop-dev-roles: Replace Role (AWS::IAM::Role), interruption: not known\n  RoleName" in planned
    assert "shop: no changes" in planned
    assert "shop-dev-roles: Modify Profile (AWS::IAM::InstanceProfile), interruption: none\n  Roles" in planned
    assert "shop-dev: no changes" in planned


def test_destroy_deletes_those_of_the_environment_the_last_first(new_checkout: Callable[[], Checkout]) -> None:
    checkout = shop(new_checkout())
    deploy(checkout)
    result = checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert result.returncode == 0, result.stdout + result.stderr
    deleted = [line for line in result.stdout.splitlines() if line.startswith("Deleted ")]
    assert deleted == ["Deleted the stack shop-dev in us-east-1.", "Deleted the stack shop-dev-roles in us-east-1."]
    assert stacks(checkout) == ["shop"]
    result = checkout.make("destroy-application", *HERE, "CONFIRM=shop")
    assert result.returncode == 0, result.stdout + result.stderr
    assert stacks(checkout) == []
