"""`deletion_protection` through the Makefile: what is refused by whom, and how one gets out of it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.guard.edits import DEPLOYED
from tests.guard.test_stack import VPCS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

HERE = ("APP=shop", "ENV=dev", "LOCAL=1")
PROTECTED = DEPLOYED.replace("  dev:\n", "  dev:\n    deletion_protection: true\n")
SMALLER = ("storage: 30", "storage: 20")


def configure(checkout: Checkout, text: str) -> None:
    (checkout.folder / "config/shop.yaml").write_text(text, "utf-8")
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr


def deploy(checkout: Checkout, text: str, *words: str) -> str:
    configure(checkout, text)
    assert checkout.make("local-start").returncode == 0
    checkout.give(vpcs=VPCS)
    result = checkout.make("stack", *HERE, *words)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def policy(checkout: Checkout) -> Any:
    found = checkout.client("cloudformation").get_stack_policy(StackName="shop-dev")
    return json.loads(found.get("StackPolicyBody", "null"))


def stack(checkout: Checkout) -> dict[str, Any]:
    found: dict[str, Any] = checkout.client("cloudformation").describe_stacks(StackName="shop-dev")["Stacks"][0]
    return found


@pytest.fixture(scope="module")
def protected(new_checkout: Callable[[], Checkout]) -> Checkout:
    checkout = new_checkout()
    printed = deploy(checkout, PROTECTED)
    assert "shop-dev: termination protection is on" in printed
    assert stack(checkout)["EnableTerminationProtection"] is True
    return checkout


def test_a_second_deployment_changes_no_protection(protected: Checkout) -> None:
    before = policy(protected)
    assert before["Statement"][1]["Effect"] == "Deny"
    assert "protection" not in deploy(protected, PROTECTED)
    assert policy(protected) == before
    planned = protected.operate("plan", "--app", "shop", "--env", "dev", "--detailed-exitcode")
    assert (planned.returncode, planned.stdout.splitlines()[0]) == (0, "shop: no changes")


def test_allow_does_not_pass_the_protection(protected: Checkout) -> None:
    configure(protected, PROTECTED.replace(*SMALLER))
    before = stack(protected).get("LastUpdatedTime")
    result = protected.make("stack", *HERE, "ALLOW=data-loss:database")
    assert result.returncode == 2
    assert "\nprotected:database: the database would shrink" in "\n" + result.stderr
    assert "Write `deletion_protection: false` in config/, deploy that, then make this change" in result.stderr
    assert "To go on all the same" not in result.stderr
    assert stack(protected).get("LastUpdatedTime") == before


def test_the_stack_policy_refuses_an_update_by_hand(protected: Checkout) -> None:
    cloudformation = protected.client("cloudformation")
    body = cloudformation.get_template(StackName="shop-dev")["TemplateBody"]
    renamed = body.replace("EnvironmentName: 'shop-dev'", "EnvironmentName: 'shop-2'")
    assert renamed != body
    cloudformation.update_stack(StackName="shop-dev", TemplateBody=renamed, Capabilities=["CAPABILITY_IAM"])
    with pytest.raises(WaiterError, match="UPDATE_ROLLBACK_COMPLETE"):
        cloudformation.get_waiter("stack_update_complete").wait(StackName="shop-dev", WaiterConfig={"Delay": 1})
    events = cloudformation.describe_stack_events(StackName="shop-dev")["StackEvents"]
    assert any("Action denied by stack policy" in event.get("ResourceStatusReason", "") for event in events)


def test_destroy_refuses_first_with_the_way_out(protected: Checkout) -> None:
    result = protected.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert result.returncode == 2
    assert result.stderr.startswith(
        "shop-dev is protected by `deletion_protection`; nothing was deleted\n"
        "Write `deletion_protection: false` in config/, deploy that with `make stack APP=shop ENV=dev LOCAL=1`, "
        "then destroy it\n"
    )
    assert "This deletes the stack" not in result.stdout
    assert stack(protected)["StackStatus"].endswith("COMPLETE")
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        protected.client("cloudformation").delete_stack(StackName="shop-dev")
    (protected.folder / "output/shop/dev.yaml").unlink()
    unconfigured = protected.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert (
        "Put the environment back into config/ with `deletion_protection: false`, deploy that with `make"
        in unconfigured.stderr
    )
    configure(protected, PROTECTED)


def test_the_key_is_taken_out_deployed_and_then_the_change_made(new_checkout: Callable[[], Checkout]) -> None:
    protected = new_checkout()
    deploy(protected, PROTECTED)
    configure(protected, DEPLOYED.replace(*SMALLER))
    result = protected.make("stack", *HERE, "ALLOW=data-loss:database")
    assert "protected:database" in result.stderr, "the key that goes with the change protects still"
    configure(protected, DEPLOYED)
    assert "shop-dev: Modify deletion_protection" in protected.operate("plan", "--app", "shop", "--env", "dev").stdout
    assert "shop-dev: termination protection and the stack policy are off" in deploy(protected, DEPLOYED)
    assert not stack(protected)["EnableTerminationProtection"]
    assert [statement["Effect"] for statement in policy(protected)["Statement"]] == ["Allow"]
    cloudformation = protected.client("cloudformation")
    cloudformation.update_termination_protection(StackName="shop-dev", EnableTerminationProtection=True)
    assert "protection" not in deploy(protected, DEPLOYED.replace(*SMALLER), "ALLOW=data-loss:database")
    assert stack(protected)["EnableTerminationProtection"] is True, "one by hand stays"
    refused = protected.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert refused.returncode == 2
    assert "`aws cloudformation update-termination-protection --no-enable-termination-protection" in refused.stderr
    assert "--stack-name shop-dev --region us-east-1` switches it off" in refused.stderr


def test_an_environment_that_was_terminated_beside_its_stack_has_a_way_out(
    new_checkout: Callable[[], Checkout],
) -> None:
    checkout = new_checkout()
    deploy(checkout, PROTECTED)
    checkout.client("elasticbeanstalk").terminate_environment(EnvironmentName="shop-dev")
    [database] = checkout.client("rds").describe_db_instances()["DBInstances"]
    assert database["DeletionProtection"], "so the environment has not ended"
    by_name = {"DBInstanceIdentifier": database["DBInstanceIdentifier"]}
    checkout.client("rds").modify_db_instance(DeletionProtection=False, **by_name)
    checkout.client("elasticbeanstalk").terminate_environment(EnvironmentName="shop-dev")
    refused = checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert "the stack shop-dev has termination protection; nothing was deleted" in refused.stderr
    cloudformation = checkout.client("cloudformation")
    cloudformation.update_termination_protection(StackName="shop-dev", EnableTerminationProtection=False)
    destroyed = checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert destroyed.returncode == 0, destroyed.stderr


def test_a_database_that_rds_still_protects_is_refused_before_the_environment_is_deleted(
    new_checkout: Callable[[], Checkout],
) -> None:
    checkout = new_checkout()
    deploy(checkout, PROTECTED)
    configure(checkout, DEPLOYED)
    planned = checkout.operate("plan", "--app", "shop", "--env", "dev").stdout
    assert "leftover:deletion_protection: RDS keeps the deletion protection of the coupled database" in planned
    deploy(checkout, DEPLOYED)
    refused = checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert refused.returncode == 2
    assert "from deletion; nothing was deleted\nDeploy with `deletion_protection: false`, or `aws rds" in refused.stderr
    deploy(checkout, PROTECTED.replace("deletion_protection: true", "deletion_protection: false"))
    destroyed = checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert destroyed.returncode == 0, destroyed.stderr
