"""Situations of operation that users of other tools have met: each is recognized, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

CONFIG = """\
application: shop
defaults:
  region: us-east-1
  platform: ECS running on 64bit Amazon Linux 2023/4.7.7
  containers: {web: {image: "nginx:1.27", memory: 64, ports: ["80:80"]}}
environments:
  dev:
    properties: {LEVEL: info, COLOUR: blue}
    scaling: {min: 1, max: 2}
"""
FOREIGN = "Resources: {Orders: {Type: 'AWS::SQS::Queue'}}"
HERE = ("APP=shop", "ENV=dev", "LOCAL=1")


def configure(checkout: Checkout, text: str = CONFIG) -> Checkout:
    (checkout.folder / "config/shop.yaml").write_text(text, "utf-8")
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr
    return checkout


@pytest.fixture
def shop(new_checkout: Callable[[], Checkout]) -> Checkout:
    checkout = configure(new_checkout())
    checkout.make("local-start")
    return checkout


def deploy(checkout: Checkout, *words: str) -> str:
    result = checkout.make("stack", *HERE, *words)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_every_command_refuses_a_stack_that_something_else_made(shop: Checkout) -> None:
    cloudformation = shop.client("cloudformation")
    cloudformation.create_stack(StackName="shop-dev", TemplateBody=FOREIGN)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="shop-dev", WaiterConfig={"Delay": 1})
    for words in (
        *(("stack",), ("plan",), ("status",), ("url",), ("destroy", "CONFIRM=shop-dev"), ("continue-rollback",)),
        *(("events",), ("lock", "REASON=work"), ("unlock",), ("history",), ("eb", "ARGS=status"), ("drift",)),
        *(("platform",), ("snapshot",), ("import-stack",), ("stack", "ALLOW=foreign:shop-dev")),
    ):
        result = shop.make(*words, *HERE)
        assert result.returncode == 2, words
        refusal = "foreign:shop-dev: the stack shop-dev in us-east-1 was not made for the environment dev of shop\n"
        assert refusal in result.stdout + result.stderr, words
    [resource] = cloudformation.list_stack_resources(StackName="shop-dev")["StackResourceSummaries"]
    assert resource["ResourceStatus"] == "CREATE_COMPLETE"


def test_an_application_outside_our_stacks_is_not_taken(shop: Checkout) -> None:
    shop.client("elasticbeanstalk").create_application(ApplicationName="shop")
    for target, exit_status in (("plan", 2), ("stack", 2)):
        result = shop.make(target, *HERE)
        assert result.returncode == exit_status
        assert (
            "taken:shop: EB has the application shop, which is in no stack of ours\n" in result.stdout + result.stderr
        )
        assert "delete it if nothing uses it, or import it by hand: https://docs" in result.stdout + result.stderr
    assert shop.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_an_environment_outside_our_stack_is_not_taken(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    prod = checkout.make("stack", "ENV=prod", "LOCAL=1")
    assert prod.returncode == 0, prod.stderr
    beanstalk = checkout.client("elasticbeanstalk")
    platform = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
    [profile] = checkout.client("iam").list_instance_profiles()["InstanceProfiles"]
    option = {"Namespace": "aws:autoscaling:launchconfiguration", "OptionName": "IamInstanceProfile"}
    beanstalk.create_environment(
        ApplicationName="todobackend",
        EnvironmentName="todobackend-dev",
        PlatformArn=platform,
        OptionSettings=[{**option, "Value": profile["InstanceProfileName"]}],
    )
    reason = "taken:todobackend-dev: EB has the environment todobackend-dev, which is in no stack of ours\n"
    for target in ("plan", "stack"):
        result = checkout.make(target, "LOCAL=1")
        assert result.returncode == 2
        assert reason in result.stdout + result.stderr
        assert "`make import-stack APP=todobackend ENV=dev LOCAL=1` imports it" in result.stdout + result.stderr
    names = [one["StackName"] for one in checkout.client("cloudformation").describe_stacks()["Stacks"]]
    assert "todobackend-dev" not in names
    [found] = beanstalk.describe_environments(EnvironmentNames=["todobackend-dev"])["Environments"]
    assert found["VersionLabel"] == "Sample Application"


def test_a_default_vpc_that_does_not_exist_is_missing(shop: Checkout) -> None:
    ec2 = shop.client("ec2")
    default = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
    [vpc] = [one["VpcId"] for one in ec2.describe_vpcs(**default)["Vpcs"]]
    within = {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]}
    for subnet in ec2.describe_subnets(**within)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    attached = {"Filters": [{"Name": "attachment.vpc-id", "Values": [vpc]}]}
    for gateway in ec2.describe_internet_gateways(**attached)["InternetGateways"]:
        ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    reason = "missing:default-vpc: us-east-1 has no default VPC, and the environment names no other\n"
    for target in ("plan", "stack"):
        result = shop.make(target, *HERE)
        assert result.returncode == 2
        assert reason in result.stdout + result.stderr
        assert "or `aws ec2 create-default-vpc`" in result.stdout + result.stderr
    assert shop.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_an_environment_that_was_terminated_outside_its_stack_is_gone(shop: Checkout) -> None:
    deploy(shop)
    shop.client("elasticbeanstalk").terminate_environment(EnvironmentName="shop-dev")
    configure(shop, CONFIG.replace("max: 2", "max: 3"))
    advice = "`make destroy APP=shop ENV=dev LOCAL=1`, then `make stack APP=shop ENV=dev LOCAL=1`."
    for target in ("url", "status", "plan", "stack"):
        result = shop.make(target, *HERE)
        assert result.returncode == 2, target
        assert advice in result.stdout + result.stderr, target
    assert shop.make("destroy", *HERE, "CONFIRM=shop-dev").returncode == 0
    deploy(shop)


def test_an_environment_that_config_no_longer_has_is_named_and_can_be_deleted(shop: Checkout) -> None:
    deploy(shop)
    (shop.folder / "config/shop.yaml").write_text(CONFIG.replace("  dev:\n", "  test:\n"), "utf-8")
    generated = shop.make("generate")
    assert "dev of shop (`make destroy APP=shop ENV=dev` deletes it) is no longer in config/" in generated.stderr
    listed = shop.make("status", "APP=shop", "ENV=all", "LOCAL=1")
    assert listed.stdout.startswith("shop-dev in us-east-1: CREATE_COMPLETE, bundle ")
    assert listed.stdout.endswith(", which config/ no longer has\n")
    status = shop.make("status", *HERE)
    assert status.returncode == 0, status.stderr
    assert "Health:      Ok\n" in status.stdout
    assert "Config:      config/ no longer has dev; `make destroy APP=shop ENV=dev LOCAL=1` deletes" in status.stdout
    assert shop.make("destroy", *HERE, "CONFIRM=shop-dev").returncode == 0
    assert shop.make("status", "APP=shop", "ENV=all", "LOCAL=1").returncode == 2


def test_what_the_template_no_longer_sets_is_removed_on_request(shop: Checkout) -> None:
    deploy(shop)
    configure(shop, CONFIG.replace(", COLOUR: blue", ""))
    call = "--options-to-remove Namespace=aws:elasticbeanstalk:application:environment,OptionName=COLOUR --endpoint-url"
    assert call in shop.make("plan", *HERE).stdout
    printed = deploy(shop)
    assert "leftover:COLOUR: EB keeps aws:elasticbeanstalk:application:environment COLOUR = 'blue'" in printed
    assert f"aws elasticbeanstalk update-environment --environment-name shop-dev {call}" in printed
    assert "drift:COLOUR" in shop.make("plan", *HERE).stdout
    configure(shop, CONFIG)
    deploy(shop)
    configure(shop, CONFIG.replace(", COLOUR: blue", ""))
    assert "removing aws:elasticbeanstalk:application:environment COLOUR" in deploy(shop, "REMOVE_LEFTOVERS=1")
    plan = shop.make("plan", *HERE).stdout
    assert "COLOUR" not in plan
    assert "shop-dev: no changes\n" in plan


def test_a_note_of_an_earlier_deployment_removes_nothing(shop: Checkout) -> None:
    deploy(shop)
    configure(shop, CONFIG.replace(", COLOUR: blue", ""))
    assert shop.make("stack", *HERE, "AWS=false").returncode != 0
    configure(shop, CONFIG)
    redeployed = shop.make("redeploy", *HERE, "REMOVE_LEFTOVERS=1")
    assert redeployed.returncode == 0, redeployed.stderr
    assert "removing" not in redeployed.stdout
