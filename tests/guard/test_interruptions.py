"""What each kind of change interrupts, as `make plan` shows it."""

from __future__ import annotations

import pytest

from beanstack.operate.comparison import compare
from beanstack.operate.comparison.fates import Fate, fates
from beanstack.operate.comparison.interruptions import interruption
from tests.guard.edits import DEPLOYED
from tests.guard.situations import observed, texts

TYPE = "AWS::ElasticBeanstalk::Environment"
ROLLING = """\
      aws:autoscaling:updatepolicy:rollingupdate: {RollingUpdateEnabled: "true", RollingUpdateType: Health}
"""
NOT_ROLLING = """\
      aws:autoscaling:updatepolicy:rollingupdate: {RollingUpdateEnabled: "false"}
"""


def of_environment(old: str, new: str) -> str:
    """Return the interruption of the environment's change from one config to another."""
    assert old != new
    changes = compare(observed(texts(old), texts(new)), "ENV=dev").changes
    [found] = [change.interruption for change in changes if change.type == TYPE]
    return found


@pytest.mark.parametrize(
    ("policy", "interrupted"),
    [("AllAtOnce", "all at once"), ("Rolling", "instances replaced in batches")],
)
def test_a_new_version_interrupts_as_the_deployment_policy_says(policy: str, interrupted: str) -> None:
    deployed = DEPLOYED.replace("policy: Rolling", f"policy: {policy}")
    assert of_environment(deployed, deployed.replace("nginx:1.27", "nginx:1.28")) == interrupted


@pytest.mark.parametrize(
    ("updates", "interrupted"),
    [(NOT_ROLLING, "all at once"), (ROLLING, "instances replaced in batches")],
)
@pytest.mark.parametrize(
    ("old", "new"),
    [("2023/4.7.7", "2023/4.7.8"), ("InstanceTypes: t3.small", "InstanceTypes: t3.large")],
)
def test_another_platform_or_instance_type_replaces_instances_as_rolling_updates_say(
    old: str, new: str, updates: str, interrupted: str
) -> None:
    deployed = DEPLOYED + updates + "      aws:ec2:instances: {InstanceTypes: t3.small}\n"
    assert of_environment(deployed, deployed.replace(old, new)) == interrupted


@pytest.mark.parametrize(
    ("old", "new", "interrupted"),
    [
        ("LEVEL: info", "LEVEL: debug", "application restart"),
        ("policy: Rolling", "policy: Immutable", "none"),
        ("tcp,22,22,10.0.0.0/8", "tcp,22,22,10.1.0.0/16", "instances replaced in batches"),
        ("storage: 30", "storage: 40", "not known"),
    ],
)
def test_an_option_interrupts_as_aws_says_of_it(old: str, new: str, interrupted: str) -> None:
    assert of_environment(DEPLOYED, DEPLOYED.replace(old, new)) == interrupted


def test_a_removed_environment_is_down() -> None:
    body = {"Resources": {"Environment": {"Type": TYPE}}}
    [removed] = fates(body, {"Resources": {}})
    assert interruption(removed, body, {"Resources": {}}) == "downtime"


@pytest.mark.parametrize(
    ("kind", "action", "interrupted"),
    [
        ("AWS::IAM::Role", "Replace", "not known"),
        ("AWS::IAM::Role", "Modify", "none"),
        ("AWS::IAM::Role", "Add", "none"),
        ("AWS::ElasticBeanstalk::ApplicationVersion", "Replace", "none"),
        (TYPE, "Add", "none"),
        (TYPE, "Replace", "downtime"),
    ],
)
def test_what_uses_a_replaced_resource_is_not_known(kind: str, action: str, interrupted: str) -> None:
    assert interruption(Fate("One", kind, action, {}, {}), {}, {}) == interrupted
