"""Deploying, inspecting and deleting an environment by the Makefile's recipes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

TAG = "todobackend:1.0.0"


@pytest.fixture(scope="module")
def printed(first_stack: tuple[Checkout, str]) -> str:
    """Return what the first `make stack LOCAL=1` prints."""
    return first_stack[1]


def version(output: str) -> str:
    found = re.search(r"^  Version: (\S+)$", output, re.MULTILINE)
    assert found
    return found[1]


def test_the_first_stack_ends_in_the_url_of_a_healthy_environment(printed: str) -> None:
    assert re.search(r"^todobackend-dev: Ready, health Ok, version todobackend-dev-version-\w+$", printed, re.MULTILINE)
    assert re.search(r"^  URL: http://\S+\.us-east-1\.elb\.amazonaws\.com$", printed, re.MULTILINE)
    assert "Uploaded the bundle" in printed


def test_a_second_stack_changes_nothing_and_says_so(deployed: Checkout, printed: str) -> None:
    again = deployed.stack()
    assert "No changes to deploy. Stack todobackend is up to date" in again
    assert "No changes to deploy. Stack todobackend-dev is up to date" in again
    assert "is in its bucket already" in again
    assert version(again) == version(printed)


def test_url_prints_the_url_alone(deployed: Checkout) -> None:
    result = deployed.make("url", "LOCAL=1")
    assert re.fullmatch(r"http://\S+\n", result.stdout)


def test_status_says_that_the_committed_bundle_runs(deployed: Checkout) -> None:
    result = deployed.make("status", "LOCAL=1")
    assert result.returncode == 0
    assert "Stack:       todobackend-dev in us-east-1, CREATE_COMPLETE\n" in result.stdout
    assert "Health:      Ok\n" in result.stdout
    assert "Platform:    ECS running on 64bit Amazon Linux 2023/4.7.7\n" in result.stdout
    assert ", the committed one\n" in result.stdout


def test_events_shows_both_streams(deployed: Checkout) -> None:
    result = deployed.make("events", "LOCAL=1")
    assert "Environment CREATE_COMPLETE" in result.stdout
    assert re.search(
        r"^EB: \S+ \S+ INFO Successfully launched environment: todobackend-dev$", result.stdout, re.MULTILINE
    )


def test_plan_shows_what_another_environment_would_need_and_leaves_nothing(deployed: Checkout) -> None:
    result = deployed.make("plan", "LOCAL=1", "ENV=prod")
    assert result.returncode == 0, result.stderr
    assert "todobackend: no changes" in result.stdout
    assert "todobackend-prod: Add Environment (AWS::ElasticBeanstalk::Environment)" in result.stdout
    stacks = deployed.client("cloudformation").list_stacks(
        StackStatusFilter=["REVIEW_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_COMPLETE"]
    )["StackSummaries"]
    names = {stack["StackName"] for stack in stacks}
    assert {name for name in names if not name.startswith("awseb-")} == {"todobackend", "todobackend-dev"}


def test_plan_leaves_a_stack_that_waits_for_somebody_elses_review(deployed: Checkout) -> None:
    cloudformation = deployed.client("cloudformation")
    theirs = {"StackName": "todobackend-prod", "ChangeSetName": "theirs"}
    cloudformation.create_change_set(
        **theirs,
        ChangeSetType="CREATE",
        TemplateBody=(deployed.folder / "output/todobackend/prod.yaml").read_text(),
        Capabilities=["CAPABILITY_IAM"],
    )
    result = deployed.make("plan", "LOCAL=1", "ENV=prod")
    assert result.returncode == 0, result.stderr
    assert "todobackend-prod: Add Environment (AWS::ElasticBeanstalk::Environment)" in result.stdout
    assert cloudformation.describe_stacks(StackName="todobackend-prod")["Stacks"][0]["StackStatus"] == (
        "REVIEW_IN_PROGRESS"
    )
    sets = cloudformation.list_change_sets(StackName="todobackend-prod")["Summaries"]
    assert [found["ChangeSetName"] for found in sets] == ["theirs"]
    cloudformation.delete_stack(StackName="todobackend-prod")


def test_status_compares_the_whole_template(deployed: Checkout) -> None:
    assert "Template:    the committed one\n" in deployed.make("status", "LOCAL=1").stdout
    deployed.edit("output/todobackend/dev.yaml", "Value: 't3.micro'", "Value: 't3.large'")
    status = deployed.make("status", "LOCAL=1").stdout
    assert (
        ", the committed one\nTemplate:    not the committed one; `make plan APP=todobackend ENV=dev LOCAL=1`" in status
    )


def test_the_eb_cli_sees_the_environment(deployed: Checkout) -> None:
    for words in ("status todobackend-dev", "status"):
        result = deployed.make("eb", "LOCAL=1", f"ARGS={words}")
        assert result.returncode == 0, result.stdout + result.stderr
        assert "Environment details for: todobackend-dev" in result.stdout
        assert "Status: Ready" in result.stdout


def test_plan_names_the_options_that_differ(deployed: Checkout) -> None:
    deployed.edit("config/todobackend.yaml", "scaling: {min: 1, max: 2}", "scaling: {min: 1, max: 3}")
    assert deployed.make("generate").returncode == 0
    result = deployed.make("plan", "LOCAL=1")
    assert "aws:autoscaling:asg MaxSize: 2 -> 3" in result.stdout
    changed = "todobackend-dev: Modify Environment (AWS::ElasticBeanstalk::Environment), interruption: none\n"
    assert changed in result.stdout


def test_plan_warns_of_a_migration_that_new_instances_may_skip(deployed: Checkout) -> None:
    warning = "todobackend-dev: the new bundle's migration may be skipped, because EB names no leader among "
    deployed.edit("config/todobackend.yaml", TAG, "todobackend:1.0.2")
    assert deployed.make("generate").returncode == 0
    assert warning not in deployed.make("plan", "LOCAL=1").stdout
    deployed.edit("config/todobackend.yaml", "instance_types: [t3.micro]", "instance_types: [t3a.micro]")
    assert deployed.make("generate").returncode == 0
    assert warning in deployed.make("plan", "LOCAL=1").stdout


def test_another_tag_is_another_version_and_the_old_one_is_kept(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    before = checkout.stack()
    checkout.edit("config/todobackend.yaml", TAG, "todobackend:1.0.1")
    assert checkout.make("generate").returncode == 0
    assert "todobackend:1.0.1" in (checkout.folder / "bundle/todobackend/dev/Dockerrun.aws.json").read_text()
    after = checkout.stack()
    assert version(after) != version(before)
    versions = checkout.client("elasticbeanstalk").describe_application_versions(ApplicationName="todobackend")
    labels = {known["VersionLabel"] for known in versions["ApplicationVersions"]}
    assert {version(before), version(after)} <= labels
    environment = checkout.client("elasticbeanstalk").describe_environments(EnvironmentNames=["todobackend-dev"])
    assert environment["Environments"][0]["VersionLabel"] == version(after)


@pytest.mark.parametrize("path", ["bundle/todobackend/dev/bin/folder.sh", "output/todobackend/dev.yaml"])
def test_a_hand_edit_is_refused_before_anything_happens(deployed: Checkout, path: str) -> None:
    before = (deployed.folder / path).read_text()
    (deployed.folder / path).write_text(before + "# by hand\n")
    result = deployed.make("stack", "LOCAL=1")
    assert result.returncode != 0
    assert f"stale: config/ does not match {path}\n" in result.stderr
    assert "run `make generate`" in result.stderr
    assert "deploy" not in result.stdout.lower().replace("deployment", "")


def test_a_bundle_that_is_not_the_templates_is_not_zipped(deployed: Checkout) -> None:
    path = deployed.folder / "bundle/todobackend/dev/bin/folder.sh"
    before = path.read_text()
    path.write_text(before + "# by hand\n")
    result = deployed.make("bundle")
    assert result.returncode != 0
    assert "bundle/todobackend/dev does not match the template; run `make generate`" in result.stderr


def test_destroy_requires_the_stacks_name(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    checkout.stack()
    needed = checkout.make("destroy-application", "LOCAL=1", "CONFIRM=todobackend")
    assert needed.returncode != 0
    assert "todobackend-dev still need the stack todobackend; destroy them first, then this one" in needed.stderr
    refused = checkout.make("destroy", "LOCAL=1", typed="yes\n")
    assert refused.returncode != 0
    assert (
        "Its database is deleted; RDS keeps a last snapshot of it, and the password's secret stays." in refused.stdout
    )
    assert "'yes' is not todobackend-dev; nothing was deleted" in refused.stderr
    assert checkout.make("status", "LOCAL=1").returncode == 0
    destroyed = checkout.make("destroy", "LOCAL=1", typed="todobackend-dev\n")
    assert destroyed.returncode == 0
    assert destroyed.stdout.endswith("Deleted the stack todobackend-dev in us-east-1.\n")
    gone = checkout.make("status", "LOCAL=1")
    assert gone.returncode != 0
    assert "there is no stack todobackend-dev in us-east-1; `make stack APP=todobackend ENV=dev LOCAL=1`" in gone.stdout
    for target in ("url", "events"):
        result = checkout.make(target, "LOCAL=1")
        assert result.returncode != 0
        assert "there is no stack todobackend-dev in us-east-1; `make stack " in result.stderr
    assert "EB: " in result.stdout, "what EB still knows is shown"
    assert (
        "Deleted the stack todobackend in"
        in checkout.make("destroy-application", "LOCAL=1", "CONFIRM=todobackend").stdout
    )
    buckets = checkout.client("s3").list_buckets()["Buckets"]
    assert [bucket for bucket in buckets if "bundlebucket" in bucket["Name"]], "the bundles stay"
