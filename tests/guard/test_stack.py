"""`make stack` refuses each prepared edit before anything is touched, and ALLOW lets it through by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.guard.edits import (
    DEPLOYED,
    EDITS,
    LOWER,
    OTHER_SECRET,
    OTHER_TYPE,
    SMALLER,
    TEMPLATE_EDITS,
    WITHOUT_DATABASE,
    Edit,
    with_database,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

    Deploy = Callable[[str], Checkout]

HERE = ("APP=shop", "ENV=dev", "LOCAL=1")
VPCS = {
    "vpc-0a1b2c3d": ["subnet-0a1b2c3d", "subnet-0b1b2c3d"],
    "vpc-0c1b2c3d": ["subnet-0c1b2c3d", "subnet-0d1b2c3d"],
}
RENDERED = "draft.text.replace(sizes.KEY, keys[environment.name])"


@pytest.fixture(scope="module")
def deployed(new_checkout: Callable[[], Checkout]) -> Deploy:
    """Return a function that returns a copy in which a config is deployed, the same one for the same config."""
    made: dict[str, Checkout] = {}

    def of(text: str) -> Checkout:
        if text not in made:
            made[text] = deploy(new_checkout(), text)
        return made[text]

    return of


def deploy(checkout: Checkout, text: str, *words: str) -> Checkout:
    configure(checkout, text)
    assert checkout.make("local-start").returncode == 0
    checkout.give(vpcs=VPCS)
    result = checkout.make("stack", *HERE, *words)
    assert result.returncode == 0, result.stdout + result.stderr
    return checkout


def configure(checkout: Checkout, text: str) -> None:
    (checkout.folder / "config/shop.yaml").write_text(text, "utf-8")
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr


def stack(checkout: Checkout) -> dict[str, Any]:
    found: dict[str, Any] = checkout.client("cloudformation").describe_stacks(StackName="shop-dev")["Stacks"][0]
    return found


def refuse(checkout: Checkout, *words: str) -> list[str]:
    """Run `make stack`, which must refuse and change nothing; return the first line of each danger that it prints."""
    before = stack(checkout)
    result = checkout.make("stack", *HERE, *words)
    assert result.returncode == 2
    assert stack(checkout).get("LastUpdatedTime") == before.get("LastUpdatedTime")
    printed, _, _ = result.stderr.partition("Nothing was deployed.\n")
    return [line for line in printed.splitlines() if not line.startswith((" ", "make: "))]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_of_the_config_is_refused_before_anything_is_touched(edit: Edit, deployed: Deploy) -> None:
    checkout = deployed(edit.deployed)
    configure(checkout, edit.of(edit.deployed))
    assert refuse(checkout) == [f"{edit.danger}: {edit.reason}"]


@pytest.mark.parametrize("edit", TEMPLATE_EDITS, ids=lambda edit: edit.name)
def test_what_another_version_of_beanstack_generates_is_refused_before_anything_is_touched(
    edit: Edit, deployed: Deploy
) -> None:
    """The copy's own Beanstack is edited, so that what it generates is not stale."""
    checkout = deployed(edit.deployed)
    as_another_version(checkout, edit)
    configure(checkout, edit.deployed)
    found = refuse(checkout)
    as_this_version(checkout, edit)
    assert found == [f"{edit.danger}: {edit.reason}"]


def as_another_version(checkout: Checkout, edit: Edit) -> None:
    checkout.edit("beanstack/generate.py", RENDERED, f"{RENDERED}.replace({edit.old!r}, {edit.new!r})")


def as_this_version(checkout: Checkout, edit: Edit) -> None:
    checkout.edit("beanstack/generate.py", f".replace({edit.old!r}, {edit.new!r})", "")


@pytest.mark.parametrize("allow", ["", "data-loss:database", "data-loss:DatabasePassword"])
def test_each_of_two_dangers_must_be_allowed(allow: str, deployed: Deploy) -> None:
    checkout = deployed(with_database("Delete"))
    configure(checkout, WITHOUT_DATABASE)
    dangers = [line.split(": ")[0] for line in refuse(checkout, f"ALLOW={allow}")]
    assert dangers == [key for key in ("data-loss:DatabasePassword", "data-loss:database") if key != allow]


def test_plan_finds_what_stack_refuses_and_stack_says_how_to_go_on(deployed: Deploy) -> None:
    checkout = deployed(DEPLOYED)
    configure(checkout, SMALLER.of(DEPLOYED))
    result = checkout.make("stack", *HERE)
    assert f'\n  To go on all the same: ALLOW="{SMALLER.danger}"\nNothing was deployed.\n' in result.stderr
    planned = checkout.operate("plan", "--app", "shop", "--env", "dev", "--detailed-exitcode")
    assert planned.returncode == 3
    assert planned.stdout.startswith(f"{SMALLER.danger}: {SMALLER.reason}\n")


