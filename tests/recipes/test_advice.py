"""What an operator is advised where a stack or an environment is stuck, and whether the advice works."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

HERE = "APP=todobackend ENV=dev LOCAL=1"
TEMPLATE = "output/todobackend/dev.yaml"


def test_the_applications_stack_has_advice_of_its_own(new_checkout: Callable[[], Checkout]) -> None:
    """It says nothing about any environment."""
    checkout = new_checkout()
    checkout.make("local-start")
    beanstalk = checkout.client("elasticbeanstalk")
    beanstalk.create_application(ApplicationName="todobackend")
    deploy = ("cloudformation", "deploy", "--stack-name", "{stack}", "--template-file", "{template}")
    aws = (".venv/bin/python", "-m", "awscli", *deploy, "--capabilities", "{capabilities}")
    failed = checkout.operate("follow", "--shared", "--", *aws)  # which `make stack` would refuse
    assert failed.returncode != 0
    assert "todobackend is ROLLBACK_COMPLETE." in failed.stderr
    platform = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
    names = {"ApplicationName": "todobackend", "EnvironmentName": "todobackend-dev"}
    beanstalk.create_environment(**names, PlatformArn=platform)  # fails, having no instance profile
    assert beanstalk.describe_events(**names, Severity="ERROR")["Events"]
    again = checkout.operate("follow", "--shared", "--", "false")
    assert f"`make destroy-application {HERE}` and `make stack {HERE}`" in again.stderr
    assert "EB " not in again.stderr
    assert f"`make destroy-application {HERE}`" in checkout.make("plan", "LOCAL=1").stdout
    beanstalk.delete_application(ApplicationName="todobackend")
    assert checkout.make("destroy-application", "LOCAL=1", "CONFIRM=todobackend").returncode == 0
    checkout.stack()


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ({"HealthStatus": "Severe", "Health": "Red"}, f'`make eb {HERE} ARGS="logs todobackend-dev"` what the app'),
        ({"Status": "Updating"}, f"`make events {HERE}` shows how it goes on, `make stack {HERE}` waits again."),
        ({"VersionLabel": "another"}, "EB runs another, not todobackend-dev-version-"),
        ({"Status": "Terminated"}, f"`make destroy {HERE}`, then `make stack {HERE}`."),
    ],
)
def test_an_environment_that_differs_from_its_stack_has_advice(
    deployed: Checkout, fault: dict[str, str], advice: str
) -> None:
    deployed.inject("todobackend-dev", **fault)
    result = deployed.operate("wait", "--timeout", "0.3")
    deployed.inject("todobackend-dev")
    assert result.returncode == 1
    assert advice in result.stderr
    assert "the aws command" not in result.stderr


def test_a_rollback_that_fails_names_what_blocks_it_and_can_be_continued(
    new_checkout: Callable[[], Checkout],
) -> None:
    """The environment was updated before another resource failed, and then EB refuses to undo the update."""
    checkout = new_checkout()
    checkout.stack()
    body = (checkout.folder / TEMPLATE).read_text().replace("Value: 't3.micro'", "Value: 't3.large'")
    broken = "  Missing:\n    Type: 'AWS::ElasticBeanstalk::ApplicationVersion'\n    DependsOn: 'Environment'\n"
    source = "      SourceBundle: {S3Bucket: 'nowhere', S3Key: 'nothing'}\n"
    broken += f"    Properties:\n      ApplicationName: 'todobackend'\n{source}"
    checkout.inject("todobackend-dev", fail_next_update=["", "Blocked.", "Blocked again."])
    cloudformation = checkout.client("cloudformation")
    cloudformation.update_stack(
        StackName="todobackend-dev",
        TemplateBody=body.replace("Outputs:\n", f"{broken}Outputs:\n"),
        Capabilities=["CAPABILITY_IAM"],
    )
    while cloudformation.describe_stacks(StackName="todobackend-dev")["Stacks"][0]["StackStatus"].endswith("PROGRESS"):
        time.sleep(0.05)
    printed = checkout.operate("follow", "--", "false").stderr
    assert "todobackend-dev is UPDATE_ROLLBACK_FAILED." in printed
    assert "First to fail: Missing (AWS::ElasticBeanstalk::ApplicationVersion), " in printed
    blocks = "Blocks the rollback: Environment (AWS::ElasticBeanstalk::Environment), UPDATE_FAILED\n"
    assert blocks in printed
    assert "Blocked." in printed.partition(blocks)[2].splitlines()[0]
    assert f"`make continue-rollback {HERE}` and `make stack {HERE}`" in printed
    assert "aws cloudformation" not in printed, "a line that is pasted would reach a real account"
    assert f"`make continue-rollback {HERE}`" in checkout.make("plan", "LOCAL=1").stdout
    still = checkout.make("continue-rollback", "LOCAL=1")
    assert still.returncode != 0
    assert "Blocked again." in still.stderr.partition("Blocks the rollback: ")[2]
    result = checkout.make("continue-rollback", "LOCAL=1")
    assert result.returncode == 0, result.stderr
    assert "todobackend-dev is UPDATE_ROLLBACK_COMPLETE. AWS went back to what ran before." in result.stdout
    again = checkout.make("continue-rollback", "LOCAL=1", "SKIP=Environment")
    assert "neither todobackend nor todobackend-dev is UPDATE_ROLLBACK_FAILED" in again.stderr
    assert checkout.make("stack", "LOCAL=1").returncode == 0
