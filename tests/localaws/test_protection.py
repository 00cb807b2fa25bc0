"""Stack policies and termination protection: what CloudFormation refuses because of them, through real clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import LocalAWS, Template

    Stack = Callable[..., Template]

TOPIC = "AWS::SNS::Topic"
EVERYTHING = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def topics(**names: str) -> dict[str, Any]:
    """Return a template of topics; a topic is replaced when its name changes, and modified when its title does."""
    return {
        "Resources": {
            logical_id: {
                "Type": TOPIC,
                "Properties": {"TopicName": name, "DisplayName": logical_id},
            }
            for logical_id, name in names.items()
        }
    }


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    """Return a policy that allows everything but some actions."""
    statement = {"Effect": "Deny", "Action": list(actions), "Principal": "*", "Resource": "*", **more}
    return {"Statement": [statement, EVERYTHING]}


def set_policy(local: LocalAWS, stack: str, policy: dict[str, Any]) -> None:
    local.client("cloudformation").set_stack_policy(StackName=stack, StackPolicyBody=json.dumps(policy))


def names(local: LocalAWS, prefix: str) -> set[str]:
    listed = (topic["TopicArn"].rpartition(":")[2] for topic in local.client("sns").list_topics()["Topics"])
    return {name for name in listed if name.startswith(f"{prefix}-")}


@pytest.fixture
def stack(local: LocalAWS, name: str) -> str:
    """Create a stack of two topics, One and Two."""
    assert local.create(name, topics(One=f"{name}-one", Two=f"{name}-two")) == "CREATE_COMPLETE"
    return name


def test_a_denied_replacement_fails_the_update(local: LocalAWS, stack: str) -> None:
    policy = deny("Update:Replace", "Update:Delete", Resource="LogicalResourceId/Two")
    set_policy(local, stack, policy)
    renamed = topics(One=f"{stack}-one", Two=f"{stack}-renamed")
    assert local.update(stack, renamed) == "UPDATE_ROLLBACK_COMPLETE"
    failure = local.first_failure(stack)
    assert (failure["LogicalResourceId"], failure["ResourceStatus"]) == ("Two", "UPDATE_FAILED")
    assert failure["ResourceStatusReason"] == (
        "Action denied by stack policy: Statement [#1] does not allow [Update:Replace] for resource "
        "[LogicalResourceId/Two];"
    )
    before = [e["ResourceStatus"] for e in local.stack_events(stack) if e["LogicalResourceId"] == "Two"]
    assert before == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_FAILED", "UPDATE_COMPLETE"]
    assert names(local, stack) == {f"{stack}-one", f"{stack}-two"}
    assert local.update(stack, topics(One=f"{stack}-renamed", Two=f"{stack}-two")) == "UPDATE_COMPLETE"


def test_a_denied_removal_fails_the_update_before_anything_changes(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, deny("Update:Delete", Resource="LogicalResourceId/Two"))
    assert local.update(stack, topics(One=f"{stack}-renamed")) == "UPDATE_ROLLBACK_COMPLETE"
    failure = local.first_failure(stack)
    assert failure["LogicalResourceId"] == "Two"
    assert "Statement [#1] does not allow [Update:Delete]" in failure["ResourceStatusReason"]
    assert names(local, stack) == {f"{stack}-one", f"{stack}-two"}
    assert local.update(stack, topics(Two=f"{stack}-two")) == "UPDATE_COMPLETE"
    assert names(local, stack) == {f"{stack}-two"}


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike"])
def test_a_condition_names_the_type(local: LocalAWS, stack: str, operator: str) -> None:
    kind = {"StringEquals": [TOPIC], "StringLike": "AWS::SNS::*"}[operator]
    set_policy(local, stack, deny("Update:Delete", Condition={operator: {"ResourceType": kind}}))
    assert local.update(stack, topics(One=f"{stack}-one")) == "UPDATE_ROLLBACK_COMPLETE"
    set_policy(local, stack, deny("Update:Delete", Condition={operator: {"ResourceType": "AWS::SQS::Queue"}}))
    assert local.update(stack, topics(One=f"{stack}-one")) == "UPDATE_COMPLETE"


def test_a_policy_that_allows_nothing_refuses_every_change_and_no_addition(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, {"Statement": [{**EVERYTHING, "Resource": "LogicalResourceId/None"}]})
    changed = topics(One=f"{stack}-one", Two=f"{stack}-two")
    changed["Resources"]["One"]["Properties"]["DisplayName"] = "other"
    assert local.update(stack, changed) == "UPDATE_ROLLBACK_COMPLETE"
    assert local.first_failure(stack)["ResourceStatusReason"] == "Action not allowed by stack policy"
    more = topics(One=f"{stack}-one", Two=f"{stack}-two", Three=f"{stack}-three")
    assert local.update(stack, more) == "UPDATE_COMPLETE"


def test_a_policy_does_not_hinder_a_deletion_of_the_stack(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, deny("Update:*"))
    assert local.delete(stack) == "DELETE_COMPLETE"
    assert names(local, stack) == set()


def test_a_policy_does_not_hinder_a_rollback(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, deny("Update:Modify", Resource="LogicalResourceId/Two"))
    changed = topics(One=f"{stack}-one", Two=f"{stack}-two")
    for resource in changed["Resources"].values():
        resource["Properties"]["DisplayName"] = "other"
    assert local.update(stack, changed) == "UPDATE_ROLLBACK_COMPLETE"
    last = [event for event in local.stack_events(stack) if event["LogicalResourceId"] == "One"][-1]
    assert last["ResourceStatus"] == "UPDATE_COMPLETE"


def test_another_policy_may_hold_for_one_update(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, deny("Update:Delete"))
    only_now = json.dumps({"Statement": [EVERYTHING]})
    smaller = topics(One=f"{stack}-one")
    assert local.update(stack, smaller, StackPolicyDuringUpdateBody=only_now) == "UPDATE_COMPLETE"
    assert local.update(stack, topics(Two=f"{stack}-two")) == "UPDATE_ROLLBACK_COMPLETE"


def test_a_policy_given_with_an_update_holds_from_the_next_one(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, deny("Update:Delete"))
    allowed = json.dumps({"Statement": [EVERYTHING]})
    assert local.update(stack, topics(One=f"{stack}-one"), StackPolicyBody=allowed) == "UPDATE_ROLLBACK_COMPLETE"
    assert local.update(stack, topics(One=f"{stack}-one")) == "UPDATE_COMPLETE"


def test_the_aws_command_protects_an_environment_with_a_policy_file(
    local: LocalAWS, deployed: str, template: Stack, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    types = {"StringEquals": {"ResourceType": ["AWS::ElasticBeanstalk::Environment"]}}
    file.write_text(json.dumps(deny("Update:Replace", "Update:Delete", Condition=types)))
    place = ("--stack-name", deployed)
    result = local.aws("cloudformation", "set-stack-policy", *place, "--stack-policy-body", f"file://{file}")
    assert result.returncode == 0, result.stderr
    shown = local.aws("cloudformation", "get-stack-policy", *place, "--query", "StackPolicyBody", "--output", "text")
    assert json.loads(shown.stdout) == json.loads(file.read_text())
    assert local.deploy(deployed, template(deployed, key="two.zip")).returncode == 0
    renamed = template(deployed, key="two.zip")
    renamed["Resources"]["Environment"]["Properties"]["EnvironmentName"] = f"{deployed}-new"
    assert local.deploy(deployed, renamed).returncode != 0
    assert "does not allow [Update:Replace]" in local.first_failure(deployed)["ResourceStatusReason"]
    del renamed["Resources"]["Environment"]
    del renamed["Outputs"]
    assert local.deploy(deployed, renamed).returncode != 0
    assert local.environment(deployed)["Status"] == "Ready"


@pytest.mark.parametrize(
    "policy",
    [
        "no JSON",
        "[]",
        '{"Statement": "all"}',
        json.dumps({"Statement": [{**EVERYTHING, "Principal": "me"}]}),
        json.dumps({"Statement": [{**EVERYTHING, "Action": "Delete:*"}]}),
        json.dumps({"Statement": [{**EVERYTHING, "Effect": "Perhaps"}]}),
        json.dumps({"Statement": [{**EVERYTHING, "Condition": {"StringEquals": {"ResourceTag": "a"}}}]}),
    ],
)
def test_an_invalid_policy_is_refused(local: LocalAWS, stack: str, policy: str) -> None:
    with pytest.raises(ClientError) as caught:
        local.client("cloudformation").set_stack_policy(StackName=stack, StackPolicyBody=policy)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert caught.value.response["Error"]["Message"] == "Error validating stack policy: Invalid stack policy"
    assert "StackPolicyBody" not in local.client("cloudformation").get_stack_policy(StackName=stack)


def test_an_empty_policy_allows_everything(local: LocalAWS, stack: str) -> None:
    set_policy(local, stack, {})
    assert local.update(stack, topics(Two=f"{stack}-renamed")) == "UPDATE_COMPLETE"


def test_a_protected_stack_cannot_be_deleted(local: LocalAWS, stack: str) -> None:
    place = ("--stack-name", stack)
    protect = ("cloudformation", "update-termination-protection", *place)
    assert local.stack(stack)["EnableTerminationProtection"] is False
    assert local.aws(*protect, "--enable-termination-protection").returncode == 0
    assert local.stack(stack)["EnableTerminationProtection"] is True
    refused = local.aws("cloudformation", "delete-stack", *place)
    assert refused.returncode != 0
    assert refused.stderr.strip() == (
        "An error occurred (ValidationError) when calling the DeleteStack operation: "
        f"Stack [{stack}] cannot be deleted while TerminationProtection is enabled"
    )
    assert local.stack(stack)["StackStatus"] == "CREATE_COMPLETE"
    assert local.update(stack, topics(One=f"{stack}-one")) == "UPDATE_COMPLETE"
    assert local.stack(stack)["EnableTerminationProtection"] is True
    assert local.aws(*protect, "--no-enable-termination-protection").returncode == 0
    assert local.delete(stack) == "DELETE_COMPLETE"


def test_a_stack_can_be_created_with_both_protections(local: LocalAWS, name: str) -> None:
    policy = json.dumps(deny("Update:Delete"))
    template = topics(One=f"{name}-one", Two=f"{name}-two")
    more = {"EnableTerminationProtection": True, "StackPolicyBody": policy}
    assert local.create(name, template, **more) == "CREATE_COMPLETE"
    assert local.update(name, topics(One=f"{name}-one")) == "UPDATE_ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="while TerminationProtection is enabled"):
        local.client("cloudformation").delete_stack(StackName=name)