@pytest.mark.parametrize(
    ("allow", "message"),
    [
        ("data-loss", "ALLOW names data-loss, which is no danger of this deployment; remove it"),
        ("data-loss:database behind", "ALLOW names behind, which is no danger of this deployment; remove it"),
        ("stale", "ALLOW names stale, which cannot be allowed; these can: data-loss,"),
        ("everything", "ALLOW names everything, which cannot be allowed"),
    ],
)
def test_allow_must_name_exactly_what_is_at_risk(allow: str, message: str, deployed: Deploy) -> None:
    checkout = deployed(DEPLOYED)
    configure(checkout, SMALLER.of(DEPLOYED))
    [line] = refuse(checkout, f"ALLOW={allow}")
    assert line.startswith(message)


def test_a_mistake_in_the_config_is_an_error_of_plan_and_stack(deployed: Deploy) -> None:
    checkout = deployed(DEPLOYED)
    configure(checkout, DEPLOYED)
    (checkout.folder / "config/shop.yaml").write_text(DEPLOYED.replace("storage", "storrage"), "utf-8")
    for words in (("plan",), ("stack",)):
        result = checkout.make(*words, *HERE)
        assert result.returncode == 2
        assert "unknown key; did you mean 'storage'?" in result.stdout + result.stderr
    planned = checkout.operate("plan", "--app", "shop", "--env", "dev", "--detailed-exitcode")
    assert planned.returncode == 1


def test_each_danger_is_allowed_by_its_own_name_alone(new_checkout: Callable[[], Checkout]) -> None:
    checkout = deploy(new_checkout(), DEPLOYED)
    smaller = SMALLER.of(DEPLOYED)
    assert_allowed(checkout, smaller, SMALLER.danger)
    lower = LOWER.of(smaller)
    assert_allowed(checkout, lower, LOWER.danger)
    as_another_version(checkout, OTHER_SECRET)
    assert_allowed(checkout, lower, OTHER_SECRET.danger)
    rename_environment(checkout)
    set_deletion_policy(checkout, "shop-2", "Delete")
    configure(checkout, lower)
    [line] = refuse(checkout, "ALLOW=replacement:Environment")
    assert line.startswith("data-loss:database: the database and all data in it would be deleted; the new"), "by EB"
    assert_allowed(checkout, lower, "replacement:Environment data-loss:database")
    other_type = OTHER_TYPE.of(lower)
    refused = assert_allowed(checkout, other_type, OTHER_TYPE.danger, returncode=2)
    assert "LoadBalancer type option cannot be changed." in refused, "by EB itself"
    assert "Nothing was deployed" not in refused


def assert_allowed(checkout: Checkout, text: str, danger: str, returncode: int = 0) -> str:
    """Assert that a config is deployed if ALLOW names its danger, and only then; return the messages."""
    configure(checkout, text)
    for allow in ("behind", f"{danger} behind"):
        [line] = refuse(checkout, f"ALLOW={allow}")
        assert line.endswith("which is no danger of this deployment; remove it")
    result = checkout.make("stack", *HERE, f"ALLOW={danger}")
    assert result.returncode == returncode, result.stdout + result.stderr
    assert stack(checkout)["StackStatus"] == ("UPDATE_ROLLBACK_COMPLETE" if returncode else "UPDATE_COMPLETE")
    return result.stderr


def set_deletion_policy(checkout: Checkout, environment: str, policy: str) -> None:
    """Set what becomes of the coupled database beside the stack, as the console does."""
    option = {"Namespace": "aws:rds:dbinstance", "OptionName": "DBDeletionPolicy", "Value": policy}
    checkout.client("elasticbeanstalk").update_environment(EnvironmentName=environment, OptionSettings=[option])


def rename_environment(checkout: Checkout) -> None:
    """Give the environment another name in the stack, as a template of another tool might have it."""
    cloudformation = checkout.client("cloudformation")
    body = cloudformation.get_template(StackName="shop-dev")["TemplateBody"]
    renamed = body.replace("EnvironmentName: 'shop-dev'", "EnvironmentName: 'shop-2'")
    cloudformation.update_stack(StackName="shop-dev", TemplateBody=renamed, Capabilities=["CAPABILITY_IAM"])
    cloudformation.get_waiter("stack_update_complete").wait(StackName="shop-dev", WaiterConfig={"Delay": 1})
