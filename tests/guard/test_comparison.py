"""Each prepared edit is one danger, without AWS: the comparison is a function of templates and settings."""

from __future__ import annotations

import pytest

from beanstack.operate.committed import template
from beanstack.operate.compared import in_working_tree
from beanstack.operate.comparison import compare
from beanstack.operate.comparison.model import Comparison
from beanstack.operate.comparison.observed import Git, Option, StackState, of_type, option_of
from tests.guard.edits import (
    DEPLOYED,
    EDITS,
    LEFTOVERS,
    SHARED,
    TEMPLATE_EDITS,
    WITHOUT_DATABASE,
    Edit,
    with_database,
)
from tests.guard.situations import PLATFORM, RUNNING, observed, texts


def compared(old: str, new: str) -> Comparison:
    return compare(observed(texts(old), texts(new)), "ENV=dev")


def dangers(found: Comparison) -> list[tuple[str, str]]:
    """Return the keys and reasons of the dangers that stop a deployment; of those that do not, if none does."""
    stopping = [danger for danger in found.dangers if danger.action != "report"] or found.dangers
    return [(danger.key, danger.reason) for danger in stopping]


@pytest.mark.parametrize("edit", [*EDITS, *LEFTOVERS], ids=lambda edit: edit.name)
def test_an_edit_of_the_config_is_one_danger(edit: Edit) -> None:
    found = compared(edit.deployed, edit.of(edit.deployed))
    assert dangers(found) == [(edit.danger, edit.reason)]


@pytest.mark.parametrize("edit", TEMPLATE_EDITS, ids=lambda edit: edit.name)
def test_an_edit_of_the_template_is_one_danger(edit: Edit) -> None:
    before = texts(edit.deployed)
    after = {**before, "shop-dev": edit.of(before["shop-dev"])}
    assert dangers(compare(observed(before, after), "ENV=dev")) == [(edit.danger, edit.reason)]


def test_a_database_that_would_be_deleted_takes_its_password_with_it() -> None:
    deployed = with_database("Delete")
    assert dangers(compared(deployed, WITHOUT_DATABASE)) == [
        (
            "data-loss:DatabasePassword",
            "DatabasePassword (AWS::SecretsManager::Secret) would be deleted with its content; "
            "the deployed deletion policy is Delete",
        ),
        (
            "data-loss:database",
            "the database and all data in it would be deleted (the deployed deletion policy is Delete)",
        ),
    ]


@pytest.mark.parametrize(
    ("policy", "fate"),
    [
        ("Delete", "the database and all data in it would be deleted"),
        ("Snapshot", "the database would be deleted; RDS keeps a last snapshot of it"),
        ("Retain", "the database would be decoupled: it stays"),
    ],
)
@pytest.mark.parametrize("running", [RUNNING, None])
def test_a_database_goes_with_the_environment_that_is_replaced(
    policy: str, fate: str, running: dict[str, str] | None
) -> None:
    """Whoever allows the replacement has not allowed the loss; EB does not know the environment's new name."""
    before = texts(with_database(policy))
    after = {**before, "shop-dev": before["shop-dev"].replace("EnvironmentName: 'shop-dev'", "EnvironmentName: 'x'")}
    found = dict(dangers(compare(observed(before, after, running), "ENV=dev")))
    found.pop("gone:shop-dev", "")
    assert set(found) == {"replacement:Environment", "data-loss:database"}
    assert found["data-loss:database"].startswith(fate)
    assert (
        f"; the new environment gets an empty one (the deployed deletion policy is {policy})"
        in (found["data-loss:database"])
    )


def test_an_environment_that_disappears_leaves_no_option_behind() -> None:
    before = texts(WITHOUT_DATABASE)
    [edit] = [edit for edit in TEMPLATE_EDITS if "another resource" in edit.name]
    after = {**before, "shop-dev": edit.of(before["shop-dev"])}
    assert not compare(observed(before, after), "ENV=dev").of_kind("leftover")


SOURCES = "    load_balancer: {type: application, sources: [10.0.0.0/8]}\n"
OWN_GROUPS = WITHOUT_DATABASE.replace("    load_balancer: {type: application}\n", SOURCES)


def in_use(group: str, option: str) -> tuple[str, str]:
    reason = f"{group} (AWS::EC2::SecurityGroup) cannot be deleted: EB keeps {option}, which names it"
    return f"in-use:{group}", reason


def test_security_groups_that_eb_goes_on_using_are_not_deleted() -> None:
    assert dangers(compared(OWN_GROUPS, WITHOUT_DATABASE)) == [
        in_use("InstanceGroup", "aws:autoscaling:launchconfiguration SecurityGroups"),
        in_use("LoadBalancerGroup", "aws:elbv2:loadbalancer ManagedSecurityGroup"),
    ]


