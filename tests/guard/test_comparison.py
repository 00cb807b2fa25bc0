"""Each prepared edit is one danger, without AWS: the comparison is a function of templates and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.bundle import shipped
from beanstack.deployment import Stack, usual_stacks
from beanstack.generate import files
from beanstack.operate.committed import described, template
from beanstack.operate.comparison import compare
from beanstack.operate.comparison.model import Comparison
from beanstack.operate.comparison.observed import Observed, Option, StackState, of_type
from tests.guard.edits import DEPLOYED, EDITS, TEMPLATE_EDITS, Edit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from beanstack.config import Application
    from tests.conftest import Configured

PLATFORM = "arn:aws:elasticbeanstalk:us-east-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
RUNNING = {"Status": "Ready", "PlatformArn": PLATFORM, "VersionLabel": "v"}


def texts(application: Application) -> dict[str, str]:
    """The templates of `dev`, by stack."""
    made = files(application, shipped())
    names = {stack.name: stack.template for stack in usual_stacks("shop", "dev", "shop-dev")}
    return {stack: made[f"output/shop/{name}"].decode() for stack, name in names.items()}


def observed(
    before: Mapping[str, str],
    after: Mapping[str, str],
    path: Path,
    environment: Mapping[str, Any] | None = RUNNING,
    live: Mapping[Option, str] | None = None,
) -> Observed:
    """What there is if `before` was deployed and is healthy."""
    deployment = described(path, after["shop-dev"])
    return Observed(
        deployment,
        tuple(state(stack, before[stack.name], after[stack.name]) for stack in deployment.stacks),
        environment,
        has_application=True,
        live=live or {},
    )


def state(stack: Stack, before: str, after: str) -> StackState:
    body = template(before)
    physical = {"Application": "shop", "Environment": "shop-dev", "Version": "v"}
    known = {name: physical.get(name, name) for name in body["Resources"]}
    return StackState(stack, "UPDATE_COMPLETE", body, template(after), known)


def compared(application: Configured, old: str, new: str, path: Path) -> Comparison:
    return compare(observed(texts(application(old)), texts(application(new)), path), "ENV=dev")


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_of_the_config_is_one_danger(edit: Edit, application: Configured, tmp_path: Path) -> None:
    assert edit.old in edit.deployed
    found = compared(application, edit.deployed, edit.deployed.replace(edit.old, edit.new), tmp_path)
    stopping = [danger for danger in found.dangers if danger.action != "report"] or found.dangers
    assert [danger.key for danger in stopping] == edit.danger.split()
    assert any(edit.line in danger.reason for danger in stopping)


@pytest.mark.parametrize("edit", TEMPLATE_EDITS, ids=lambda edit: edit.name)
def test_an_edit_of_the_template_is_one_danger(edit: Edit, application: Configured, tmp_path: Path) -> None:
    before = texts(application(DEPLOYED))
    assert edit.old in before["shop-dev"]
    after = {**before, "shop-dev": before["shop-dev"].replace(edit.old, edit.new, 1)}
    found = compare(observed(before, after, tmp_path), "ENV=dev")
    assert edit.danger in [danger.key for danger in found.dangers]
    assert any(edit.line in danger.reason for danger in found.dangers)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nginx:1.27", "nginx:1.28"),
        ("storage: 30", "storage: 40"),
        ("LEVEL: info", "LEVEL: debug"),
        ("policy: Rolling", "policy: Immutable"),
        ("deletion_policy: Snapshot", "deletion_policy: Retain"),
        ("2023/4.7.7", "2023/4.7.8"),
    ],
)
def test_a_harmless_edit_is_none(old: str, new: str, application: Configured, tmp_path: Path) -> None:
    found = compared(application, DEPLOYED, DEPLOYED.replace(old, new), tmp_path)
    assert found.dangers == ()
    assert found.changes


def test_no_edit_is_no_change(application: Configured, tmp_path: Path) -> None:
    assert compared(application, DEPLOYED, DEPLOYED, tmp_path) == Comparison(stacks=("shop", "shop-dev"))


def test_what_is_deployed_protects_not_what_the_config_now_says(application: Configured, tmp_path: Path) -> None:
    """Somebody may raise the policy beside the stack, and EB then acts by it."""
    before, after = texts(application(DEPLOYED)), texts(application(without_database()))
    live = {Option("aws:rds:dbinstance", "DBDeletionPolicy"): "Delete"}
    found = compare(observed(before, after, tmp_path, live=live), "ENV=dev")
    [danger] = found.of_kind("data-loss")
    assert "the deployed deletion policy is Delete" in danger.reason


def test_a_database_that_the_eb_cli_added_is_not_decoupled_unseen(application: Configured, tmp_path: Path) -> None:
    made = texts(application(without_database()))
    live = {Option("aws:rds:dbinstance", "HasCoupledDatabase"): "true"}
    assert compare(observed(made, made, tmp_path, live=live), "ENV=dev").of_kind("data-loss")


def without_database() -> str:
    [edit] = [edit for edit in EDITS if "Snapshot" in edit.name]
    return edit.deployed.replace(edit.old, edit.new)


@pytest.mark.parametrize(
    ("running", "pinned", "dangers", "notes"),
    [("4.7.8", "4.7.7", [], 1), ("4.8.0", "4.7.7", ["platform-downgrade"], 0), ("4.7.7", "4.7.7", [], 0)],
)
def test_a_newer_patch_that_runs_only_warns(
    running: str, pinned: str, dangers: list[str], notes: int, application: Configured, tmp_path: Path
) -> None:
    before = texts(application(DEPLOYED))
    after = texts(application(DEPLOYED.replace("LEVEL: info", "LEVEL: debug").replace("4.7.7", pinned)))
    environment = {**RUNNING, "PlatformArn": PLATFORM.replace("4.7.7", running)}
    found = compare(observed(before, after, tmp_path, environment), "ENV=dev")
    assert [danger.key for danger in found.dangers] == dangers
    assert len(found.notes) == notes


def test_a_stack_of_somebody_else_is_foreign_and_nothing_else_is_said(application: Configured, tmp_path: Path) -> None:
    made = texts(application(DEPLOYED))
    foreign = {**made, "shop-dev": "Resources: {Orders: {Type: AWS::SQS::Queue}}"}
    found = compare(observed(foreign, made, tmp_path), "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["foreign:shop-dev"]
    assert not found.changes


def test_a_stack_of_another_environment_is_foreign(application: Configured, tmp_path: Path) -> None:
    made = texts(application(DEPLOYED))
    other = {**made, "shop-dev": made["shop-dev"].replace("Environment: 'dev'", "Environment: 'prod'")}
    assert compare(observed(other, made, tmp_path), "ENV=dev").of_kind("foreign")


def test_an_environment_outside_our_stack_is_taken(application: Configured, tmp_path: Path) -> None:
    made = texts(application(DEPLOYED))
    there = observed(made, made, tmp_path)
    absent = tuple(StackState(one.stack, "", {}, one.planned) for one in there.stacks)
    found = compare(there._replace(stacks=absent), "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["taken:shop", "taken:shop-dev"]
    assert "change set of type IMPORT" in found.dangers[0].todo


def test_an_environment_that_was_terminated_beside_its_stack_is_gone(application: Configured, tmp_path: Path) -> None:
    made = texts(application(DEPLOYED))
    found = compare(observed(made, made, tmp_path, environment=None), "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["gone:shop-dev"]
    assert "`make destroy ENV=dev`, then `make stack ENV=dev`" in found.dangers[0].todo


def test_an_environment_of_the_template_stays_an_environment(application: Configured) -> None:
    """The tests above rest on the logical IDs."""
    body = template(texts(application(DEPLOYED))["shop-dev"])
    assert [name for name, _ in of_type(body, "AWS::ElasticBeanstalk::Environment")] == ["Environment"]
