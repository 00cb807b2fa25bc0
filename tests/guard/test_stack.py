"""`make stack` refuses each prepared edit before anything is touched, and ALLOW lets it through by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.guard.edits import DEPLOYED, EDITS, Edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

HERE = ("APP=shop", "ENV=dev", "LOCAL=1")
REFUSED = [edit for edit in EDITS if not edit.danger.startswith("leftover") and edit.deployed == DEPLOYED]


@pytest.fixture(scope="module")
def deployed(new_checkout: Callable[[], Checkout]) -> Checkout:
    return deploy(new_checkout())


def deploy(checkout: Checkout) -> Checkout:
    configure(checkout, DEPLOYED)
    result = checkout.make("stack", *HERE)
    assert result.returncode == 0, result.stdout + result.stderr
    return checkout


def configure(checkout: Checkout, text: str) -> None:
    (checkout.folder / "config/shop.yaml").write_text(text, "utf-8")
    result = checkout.make("generate")
    assert result.returncode == 0, result.stderr


def stack(checkout: Checkout) -> dict[str, Any]:
    found: dict[str, Any] = checkout.client("cloudformation").describe_stacks(StackName="shop-dev")["Stacks"][0]
    return found


@pytest.mark.parametrize("edit", REFUSED, ids=lambda edit: edit.name)
def test_an_edit_is_refused_before_anything_is_touched(edit: Edit, deployed: Checkout) -> None:
    before = stack(deployed)
    configure(deployed, DEPLOYED.replace(edit.old, edit.new))
    result = deployed.make("stack", *HERE)
    assert result.returncode == 2
    for key in edit.danger.split():
        assert f"\n{key}: " in "\n" + result.stderr
        assert f'To go on all the same: ALLOW="{key}"' in result.stderr
    assert edit.line in result.stderr
    after = stack(deployed)
    assert after.get("LastUpdatedTime") == before.get("LastUpdatedTime")
    planned = deployed.operate("plan", "--app", "shop", "--env", "dev", "--detailed-exitcode")
    assert planned.returncode == 3
    assert planned.stdout.startswith(edit.danger.split()[0])


def test_allow_must_name_exactly_what_is_at_risk(deployed: Checkout) -> None:
    configure(deployed, DEPLOYED.replace("storage: 30", "storage: 20"))
    for allow, message in (
        ("data-loss", "ALLOW names data-loss, which is no danger of this deployment; remove it"),
        ("data-loss:database behind", "ALLOW names behind, which is no danger of this deployment; remove it"),
        ("stale", "ALLOW names stale, which cannot be allowed; these can: data-loss,"),
        ("everything", "ALLOW names everything, which cannot be allowed"),
    ):
        result = deployed.make("stack", *HERE, f"ALLOW={allow}")
        assert result.returncode == 2
        assert message in result.stderr


def test_a_mistake_in_the_config_is_an_error_of_plan_and_stack(deployed: Checkout) -> None:
    configure(deployed, DEPLOYED)
    (deployed.folder / "config/shop.yaml").write_text(DEPLOYED.replace("storage", "storrage"), "utf-8")
    for words in (("plan",), ("stack",)):
        result = deployed.make(*words, *HERE)
        assert result.returncode == 2
        assert "unknown key; did you mean 'storage'?" in result.stdout + result.stderr
    planned = deployed.operate("plan", "--app", "shop", "--env", "dev", "--detailed-exitcode")
    assert planned.returncode == 1


def test_what_is_allowed_goes_through(new_checkout: Callable[[], Checkout]) -> None:
    checkout = deploy(new_checkout())
    configure(checkout, DEPLOYED.replace("storage: 30", "storage: 20"))
    result = checkout.make("stack", *HERE, "ALLOW=data-loss:database")
    assert result.returncode == 0, result.stdout + result.stderr
    planned = checkout.operate("plan", "--app", "shop", "--env", "dev", "--detailed-exitcode")
    assert (planned.returncode, planned.stdout.splitlines()[1]) == (0, "shop-dev: no changes")


@pytest.mark.parametrize("words", [("--nonsense",), ("--format", "xml")])
def test_a_wrong_call_is_an_error_by_the_detailed_exit_codes(words: tuple[str, ...], deployed: Checkout) -> None:
    assert deployed.operate("plan", *words, "--detailed-exitcode").returncode == 1
