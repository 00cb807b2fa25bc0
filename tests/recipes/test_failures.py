"""What an operator reads when a deployment fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.recipes.conftest import Checkout

HERE = "APP=todobackend ENV=dev LOCAL=1"


def test_a_first_deployment_that_fails_says_why_and_what_to_do(checkout: Checkout) -> None:
    checkout.make("local-start")
    checkout.inject("todobackend-dev", fail_next_update="Stack named 'awseb-e-1-stack' aborted operation.")
    failed = checkout.make("stack", "LOCAL=1")
    assert failed.returncode != 0
    assert "todobackend-dev is ROLLBACK_COMPLETE." in failed.stderr
    assert "First to fail: Environment (AWS::ElasticBeanstalk::Environment), CREATE_FAILED" in failed.stderr
    assert "Stack named 'awseb-e-1-stack' aborted operation." in failed.stderr
    assert f"then `make destroy {HERE}` and `make stack {HERE}`" in failed.stderr


def test_a_stack_that_never_came_up_takes_no_update(checkout: Checkout) -> None:
    again = checkout.make("stack", "LOCAL=1")
    assert again.returncode != 0
    assert "ROLLBACK_COMPLETE state and can not be updated" in again.stderr
    assert f"`make destroy {HERE}`" in again.stderr


def test_a_plan_for_it_gives_the_same_advice(checkout: Checkout) -> None:
    result = checkout.make("plan", "LOCAL=1")
    assert result.returncode != 0
    assert "todobackend-dev is ROLLBACK_COMPLETE.\nThe stack never came up" in result.stderr
    assert f"`make destroy {HERE}`" in result.stderr


def test_what_never_came_up_has_no_bundle_and_no_url(checkout: Checkout) -> None:
    status = checkout.make("status", "LOCAL=1").stdout
    assert "ROLLBACK_COMPLETE\nEnvironment: nothing deployed\n" in status
    assert "committed" not in status
    result = checkout.make("url", "LOCAL=1")
    assert (result.returncode, result.stdout) == (2, "")
    assert "todobackend-dev is ROLLBACK_COMPLETE and has no URL" in result.stderr


def test_its_advice_works(checkout: Checkout) -> None:
    assert checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev").returncode == 0
    mended = checkout.make("stack", "LOCAL=1")
    assert mended.returncode == 0, mended.stdout + mended.stderr


def test_a_failed_update_is_rolled_back_and_shows_ebs_own_errors(checkout: Checkout) -> None:
    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:2.0.0")
    checkout.make("generate")
    checkout.inject("todobackend-dev", fail_next_update="Failed to deploy application.")
    failed = checkout.make("stack", "LOCAL=1")
    assert failed.returncode != 0
    assert "todobackend-dev is UPDATE_ROLLBACK_COMPLETE." in failed.stderr
    assert "First to fail: Environment (AWS::ElasticBeanstalk::Environment), UPDATE_FAILED" in failed.stderr
    assert "ERROR Failed to deploy application." in failed.stderr
    assert "AWS went back to what ran before." in failed.stderr
    status = checkout.make("status", "LOCAL=1")
    assert "committed is " in status.stdout
    assert checkout.make("stack", "LOCAL=1").returncode == 0


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ({"HealthStatus": "Severe", "Health": "Red"}, "Ready, health Severe"),
        ({"Status": "Updating"}, "Updating, health"),
    ],
)
def test_a_dead_application_fails_a_successful_deployment(
    checkout: Checkout, fault: dict[str, str], shown: str
) -> None:
    checkout.inject("todobackend-dev", **fault)
    dead = checkout.make("stack", "LOCAL=1", "TIMEOUT=1")
    assert dead.returncode != 0
    assert f"todobackend-dev: {shown}" in dead.stderr
    checkout.inject("todobackend-dev", HealthStatus="Ok", Health="Green", Status="Ready")
    assert checkout.make("stack", "LOCAL=1", "TIMEOUT=1").returncode == 0


def test_an_unknown_platform_fails_as_on_aws(checkout: Checkout) -> None:
    checkout.edit("config/todobackend.yaml", "2023/4.7.7", "2023/4.99.0")
    checkout.make("generate")
    failed = checkout.make("stack", "LOCAL=1")
    assert failed.returncode != 0
    assert "First to fail: Environment" in failed.stderr
    assert "4.99.0" in failed.stderr
    checkout.edit("config/todobackend.yaml", "2023/4.99.0", "2023/4.7.7")
    checkout.make("generate")


def test_an_environment_that_does_not_exist_names_those_that_do(checkout: Checkout) -> None:
    result = checkout.make("status", "ENV=staging")
    assert result.returncode != 0
    assert "there is no output/todobackend/staging.yaml; output/todobackend has dev, prod" in result.stderr


def test_a_template_without_metadata_is_reported(checkout: Checkout) -> None:
    (checkout.folder / "output/todobackend/bare.yaml").write_text("Resources: {}\n")
    result = checkout.make("status", "ENV=bare")
    assert result.returncode != 0
    assert "output/todobackend/bare.yaml has no Beanstack metadata" in result.stderr
    assert "Traceback" not in result.stderr
