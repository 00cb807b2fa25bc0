"""How a plan describes the change of an EB environment."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from beanstack.operate.plan import Change, described, option_changes, skips_migration
from beanstack.operate.screen import console, table
from beanstack.operate.status import comparable
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


def deployed(key: str = "a", platform: str = "4.7.7", migrates: str = "true", **launch: str) -> dict[str, object]:
    """A template of an environment."""
    options = {"EC2KeyName": "", "IamInstanceProfile": "p", "InstanceTypes": "t3.micro", "MinSize": "1", **launch}
    namespaces = {"InstanceTypes": "aws:ec2:instances", "MinSize": "aws:autoscaling:asg"}
    settings = [
        {"Namespace": namespaces.get(name, "aws:autoscaling:launchconfiguration"), "OptionName": name, "Value": value}
        for name, value in options.items()
    ]
    properties = {"PlatformArn": f"arn::platform/{platform}", "OptionSettings": settings}
    return {
        "Metadata": {"Beanstack": {"BundleKey": key, **({"Migrates": migrates} if migrates else {})}},
        "Resources": {
            "Version": {"Type": "AWS::ElasticBeanstalk::ApplicationVersion"},
            "Environment": {"Type": "AWS::ElasticBeanstalk::Environment", "Properties": properties},
        },
    }


@pytest.mark.parametrize(
    ("after", "skips"),
    [
        (deployed("b", platform="4.7.8"), True),
        (deployed("b", InstanceTypes="t3.small"), True),
        (deployed("b", EC2KeyName="ops"), True),
        (deployed("b", RootVolumeSize="30"), True),
        (deployed("b"), False),
        (deployed("b", MinSize="2"), False),
        (deployed("b", IamInstanceProfile="q"), False),
        (deployed("b", RootVolumeSize=""), False),
        (deployed("a", platform="4.7.8", EC2KeyName="ops"), False),
        (deployed("b", platform="4.7.8", migrates=""), False),
    ],
)
def test_a_migration_may_be_skipped_where_a_new_bundle_meets_new_instances(after: object, skips: bool) -> None:
    assert skips_migration(deployed(migrates=""), after) is skips


def test_a_first_deployment_skips_no_migration() -> None:
    assert not skips_migration({}, deployed())


def test_what_was_cancelled_is_not_the_first_failure() -> None:
    cancelled = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "Resource creation cancelled"}
    cause = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "No space"}
    done = {"ResourceStatus": "CREATE_COMPLETE"}
    assert first_failure([done, cancelled, cause]) == cause
    assert first_failure([done, cancelled]) == cancelled
    assert first_failure([done]) is None


@pytest.mark.parametrize("status", [*ADVICE, "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"])
def test_every_state_has_advice(status: str) -> None:
    text = advice(status, "APP=a ENV=b")
    assert text.endswith(".")
    assert "{" not in text


def test_the_applications_stack_is_destroyed_by_a_target_of_its_own() -> None:
    assert "`make destroy-application APP=a ENV=b`" in advice("ROLLBACK_COMPLETE", "APP=a ENV=b", shared=True)


@pytest.mark.parametrize("width", [80, 200])
def test_no_cell_of_a_plan_is_cut(width: int) -> None:
    long = f"aws:elasticbeanstalk:environment:process:default HealthCheckPath: /old -> /{'x' * 300}/end"
    shown = io.StringIO()
    row = Change("Modify", "Environment", "AWS::ElasticBeanstalk::Environment", "Conditional", (long,))
    Console(file=shown, width=width, soft_wrap=True).print(table("shop-dev", [row]))
    lines = [line.split("│") for line in shown.getvalue().splitlines() if line.startswith("│")]
    cells = ["".join(parts).replace(" ", "") for parts in zip(*lines, strict=True)]
    assert cells[1:-1] == [part.replace(" ", "") for part in (*row[:-1], long)]


def test_a_line_that_is_piped_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("x" * 500)
    assert capsys.readouterr().out == "x" * 500 + "\n"


def test_templates_are_compared_as_cloudformation_gives_them_back() -> None:
    """It has a question mark for each character beyond ASCII."""
    assert comparable({"a": "gr??e ??? ??"}) == comparable({"a": "grüße 日本語 😀"})
    assert comparable({"a": "gr??e"}) != comparable({"a": "grüsse"})
