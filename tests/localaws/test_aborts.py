"""Updates that hang, how they are aborted or cancelled, and restarts, through real clients."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .test_eb_cli import eb

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]

__all__ = ["eb"]  # a fixture

TIMEOUT = {"Namespace": "aws:elasticbeanstalk:command", "OptionName": "Timeout", "Value": "300"}
NOT_PENDING = "is in an invalid state for this operation. Must be pending deployment."
NOT_READY = "is in an invalid state for this operation. Must be Ready."


@pytest.fixture
def beanstalk(local: LocalAWS) -> Any:
    return local.client("elasticbeanstalk")


@pytest.fixture
def version(local: LocalAWS, beanstalk: Any, deployed: str) -> str:
    """Make a second version of the deployed application and return its label."""
    bundle = {"S3Bucket": "bundles", "S3Key": local.put("two.zip")}
    beanstalk.create_application_version(ApplicationName=deployed, VersionLabel="v2", SourceBundle=bundle)
    return "v2"


def begin_update(local: LocalAWS, stack: str, template: Template) -> None:
    """Update a stack and return as soon as its environment is being updated."""
    local.client("cloudformation").update_stack(
        StackName=stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
    )
    wait_for(lambda: local.environment(stack)["Status"] == "Updating")


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("the condition does not become true")


def refusal(call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    assert error["Code"] in ("InvalidParameterValue", "ValidationError")
    return str(error["Message"])


def test_an_update_that_hangs_can_be_aborted(local: LocalAWS, beanstalk: Any, deployed: str) -> None:
    local.inject(deployed, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=deployed, OptionSettings=[TIMEOUT])
    environment = local.environment(deployed)
    assert (environment["Status"], environment["Health"]) == ("Updating", "Grey")
    assert environment["AbortableOperationInProgress"] is True
    named = {"EnvironmentName": deployed}
    assert (
        refusal(beanstalk.update_environment, **named, Description="x") == f"Environment named {deployed} {NOT_READY}"
    )
    assert refusal(beanstalk.restart_app_server, **named) == f"Environment named {deployed} {NOT_READY}"
    assert refusal(beanstalk.terminate_environment, **named) == (
        f"Cannot terminate environment named {deployed}. It is currently pending deployment."
    )
    beanstalk.abort_environment_update(**named)
    environment = local.environment(deployed)
    assert (environment["Status"], environment["HealthStatus"]) == ("Ready", "Ok")
    assert environment["AbortableOperationInProgress"] is False
    assert local.options(deployed, deployed).get(("aws:elasticbeanstalk:command", "Timeout")) != "300"
    assert local.messages(deployed)[-2:] == [
        "abortEnvironmentUpdate is starting.",
        "The environment was reverted to the previous configuration setting.",
    ]


def test_only_an_update_in_progress_can_be_aborted(local: LocalAWS, beanstalk: Any, deployed: str) -> None:
    abort = beanstalk.abort_environment_update
    assert local.environment(deployed)["AbortableOperationInProgress"] is False
    assert refusal(abort, EnvironmentName=deployed) == f"Environment named {deployed} {NOT_PENDING}"
    local.inject(deployed, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=deployed, OptionSettings=[TIMEOUT])
    abort(EnvironmentName=deployed)
    assert refusal(abort, EnvironmentName=deployed) == f"Environment named {deployed} {NOT_PENDING}"


def test_an_aborted_deployment_leaves_two_versions(
    local: LocalAWS, beanstalk: Any, deployed: str, version: str
) -> None:
    before = local.environment(deployed)["VersionLabel"]
    local.inject(deployed, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=deployed, VersionLabel=version)
    assert local.environment(deployed)["VersionLabel"] == version
    beanstalk.abort_environment_update(EnvironmentName=deployed)
    environment = local.environment(deployed)
    assert (environment["Status"], environment["HealthStatus"]) == ("Ready", "Degraded")
    assert environment["VersionLabel"] == before
    everything = {"EnvironmentName": deployed, "AttributeNames": ["All"]}
    instances = beanstalk.describe_instances_health(**everything)["InstanceHealthList"]
    assert [instance["Deployment"]["VersionLabel"] for instance in instances] == [before, version]
    resources = beanstalk.describe_environment_resources(EnvironmentName=deployed)["EnvironmentResources"]
    assert [instance["Id"] for instance in resources["Instances"]] == [one["InstanceId"] for one in instances]
    assert beanstalk.describe_environment_health(**everything)["Causes"] == [
        f'Incorrect application version found on 1 out of 2 instances. Expected version "{before}" (deployment 1).'
    ]


def test_the_version_that_runs_can_be_deployed_again_and_then_serves_alone(
    local: LocalAWS, beanstalk: Any, deployed: str, version: str
) -> None:
    before = local.environment(deployed)["VersionLabel"]
    local.inject(deployed, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=deployed, VersionLabel=version)
    beanstalk.abort_environment_update(EnvironmentName=deployed)
    beanstalk.update_environment(EnvironmentName=deployed, VersionLabel=before)
    assert local.messages(deployed)[-3:] == [
        "Deploying new version to instance(s).",
        "New application version was deployed to running EC2 instances.",
        "Environment update completed successfully.",
    ]
    assert local.environment(deployed)["HealthStatus"] == "Ok"
    everything = {"EnvironmentName": deployed, "AttributeNames": ["All"]}
    assert len(beanstalk.describe_instances_health(**everything)["InstanceHealthList"]) == 1


def test_an_update_that_hangs_ends_when_the_test_releases_it(local: LocalAWS, deployed: str, template: Stack) -> None:
    local.inject(deployed, hang_next_update=True)
    begin_update(local, deployed, template(deployed, key="two.zip"))
    assert local.stack(deployed)["StackStatus"] == "UPDATE_IN_PROGRESS"
    assert refusal(local.client("cloudformation").delete_stack, StackName=deployed) == (
        f"Stack [{deployed}] cannot be deleted while in status UPDATE_IN_PROGRESS"
    )
    local.inject(deployed, release_update=True)
    assert local.settled(deployed) == "UPDATE_COMPLETE"
    environment = local.environment(deployed)
    assert (environment["Status"], environment["HealthStatus"]) == ("Ready", "Ok")
    assert environment["VersionLabel"] == local.outputs(deployed)["VersionLabel"]


def test_a_stack_whose_environment_is_aborted_is_rolled_back(
    local: LocalAWS, beanstalk: Any, deployed: str, template: Stack
) -> None:
    before = local.outputs(deployed)["VersionLabel"]
    local.inject(deployed, hang_next_update=True)
    begin_update(local, deployed, template(deployed, key="two.zip"))
    beanstalk.abort_environment_update(EnvironmentName=deployed)
    assert local.settled(deployed) == "UPDATE_ROLLBACK_COMPLETE"
    failure = local.first_failure(deployed)
    assert failure["LogicalResourceId"] == "Environment"
    assert f"The update of {deployed} was aborted." in failure["ResourceStatusReason"]
    assert local.environment(deployed)["VersionLabel"] == before
    assert local.update(deployed, template(deployed, key="two.zip")) == "UPDATE_COMPLETE"


@pytest.mark.parametrize("ends_by", ["abort", "release"])
def test_a_cancelled_stack_update_is_rolled_back_when_the_environment_has_ended_its_own(
    local: LocalAWS, beanstalk: Any, deployed: str, template: Stack, ends_by: str
) -> None:
    before = local.outputs(deployed)["VersionLabel"]
    local.inject(deployed, hang_next_update=True)
    begin_update(local, deployed, template(deployed, key="two.zip"))
    assert local.aws("cloudformation", "cancel-update-stack", "--stack-name", deployed).returncode == 0
    wait_for(lambda: local.stack(deployed)["StackStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS")
    assert local.environment(deployed)["AbortableOperationInProgress"] is True
    if ends_by == "abort":
        beanstalk.abort_environment_update(EnvironmentName=deployed)
    else:
        local.inject(deployed, release_update=True)
    assert local.settled(deployed) == "UPDATE_ROLLBACK_COMPLETE"
    assert local.environment(deployed)["VersionLabel"] == before
    assert local.outputs(deployed)["VersionLabel"] == before
    events = [
        (e["LogicalResourceId"], e["ResourceStatus"], e.get("ResourceStatusReason"))
        for e in local.stack_events(deployed)
    ]
    cancelled = events.index(("Environment", "UPDATE_FAILED", "Resource update cancelled"))
    assert events[cancelled + 1] == (deployed, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
    assert ("Environment", "UPDATE_COMPLETE") in [event[:2] for event in events[cancelled:]]


def test_only_an_update_of_a_stack_can_be_cancelled(local: LocalAWS, deployed: str) -> None:
    cancel = local.client("cloudformation").cancel_update_stack
    message = "CancelUpdateStack cannot be called from current stack status"
    assert refusal(cancel, StackName=deployed) == message


def test_a_stack_is_not_deleted_while_its_environment_is_updated(
    local: LocalAWS, beanstalk: Any, deployed: str
) -> None:
    local.inject(deployed, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=deployed, OptionSettings=[TIMEOUT])
    assert local.delete(deployed) == "DELETE_FAILED"
    assert "It is currently pending deployment." in local.first_failure(deployed)["ResourceStatusReason"]
    beanstalk.abort_environment_update(EnvironmentName=deployed)
    assert local.delete(deployed) == "DELETE_COMPLETE"


def test_the_application_server_can_be_restarted(local: LocalAWS, beanstalk: Any, deployed: str) -> None:
    beanstalk.restart_app_server(EnvironmentName=deployed)
    assert local.messages(deployed)[-2:] == [
        "restartAppServer is starting.",
        "Restarted application server on all ec2 instances.",
    ]
    assert local.environment(deployed)["Status"] == "Ready"
    assert "No Environment found" in refusal(beanstalk.restart_app_server, EnvironmentName="none")


def test_eb_abort_ends_an_update(eb: Callable[..., str], local: LocalAWS, beanstalk: Any, deployed: str) -> None:
    local.inject(deployed, hang_next_update=True)
    beanstalk.update_environment(EnvironmentName=deployed, OptionSettings=[TIMEOUT])
    assert f'Aborting update to environment "{deployed}".' in eb("abort")
    assert local.environment(deployed)["Status"] == "Ready"
