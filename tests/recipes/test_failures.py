"""What an operator reads when a deployment fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from tests.recipes.conftest import Checkout

HERE = "APP=todobackend ENV=dev LOCAL=1"


class Failed(NamedTuple):
    """A copy whose first deployment failed, and what `make stack` printed."""

    checkout: Checkout
    result: CompletedProcess[str]


def fail_first(checkout: Checkout) -> Failed:
    checkout.make("local-start")
    checkout.inject("todobackend-dev", fail_next_update="Stack named 'awseb-e-1-stack' aborted operation.")
    return Failed(checkout, checkout.make("stack", "LOCAL=1"))


@pytest.fixture(scope="module")
def failed(new_checkout: Callable[[], Checkout]) -> Failed:
    return fail_first(new_checkout())


def test_a_first_deployment_that_fails_says_why_and_what_to_do(failed: Failed) -> None:
    result = failed.result
    assert result.returncode != 0
    assert "todobackend-dev is ROLLBACK_COMPLETE." in result.stderr
    assert "First to fail: Environment (AWS::ElasticBeanstalk::Environment), CREATE_FAILED" in result.stderr
    assert "Stack named 'awseb-e-1-stack' aborted operation." in result.stderr
    assert f"then `make destroy {HERE}` and `make stack {HERE}`" in result.stderr


def test_a_stack_that_never_came_up_takes_no_update(failed: Failed) -> None:
    again = failed.checkout.make("stack", "LOCAL=1")
    assert again.returncode != 0
    assert "gone:todobackend-dev: the stack todobackend-dev is ROLLBACK_COMPLETE\n" in again.stderr
    assert f"`make destroy {HERE}`" in again.stderr


def test_a_plan_for_it_gives_the_same_advice(failed: Failed) -> None:
    result = failed.checkout.make("plan", "LOCAL=1")
    assert result.returncode != 0
    assert "todobackend-dev is ROLLBACK_COMPLETE\n  The stack never came up" in result.stdout
    assert f"`make destroy {HERE}`" in result.stdout


def test_what_never_came_up_has_no_bundle_and_no_url(failed: Failed) -> None:
    status = failed.checkout.make("status", "LOCAL=1").stdout
    assert "ROLLBACK_COMPLETE\nEnvironment: nothing deployed\n" in status
    assert "committed" not in status
    result = failed.checkout.make("url", "LOCAL=1")
    assert (result.returncode, result.stdout) == (2, "")
    assert "todobackend-dev is ROLLBACK_COMPLETE and has no URL" in result.stderr


def test_the_advice_for_a_failed_first_deployment_works(new_checkout: Callable[[], Checkout]) -> None:
    checkout = fail_first(new_checkout()).checkout
    assert checkout.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev").returncode == 0
    checkout.stack()


def test_a_failed_update_is_rolled_back_and_shows_ebs_own_errors(deployed: Checkout) -> None:
    deployed.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:2.0.0")
    deployed.make("generate")
    deployed.inject("todobackend-dev", fail_next_update="Failed to deploy application.")
    failed = deployed.make("stack", "LOCAL=1")
    assert failed.returncode != 0
    assert "todobackend-dev is UPDATE_ROLLBACK_COMPLETE." in failed.stderr
    assert "First to fail: Environment (AWS::ElasticBeanstalk::Environment), UPDATE_FAILED" in failed.stderr
    assert "ERROR Failed to deploy application." in failed.stderr
    assert "AWS went back to what ran before." in failed.stderr
    status = deployed.make("status", "LOCAL=1")
    assert ", the committed one is " in status.stdout
    deployed.stack()  # which succeeds, as nothing fails any more
    deployed.restore()
    deployed.stack()


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ({"HealthStatus": "Severe", "Health": "Red"}, "todobackend-dev: Ready, health Severe"),
        ({"Status": "Updating"}, "busy: the environment todobackend-dev is Updating"),
    ],
)
def test_a_dead_application_fails_a_successful_deployment(
    deployed: Checkout, fault: dict[str, str], shown: str
) -> None:
    deployed.inject("todobackend-dev", **fault)
    dead = deployed.make("stack", "LOCAL=1", "TIMEOUT=1")
    assert dead.returncode != 0
    assert shown in dead.stderr
    deployed.inject("todobackend-dev", HealthStatus="Ok", Health="Green", Status="Ready")
    assert deployed.make("stack", "LOCAL=1", "TIMEOUT=1").returncode == 0


def test_an_unknown_platform_fails_as_on_aws(deployed: Checkout) -> None:
    deployed.edit("config/todobackend.yaml", "2023/4.7.7", "2023/4.99.0")
    deployed.make("generate")
    failed = deployed.make("stack", "LOCAL=1")
    assert failed.returncode != 0
    assert "First to fail: Environment" in failed.stderr
    assert "4.99.0" in failed.stderr


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
