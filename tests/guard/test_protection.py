"""`deletion_protection`: the stack policy, and the comparison that refuses whatever the policy would deny."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.operate.committed import template
from beanstack.operate.comparison import compare
from beanstack.operate.comparison.allow import refused
from beanstack.operate.comparison.protection import OPEN, asks, is_ours, policy
from beanstack.operate.errors import DeploymentError
from tests.guard.edits import DEPLOYED, EDITS, REMOVED, SMALLER, TEMPLATE_EDITS, Edit, with_database
from tests.guard.situations import observed, texts

if TYPE_CHECKING:
    from beanstack.operate.comparison.observed import Observed

BUNDLE = re.compile(r"[0-9a-f]{64}\.zip")
ON = "    deletion_protection: true\n"
PROTECTED = DEPLOYED.replace("  dev:\n", f"  dev:\n{ON}")
LOSSES = [edit for edit in EDITS if edit.deployed == DEPLOYED and edit.danger == "data-loss:database"]
# Of a protected environment, the database must not have this policy.
PROTECTABLE = [edit for edit in TEMPLATE_EDITS if edit.deployed != with_database("Delete")]
EVERYTHING = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def there(before: str, after: str) -> Observed:
    """What there is if `before` was deployed with its protection."""
    return as_protected(observed(texts(before), texts(after)))


def as_protected(found: Observed) -> Observed:
    """Put the protection in place that the deployed templates ask for."""
    if not asks(found.own.deployed):
        return found
    shared, own = found.stacks
    own = own._replace(has_termination_protection=True, policy=policy(own.deployed))
    return found._replace(stacks=(shared, own))


def keys(found: Observed) -> list[str]:
    return [danger.key for danger in compare(found, "ENV=dev").dangers]


def test_only_the_template_of_a_protected_environment_says_so() -> None:
    """Apart from the bundle, which protects the database in EB's own stack."""
    plain, protected = (BUNDLE.sub("", texts(text)["shop-dev"]) for text in (DEPLOYED, PROTECTED))
    assert protected.replace("    DeletionProtection: 'true'\n", "") == plain
    assert "DeletionProtection" not in plain


def database(protects: bool) -> dict[str, bytes]:
    properties = f"DeletionProtection: {str(protects).lower()}"
    resource = f"Resources: {{AWSEBRDSDatabase: {{Type: 'AWS::RDS::DBInstance', Properties: {{{properties}}}}}}}"
    return {".ebextensions/resources.config": resource.encode(), "Dockerrun.aws.json": b"{}"}


@pytest.mark.parametrize(
    ("before", "after", "config", "found"),
    [
        (database(protects=True), {}, DEPLOYED, ["leftover:deletion_protection"]),
        (database(protects=True), database(protects=True), DEPLOYED, []),
        (database(protects=True), database(protects=False), DEPLOYED, []),
        (database(protects=False), {}, DEPLOYED, []),
        ({".ebextensions/a.config": b"{"}, {}, DEPLOYED, []),
    ],
)
def test_a_database_that_rds_goes_on_protecting_is_reported(
    before: dict[str, bytes], after: dict[str, bytes], config: str, found: list[str]
) -> None:
    made = texts(config)
    there = observed(made, made)._replace(bundle_before=before, bundle_after=after)
    dangers = compare(there, "ENV=dev").dangers
    assert [danger.key for danger in dangers] == found
    assert all("Write `deletion_protection: false`" in danger.todo for danger in dangers)


def test_the_policy_denies_replacing_and_deleting_the_environment_and_what_has_content() -> None:
    assert policy(template(texts(PROTECTED)["shop-dev"])) == {
        "Statement": [
            EVERYTHING,
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": ["LogicalResourceId/DatabasePassword", "LogicalResourceId/Environment"],
            },
        ]
    }


@pytest.mark.parametrize(
    ("resource", "is_covered"),
    [
        ("AWS::ElasticBeanstalk::Application", True),
        ("AWS::ElasticBeanstalk::Environment", True),
        ("AWS::ElasticBeanstalk::ApplicationVersion", False),
        ("AWS::DynamoDB::Table", True),
        ("AWS::EFS::FileSystem", True),
        ("AWS::RDS::DBInstance", True),
        ("AWS::S3::Bucket", True),
        ("AWS::IAM::Role", False),
        ("Custom::Thing", False),
    ],
)
def test_the_policy_is_about_what_holds_data(resource: str, is_covered: bool) -> None:
    found = policy({"Resources": {"One": {"Type": resource}}})
    assert found == OPEN or "LogicalResourceId/One" in found["Statement"][1]["Resource"]
    assert (found != OPEN) == is_covered