def test_security_groups_go_with_options_that_have_other_values_and_with_their_load_balancer() -> None:
    launch = "      aws:autoscaling:launchconfiguration: {"
    given = f"{launch}SecurityGroups: sg-0a1b2c3d, DisableDefaultEC2SecurityGroup: true, "
    balancer = "      aws:elbv2:loadbalancer: {SecurityGroups: sg-0a1b2c3e, ManagedSecurityGroup: sg-0a1b2c3e}\n"
    replaced = compared(OWN_GROUPS, WITHOUT_DATABASE.replace(launch, given) + balancer)
    assert not replaced.of_kind("in-use")
    single = OWN_GROUPS.replace("type: application", "type: none").replace("policy: Rolling", "policy: AllAtOnce")
    assert not compared(OWN_GROUPS, single).of_kind("in-use")


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
def test_a_harmless_edit_is_none(old: str, new: str) -> None:
    found = compared(DEPLOYED, DEPLOYED.replace(old, new))
    assert found.dangers == ()
    assert found.changes


def test_an_image_that_is_not_built_is_refused_with_the_command_that_builds_it() -> None:
    config = DEPLOYED.replace('image: "nginx:1.27"', "build: {context: app, repository: shop}")
    config = config.replace("defaults:\n", 'defaults:\n  account: "123456789012"\n')
    found = compared(DEPLOYED, config)
    [danger] = [danger for danger in found.dangers if danger.kind == "not-built"]
    assert danger.action == "refuse"
    assert "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop has no image" in danger.reason
    assert danger.todo.startswith("`make image ENV=dev` builds one from app")
    assert in_working_tree(found).of_kind("not-built") == []


def test_a_repository_outlives_its_source_in_the_config() -> None:
    built = DEPLOYED.replace("defaults:\n", 'defaults:\n  account: "123456789012"\n')
    built = built.replace("  containers:\n", "  build: {context: app, repository: shop}\n  containers:\n")
    found = compared(built, DEPLOYED)
    [removed] = [change for change in found.changes if change.resource == "RepositoryShop"]
    assert removed.action == "Remove"
    assert found.of_kind("data-loss") == []


def test_no_edit_is_no_change() -> None:
    assert compared(DEPLOYED, DEPLOYED) == Comparison(stacks=("shop", "shop-dev"))


def test_what_is_deployed_protects_not_what_the_config_now_says() -> None:
    """Somebody may raise the policy beside the stack, and EB then acts by it."""
    before, after = texts(DEPLOYED), texts(WITHOUT_DATABASE)
    live = {Option("aws:rds:dbinstance", "DBDeletionPolicy"): "Delete"}
    found = compare(observed(before, after, live=live), "ENV=dev")
    [danger] = found.of_kind("data-loss")
    assert "the deployed deletion policy is Delete" in danger.reason


def test_a_database_that_the_eb_cli_added_is_not_decoupled_unseen() -> None:
    made = texts(WITHOUT_DATABASE)
    live = {Option("aws:rds:dbinstance", "HasCoupledDatabase"): "true"}
    assert compare(observed(made, made, live=live), "ENV=dev").of_kind("data-loss")


@pytest.mark.parametrize(
    ("running", "pinned", "dangers", "notes"),
    [("4.7.8", "4.7.7", [], 1), ("4.8.0", "4.7.7", ["platform-downgrade"], 0), ("4.7.7", "4.7.7", [], 0)],
)
def test_a_newer_patch_that_runs_only_warns(running: str, pinned: str, dangers: list[str], notes: int) -> None:
    before = texts(DEPLOYED)
    after = texts(DEPLOYED.replace("LEVEL: info", "LEVEL: debug").replace("4.7.7", pinned))
    environment = {**RUNNING, "PlatformArn": PLATFORM.replace("4.7.7", running)}
    found = compare(observed(before, after, environment), "ENV=dev")
    assert [danger.key for danger in found.dangers] == dangers
    assert len(found.notes) == notes


@pytest.mark.parametrize(
    ("level", "running", "pinned", "dangers"),
    [
        ("minor", "4.8.0", "4.7.7", []),
        ("minor", "4.8.0", "4.7.8", ["platform-downgrade"]),
        ("minor", "5.0.0", "4.7.7", ["platform-downgrade"]),
        ("patch", "4.8.0", "4.7.7", ["platform-downgrade"]),
    ],
)
def test_a_newer_minor_version_warns_where_managed_updates_bring_it(
    level: str, running: str, pinned: str, dangers: list[str]
) -> None:
    updates = f"managed_updates: {{preferred_start_time: 'Sun:03:00', update_level: {level}}}"
    config = DEPLOYED.replace("defaults:\n", f"defaults:\n  {updates}\n")
    environment = {**RUNNING, "PlatformArn": PLATFORM.replace("4.7.7", running)}
    found = compare(observed(texts(config), texts(config.replace("4.7.7", pinned)), environment), "ENV=dev")
    assert [danger.key for danger in found.dangers] == dangers
    assert len(found.notes) == (0 if dangers else 1)


