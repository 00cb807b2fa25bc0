"""An application's own resources, by the recipes: they are made first, and the environment gets their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    resources: aws.yaml
    properties: {QUEUE: !Ref Jobs, TABLE: !GetAtt Orders.Arn, PLACE: !Sub "${AWS::Region}/${Jobs}"}
    instance_role:
      statements: [{actions: ["sqs:SendMessage"], resources: [!GetAtt Jobs.Arn]}]
"""
AWS = """\
Resources:
  Jobs: {Type: "AWS::SQS::Queue"}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
HERE = ("APP=shop", "ENV=dev", "LOCAL=1")


def configure(checkout: Checkout, config: str = CONFIG, aws: str = AWS) -> None:
    (checkout.folder / "config/shop").mkdir(exist_ok=True)
    (checkout.folder / "config/shop/aws.yaml").write_text(aws, "utf-8")
    (checkout.folder / "config/shop.yaml").write_text(config, "utf-8")
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def deployed(new_checkout: Callable[[], Checkout]) -> Checkout:
    checkout = new_checkout()
    configure(checkout)
    checkout.stack("APP=shop", "ENV=dev")
    return checkout


def physical(checkout: Checkout) -> dict[str, str]:
    resources = checkout.client("cloudformation").describe_stack_resources(StackName="shop-dev")["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}


def properties(checkout: Checkout) -> dict[str, Any]:
    described = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="shop", EnvironmentName="shop-dev"
    )
    [settings] = described["ConfigurationSettings"]
    namespace = "aws:elasticbeanstalk:application:environment"
    return {one["OptionName"]: one.get("Value") for one in settings["OptionSettings"] if one["Namespace"] == namespace}


def test_the_environment_gets_the_names_of_the_resources(deployed: Checkout) -> None:
    made = physical(deployed)
    table = deployed.client("dynamodb").describe_table(TableName=made["Orders"])["Table"]["TableArn"]
    found = properties(deployed)
    assert (found["QUEUE"], found["TABLE"], found["PLACE"]) == (made["Jobs"], table, f"us-east-1/{made['Jobs']}")


def test_the_role_may_do_what_a_statement_says_to_a_resource(deployed: Checkout) -> None:
    made = physical(deployed)
    policy = deployed.client("iam").get_role_policy(RoleName=made["InstanceRole"], PolicyName="Own")["PolicyDocument"]
    queue = deployed.client("sqs").get_queue_attributes(QueueUrl=made["Jobs"], AttributeNames=["QueueArn"])
    assert policy["Statement"][0]["Resource"] == [queue["Attributes"]["QueueArn"]]


def test_nothing_has_drifted_after_a_deployment(deployed: Checkout) -> None:
    result = deployed.make("drift", *HERE)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "QUEUE" not in result.stdout


def test_a_table_that_would_be_deleted_is_data_loss(deployed: Checkout) -> None:
    configure(deployed, CONFIG.replace("TABLE: !GetAtt Orders.Arn, ", ""), AWS.partition("  Orders")[0])
    result = deployed.make("stack", *HERE)
    configure(deployed)
    assert result.returncode == 2
    assert "data-loss:Orders: Orders (AWS::DynamoDB::Table) would be deleted with its content" in result.stderr


def test_a_file_that_changes_after_generation_is_stale(deployed: Checkout) -> None:
    (deployed.folder / "config/shop/aws.yaml").write_text(AWS.replace("id,", "key,"), "utf-8")
    result = deployed.make("plan", *HERE)
    configure(deployed)
    assert "stale: config/ does not match output/shop/dev.yaml" in result.stdout + result.stderr
