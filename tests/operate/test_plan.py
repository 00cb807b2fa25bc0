"""How a plan describes the change of an EB environment."""

from __future__ import annotations

import pytest

from beanstack.operate.plan import Change, described, option_changes
from beanstack.operate.why import ADVICE, advice, first_failure


def environment(**options: str) -> dict[str, object]:
    settings = [{"Namespace": "aws:a", "OptionName": name, "Value": value} for name, value in options.items()]
    return {"Resources": {"Environment": {"Properties": {"OptionSettings": settings}}}}


def change(*names: str) -> dict[str, object]:
    return {
        "Action": "Modify",
        "LogicalResourceId": "Environment",
        "ResourceType": "AWS::ElasticBeanstalk::Environment",
        "Replacement": "False",
        "Details": [{"Target": {"Attribute": "Properties", "Name": name}} for name in names],
    }


def test_an_environments_row_names_each_option_that_differs() -> None:
    found = described(
        change("VersionLabel", "OptionSettings"),
        environment(Same="1", Old="1"),
        environment(Same="1", Old="2", New="3"),
    )
    assert found == Change(
        "Modify",
        "Environment",
        "AWS::ElasticBeanstalk::Environment",
        "False",
        ("VersionLabel", "aws:a New: unset -> 3", "aws:a Old: 1 -> 2"),
    )


def test_a_property_is_named_once() -> None:
    assert described(change("Tags", "Tags"), environment(), environment()).properties == ("Tags",)


def test_an_option_that_disappears_keeps_its_value() -> None:
    assert list(option_changes({"aws:a Gone": "1"}, {})) == ["aws:a Gone: 1 -> (EB keeps it)"]


def test_what_was_cancelled_is_not_the_first_failure() -> None:
    cancelled = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "Resource creation cancelled"}
    cause = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "No space"}
    done = {"ResourceStatus": "CREATE_COMPLETE"}
    assert first_failure([done, cancelled, cause]) == cause
    assert first_failure([done, cancelled]) == cancelled
    assert first_failure([done]) is None


@pytest.mark.parametrize("status", [*ADVICE, "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"])
def test_every_state_has_advice(status: str) -> None:
    text = advice(status).format(make="APP=a ENV=b", stack="a-b", region="us-east-1")
    assert text.endswith(".")
    assert "{" not in text