def test_a_stack_of_somebody_else_is_foreign_and_nothing_else_is_said() -> None:
    made = texts(DEPLOYED)
    foreign = {**made, "shop-dev": "Resources: {Orders: {Type: AWS::SQS::Queue}}"}
    found = compare(observed(foreign, made), "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["foreign:shop-dev"]
    assert not found.changes


def test_a_stack_of_another_environment_is_foreign() -> None:
    made = texts(DEPLOYED)
    other = {**made, "shop-dev": made["shop-dev"].replace("Environment: 'dev'", "Environment: 'prod'")}
    assert compare(observed(other, made), "ENV=dev").of_kind("foreign")


def test_an_environment_outside_our_stack_is_taken() -> None:
    made = texts(DEPLOYED)
    there = observed(made, made)
    absent = tuple(StackState(one.stack, "", {}, one.planned) for one in there.stacks)
    found = compare(there._replace(stacks=absent), "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["taken:shop", "taken:shop-dev"]
    assert "`make import-stack ENV=dev` imports it as it is" in found.dangers[0].todo
    [application] = compare(there._replace(stacks=absent, environment=None), "ENV=dev").dangers
    assert application.key == "taken:shop"
    assert "import-stack" not in application.todo, "it imports no application without an environment"


def test_an_environment_that_was_terminated_beside_its_stack_is_gone() -> None:
    made = texts(DEPLOYED)
    found = compare(observed(made, made, environment=None), "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["gone:shop-dev"]
    assert "`make destroy ENV=dev`, then `make stack ENV=dev`" in found.dangers[0].todo


def test_an_environment_of_the_template_stays_an_environment() -> None:
    """The tests above rest on the logical IDs."""
    body = template(texts(DEPLOYED)["shop-dev"])
    assert [name for name, _ in of_type(body, "AWS::ElasticBeanstalk::Environment")] == ["Environment"]


LIVE = {
    option_of({"Namespace": "aws:ec2:vpc", "OptionName": "VPCId", "ResourceName": "AWSEBSecurityGroup"}): "",
    option_of({"Namespace": "aws:elasticbeanstalk:environment", "OptionName": "EnvironmentType"}): "LoadBalanced",
}
WITHOUT_VPC = DEPLOYED[: DEPLOYED.index("      aws:ec2:vpc:")] + DEPLOYED[DEPLOYED.index("      aws:autoscaling:l") :]


@pytest.mark.parametrize(
    ("after", "danger"),
    [
        (DEPLOYED, "create-only:VPCId"),
        (WITHOUT_VPC + SHARED, "create-only:LoadBalancerIsShared"),
    ],
)
def test_an_option_that_was_unset_is_create_only_too(after: str, danger: str) -> None:
    """EB names a resource of some options, which does not make them others."""
    found = compare(observed(texts(WITHOUT_VPC), texts(after), live=LIVE), "ENV=dev")
    assert [one.key for one in found.dangers if one.key.startswith(danger)]


def test_the_same_value_in_other_letters_is_no_change() -> None:
    shared = DEPLOYED + '      aws:elasticbeanstalk:environment: {LoadBalancerIsShared: "false"}\n'
    found = compare(observed(texts(shared), texts(shared.replace('"false"', '"False"'))), "ENV=dev")
    assert not found.dangers


def test_a_hotfix_beside_the_stack_is_drift() -> None:
    made = texts(DEPLOYED)
    there = observed(made, made, {**RUNNING, "VersionLabel": "hotfix-1"})._replace(stored_checksum="0" * 64)
    found = compare(there, "ENV=dev")
    assert [danger.key for danger in found.dangers] == ["drift:version", "drift:bundle"]
    assert "hotfix-1 runs in place of the stack's version v" in found.dangers[0].reason


def test_a_shallow_clone_says_how_to_get_older_commits() -> None:
    made = texts(DEPLOYED)
    git = Git("a" * 40, running="b" * 40, is_behind=True, is_shallow=True)
    [danger] = compare(observed(made, made)._replace(git=git), "ENV=dev").dangers
    assert (danger.key, danger.action) == ("behind", "allow")
    assert "git fetch --unshallow" in danger.todo
