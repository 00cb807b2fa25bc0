"""An application whose roles exist already, by the recipes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

HERE = ("APP=shop", "LOCAL=1")
OPTION = "options: {aws:elasticbeanstalk:environment: {ServiceRole: corp-eb}}"
KEYS = "instance_profile: corp-web\n    service_role: corp-eb"


def config(dev: str, prod: str = "") -> str:
    return f"""\
application: shop
defaults:
  region: us-east-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers: {{web: {{image: "nginx:1.27", memory: 64, ports: ["80:80"]}}}}
environments:
  dev:
    {dev}
""" + (f"  prod:\n    {prod}\n" if prod else "")


def configure(checkout: Checkout, text: str) -> None:
    (checkout.folder / "config/shop.yaml").write_text(text, "utf-8")
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr


def make_roles(checkout: Checkout) -> None:
    """Make what an administrator has made: a service role, and a profile with its role."""
    iam = checkout.client("iam")
    for role, service in (("corp-eb", "elasticbeanstalk"), ("corp-ec2", "ec2")):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=document)
    iam.create_instance_profile(InstanceProfileName="corp-web")
    iam.add_role_to_instance_profile(InstanceProfileName="corp-web", RoleName="corp-ec2")


def types(checkout: Checkout, *stacks: str) -> set[str]:
    found: set[str] = set()
    for stack in stacks:
        resources = checkout.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        found |= {resource["ResourceType"] for resource in resources}
    return found


def running(checkout: Checkout, name: str = "shop-dev") -> dict[str, Any]:
    described = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="shop", EnvironmentName=name
    )
    [settings] = described["ConfigurationSettings"]
    return {one["OptionName"]: one.get("Value") for one in settings["OptionSettings"]}


@pytest.fixture
def shop(new_checkout: Callable[[], Checkout]) -> Checkout:
    checkout = new_checkout()
    checkout.make("local-start")
    return checkout


def test_whoever_may_not_create_roles_deploys_with_existing_ones(shop: Checkout) -> None:
    make_roles(shop)
    configure(shop, config(KEYS))
    shop.stack("APP=shop", "ENV=dev")
    assert not {kind for kind in types(shop, "shop", "shop-dev") if kind.startswith("AWS::IAM")}
    options = running(shop)
    assert (options["IamInstanceProfile"], options["ServiceRole"]) == ("corp-web", "corp-eb")
    [application] = shop.client("elasticbeanstalk").describe_applications(ApplicationNames=["shop"])["Applications"]
    assert application["ResourceLifecycleConfig"]["ServiceRole"] == "arn:aws:iam::000000000000:role/corp-eb"


def test_an_application_that_runs_gives_up_its_service_role_in_two_steps(shop: Checkout) -> None:
    make_roles(shop)
    configure(shop, config("{}", "{}"))
    for environment in ("dev", "prod"):
        shop.stack("APP=shop", f"ENV={environment}")
    configure(shop, config(KEYS, KEYS))
    refused = shop.make("stack", "ENV=dev", *HERE)
    assert refused.returncode == 2
    assert (
        "in-use:shop-ServiceRole: the stack shop would no longer export shop-ServiceRole, which is imported by "
        "shop-dev, shop-prod\n  First give each of their environments the role as an option"
    ) in refused.stdout + refused.stderr
    configure(shop, config(OPTION, OPTION))
    for environment in ("dev", "prod"):
        shop.stack("APP=shop", f"ENV={environment}")
    configure(shop, config(KEYS, KEYS))
    for environment in ("dev", "prod"):
        shop.stack("APP=shop", f"ENV={environment}")
    assert not {kind for kind in types(shop, "shop", "shop-dev", "shop-prod") if kind.startswith("AWS::IAM")}


def test_a_role_with_minimal_policies_and_limits_is_made_as_it_is_written(shop: Checkout) -> None:
    limits = "{managed_policies: minimal, path: /team/, permissions_boundary: limit}"
    configure(shop, config(f"instance_role: {limits}"))
    shop.stack("APP=shop", "ENV=dev")
    resources = shop.client("cloudformation").describe_stack_resources(StackName="shop-dev")["StackResources"]
    [name] = [one["PhysicalResourceId"] for one in resources if one["LogicalResourceId"] == "InstanceRole"]
    role = shop.client("iam").get_role(RoleName=name)["Role"]
    assert role["Path"] == "/team/"
    policies = shop.client("iam").list_role_policies(RoleName=name)["PolicyNames"]
    assert sorted(policies) == ["ReadBundles", "ReportHealth", "RunContainers", "StreamLogs", "UseBucket"]
    assert shop.client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
