"""Aborting what hangs, restarting, deploying again, and drift, with the Makefile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.recipes.conftest import hanging_update

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.recipes.conftest import Checkout

HERE = "APP=todobackend ENV=dev LOCAL=1"
NAME = "todobackend-dev"


@pytest.fixture(scope="module")
def alice(new_checkout: Callable[[], Checkout]) -> Checkout:
    made = new_checkout()
    made.stack()
    return made


@pytest.fixture
def hanging(alice: Checkout) -> Iterator[subprocess.Popen[str]]:
    """A `make stack` of Alice's of another version, which hangs on AWS."""
    with hanging_update(alice) as process:
        yield process


def environment(checkout: Checkout) -> dict[str, Any]:
    beanstalk = checkout.client("elasticbeanstalk")
    found: dict[str, Any] = beanstalk.describe_environments(EnvironmentNames=[NAME])["Environments"][0]
    return found


def test_a_deployment_that_hangs_is_aborted_and_the_stack_goes_back(
    hanging: subprocess.Popen[str], alice: Checkout
) -> None:
    before = alice.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]["Outputs"]
    result = alice.make("abort", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{NAME}: the update of the stack is cancelled, and CloudFormation goes back\n" in result.stdout
    assert f"{NAME}: EB aborts the update of the environment\n" in result.stdout
    assert f"{NAME} is UPDATE_ROLLBACK_COMPLETE\n" in result.stdout
    [version] = [output["OutputValue"] for output in before if output["OutputKey"] == "Version"]
    assert "2 versions serve: " in result.stdout
    assert result.stdout.rstrip().endswith(f"`make redeploy {HERE}` deploys {version} on all of them")
    assert (environment(alice)["VersionLabel"], environment(alice)["Status"]) == (version, "Ready")
    assert hanging.wait(60) != 0, "whoever deployed learns that it failed"
    assert alice.make("redeploy", "LOCAL=1").returncode == 0
    lines = alice.make("history", "LOCAL=1").stdout.splitlines()[1:4]
    assert [line.split()[2:6] for line in lines] == [
        ["redeploy", "done", "-", version],
        ["abort", "done", "-", "-"],
        ["stack", "failed", "without", "git"],
    ]


def test_an_aborted_deployment_of_a_version_leaves_two_and_redeploy_ends_that(alice: Checkout) -> None:
    beanstalk = alice.client("elasticbeanstalk")
    own = environment(alice)["VersionLabel"]
    source = beanstalk.describe_application_versions(VersionLabels=[own])["ApplicationVersions"][0]["SourceBundle"]
    beanstalk.create_application_version(ApplicationName="todobackend", VersionLabel="other", SourceBundle=source)
    alice.inject(NAME, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=NAME, VersionLabel="other")
    for verb in ("restart", "redeploy"):
        busy = alice.make(verb, "LOCAL=1")
        assert busy.returncode == 2
        assert f"busy: the environment {NAME} is Updating; " in busy.stderr
        assert f"`make abort {HERE}` stops it" in busy.stderr
    aborted = alice.make("abort", "LOCAL=1")
    assert aborted.returncode == 0, aborted.stderr
    assert aborted.stdout.splitlines()[-1] == (
        f"2 versions serve: other on 1, {own} on 1. `make redeploy {HERE}` deploys {own} on all of them"
    )
    again = alice.make("redeploy", "LOCAL=1")
    assert again.returncode == 0, again.stdout + again.stderr
    assert f"{NAME}: EB deploys {own} again" in again.stdout
    assert f"{NAME}: Ready, health Ok, version {own}" in again.stdout
    nothing = alice.make("abort", "LOCAL=1")
    assert nothing.returncode == 2
    assert f"nothing that can be aborted is being done to {NAME}" in nothing.stderr


def test_the_application_is_restarted_and_waited_for(alice: Checkout) -> None:
    result = alice.make("restart", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Restarted application server on all ec2 instances." in result.stdout
    assert f"{NAME}: Ready, health Ok" in result.stdout
    alice.inject(NAME, HealthStatus="Severe", Health="Red")
    ill = alice.make("restart", "LOCAL=1", "TIMEOUT=1")
    alice.inject(NAME)
    assert ill.returncode != 0
    lines = alice.make("history", "LOCAL=1").stdout.splitlines()[1:3]
    assert [line.split()[2:4] for line in lines] == [["restart", "unhealthy"], ["restart", "done"]]


@pytest.mark.parametrize("verb", ["restart", "redeploy"])
def test_a_locked_environment_is_left_alone(alice: Checkout, verb: str) -> None:
    assert alice.make("lock", "LOCAL=1", "REASON=work").returncode == 0
    before = alice.client("elasticbeanstalk").describe_events(EnvironmentName=NAME)["Events"]
    recorded = alice.make("history", "LOCAL=1").stdout
    result = alice.make(verb, "LOCAL=1")
    assert alice.make("unlock", "LOCAL=1").returncode == 0
    assert result.returncode == 2
    assert "locked it at" in result.stderr
    assert alice.make("history", "LOCAL=1").stdout == recorded, "what was refused is not recorded"
    assert alice.client("elasticbeanstalk").describe_events(EnvironmentName=NAME)["Events"] == before


def test_drift_is_an_exit_status(alice: Checkout) -> None:
    clean = alice.make("drift", "LOCAL=1")
    assert (clean.returncode, clean.stdout.splitlines()[-1]) == (0, f"{NAME}: no drift")
    size = {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize"}
    beanstalk = alice.client("elasticbeanstalk")
    beanstalk.update_environment(EnvironmentName=NAME, OptionSettings=[{**size, "Value": "4"}])
    drifted = alice.make("drift", "LOCAL=1")
    beanstalk.update_environment(EnvironmentName=NAME, OptionSettings=[{**size, "Value": "2"}])
    assert drifted.returncode == 2
    assert "aws:autoscaling:asg MaxSize" in drifted.stdout
    assert "no drift" not in drifted.stdout


def test_without_an_environment_nothing_is_done(alice: Checkout) -> None:
    for verb in ("restart", "redeploy", "drift", "url", "status"):
        result = alice.make(verb, "LOCAL=1", "ENV=prod")
        assert result.returncode == 2, verb
        assert "there is no stack todobackend-prod in us-east-1; `make stack" in result.stdout + result.stderr
    assert (
        "nothing that can be aborted is being done to todobackend-prod"
        in alice.make("abort", "LOCAL=1", "ENV=prod").stderr
    )


def test_the_platform_that_runs_is_pinned_in_the_config(alice: Checkout) -> None:
    config = alice.folder / "config/todobackend.yaml"
    before = config.read_bytes()
    listed = alice.make("platform", "LOCAL=1").stdout
    assert "  4.7.7   newest, pinned in config/, running\n" in listed
    assert "  4.7.1\n" in listed
    same = alice.make("platform", "LOCAL=1", "TO=running")
    assert "pins 4.7.7 already" in same.stdout
    edited = alice.make("platform", "LOCAL=1", "TO=4.7.1")
    assert edited.returncode == 0, edited.stderr
    assert "/4.7.7 -> 4.7.1\n" in edited.stdout
    assert "`defaults` has it, so it changes for dev, prod\n" in edited.stdout
    assert config.read_bytes() == before.replace(b"2023/4.7.7", b"2023/4.7.1")
    assert alice.make("generate").returncode == 0
    back = alice.make("platform", "LOCAL=1", "TO=running")
    assert back.returncode == 0
    assert config.read_bytes() == before
    wrong = alice.make("platform", "LOCAL=1", "TO=4.7.99")
    assert wrong.returncode == 2
    assert "EB has no version 4.7.99 of ECS running on 64bit Amazon Linux 2023; the newest is 4.7.7" in wrong.stderr
    alice.restore()


def test_without_credentials_the_platform_is_what_the_facts_know(alice: Checkout) -> None:
    none = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    result = alice.make("platform", environment=none)
    assert result.returncode == 0, result.stderr
    assert "AWS was not asked (Unable to locate credentials); these are known since 20" in result.stdout
    assert "  4.7.7   newest, pinned in config/\n" in result.stdout