@pytest.mark.parametrize(
    ("found", "ours"),
    [
        (policy({"Resources": {"One": {"Type": "AWS::S3::Bucket"}}}), True),
        (OPEN, False),
        (None, False),
        ({}, False),
        ({"Statement": EVERYTHING}, False),
        ({"Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Resource": ["LogicalResourceId/One"]}]}, False),
        ({"Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny"}]}, False),
    ],
)
def test_a_policy_of_somebody_else_is_not_ours(found: Any, *, ours: bool) -> None:
    assert is_ours(found) is ours


@pytest.mark.parametrize("edit", LOSSES, ids=lambda edit: edit.name)
def test_a_loss_of_a_protected_environment_is_refused_and_nothing_allows_it(edit: Edit) -> None:
    found = compare(there(PROTECTED, edit.of(PROTECTED)), "ENV=dev")
    danger = found.of_kind("protected")[0]
    assert (danger.key, danger.action) == ("protected:database", "refuse")
    assert danger.reason == edit.reason
    assert danger.todo == "Write `deletion_protection: false` in config/, deploy that, then make this change"
    assert not found.of_kind("data-loss", "replacement")
    assert danger in refused(found.dangers, "data-loss:database")
    with pytest.raises(DeploymentError, match="ALLOW names protected:data, which cannot be allowed"):
        refused(found.dangers, "protected:data")


def test_the_key_that_goes_with_what_it_protects_protects_it_still() -> None:
    after = REMOVED.of(PROTECTED).replace(ON, "")
    assert "protected:database" in keys(there(PROTECTED, after))


def test_the_key_that_comes_protects_from_the_next_deployment_on() -> None:
    assert keys(there(DEPLOYED, SMALLER.of(PROTECTED))) == ["data-loss:database"]


@pytest.mark.parametrize("edit", PROTECTABLE, ids=lambda edit: edit.name)
def test_replacing_a_protected_resource_is_refused(edit: Edit) -> None:
    before = texts(edit.deployed.replace("  dev:\n", f"  dev:\n{ON}"))
    after = {**before, "shop-dev": edit.of(before["shop-dev"])}
    found = compare(as_protected(observed(before, after)), "ENV=dev")
    assert f"protected:{edit.danger.partition(':')[2]}" in [danger.key for danger in found.dangers]
    assert not found.of_kind("data-loss", "replacement")


def test_removing_a_resource_that_is_retained_is_refused_because_the_policy_denies_it() -> None:
    bucket = "  Orders:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n"
    after = texts(PROTECTED)
    before = {**after, "shop-dev": after["shop-dev"].replace("\nResources:\n", f"\nResources:\n{bucket}")}
    found = compare(as_protected(observed(before, after)), "ENV=dev")
    [danger] = found.of_kind("protected")
    assert danger.key == "protected:Orders"
    assert danger.reason == "Orders (AWS::S3::Bucket) would be removed from its stack"
    unprotected = texts(DEPLOYED)
    before["shop-dev"] = before["shop-dev"].replace("    DeletionProtection: 'true'\n", "")
    assert not compare(observed(before, unprotected), "ENV=dev").dangers


@pytest.mark.parametrize(
    ("old", "new", "danger"),
    [("type: application", "type: network", "create-only:LoadBalancerType"), ("2023/4.7.7", "2023/4.7.6", "")],
)
def test_what_loses_nothing_can_still_be_allowed(old: str, new: str, danger: str) -> None:
    found = keys(there(PROTECTED, PROTECTED.replace(old, new)))
    assert (danger or "platform-downgrade") in found
    assert not [key for key in found if key.startswith("protected")]


def test_a_protected_environment_without_termination_protection_is_drift() -> None:
    found = there(PROTECTED, PROTECTED)
    assert keys(found) == []
    off = tuple(state._replace(has_termination_protection=False) for state in found.stacks)
    [danger] = compare(found._replace(stacks=off), "ENV=dev").dangers
    assert (danger.key, danger.action) == ("drift:deletion_protection", "report")
    assert danger.reason == "the termination protection of the stack shop-dev was switched off beside us"


@pytest.mark.parametrize(
    ("before", "after", "detail"), [(DEPLOYED, PROTECTED, "off -> on"), (PROTECTED, DEPLOYED, "on -> off")]
)
def test_the_key_alone_is_a_change(before: str, after: str, detail: str) -> None:
    found = compare(there(before, after), "ENV=dev")
    assert not found.dangers
    [change] = [change for change in found.changes if change.resource == "deletion_protection"]
    assert (change.stack, change.resource, change.details) == ("shop-dev", "deletion_protection", (detail,))


def test_what_was_taken_out_no_longer_protects_though_the_deployed_template_still_has_it() -> None:
    """CloudFormation does not update a template's metadata alone, so `before` stays as it is."""
    found = observed(texts(PROTECTED), texts(SMALLER.of(DEPLOYED)))
    assert keys(found) == ["data-loss:database"]


def test_the_key_protects_even_where_the_policy_was_removed_by_hand() -> None:
    found = observed(texts(PROTECTED), texts(SMALLER.of(PROTECTED)))
    assert keys(found) == ["protected:database"]
