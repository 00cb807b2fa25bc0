"""`beanstack plan` in each of its formats, and its detailed exit statuses, which 'make' does not pass on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.recipes.test_operation import CONFIG, configure, deploy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

DEPLOYED = CONFIG.replace("application: shop\n", "application: shop\ndescription: Läden\n")
NOT_CHECKED = "shop: non-ASCII characters, for which CloudFormation returns question marks"


@pytest.fixture(scope="module")
def shop(new_checkout: Callable[[], Checkout]) -> Checkout:
    made = configure(new_checkout(), DEPLOYED)
    deploy(made)
    return made


def plan(shop: Checkout, *words: str) -> tuple[int, str]:
    done = shop.operate("plan", "--app", "shop", "--env", "dev", *words, "--detailed-exitcode")
    return done.returncode, done.stdout


def as_json(shop: Checkout) -> tuple[int, dict[str, Any]]:
    status, printed = plan(shop, "--format", "json")
    found: dict[str, Any] = json.loads(printed)
    return status, found


def test_without_changes_it_exits_0_and_names_what_it_cannot_see(shop: Checkout) -> None:
    configure(shop, DEPLOYED.replace("Läden", "Löden"))
    status, printed = plan(shop)
    assert status == 0
    assert printed.startswith("shop: no changes\nshop-dev: no changes\n")
    assert f"\n  {NOT_CHECKED}\n" in printed
    status, found = as_json(shop)
    assert (status, found["dangers"], found["changes"], found["bundle"]) == (0, [], [], [])
    assert NOT_CHECKED in found["unchecked"]
    status, printed = plan(shop, "--format", "markdown")
    assert status == 0
    assert printed.startswith("### shop-dev\n\n")
    assert "\nNo changes.\n" in printed


def test_changes_are_in_each_format_and_it_exits_2(shop: Checkout) -> None:
    configure(shop, DEPLOYED.replace("nginx:1.27", "nginx:1.28").replace("LEVEL: info", "LEVEL: a|b"))
    image = 'containerDefinitions.web.image: "nginx:1.27" -> "nginx:1.28"'
    level = "aws:elasticbeanstalk:application:environment LEVEL: info -> "
    status, printed = plan(shop)
    assert status == 2
    assert f"\n  {level}a|b\n" in printed
    assert f"\nbundle:\n  {image}\n" in printed
    status, found = as_json(shop)
    assert (status, found["dangers"], found["bundle"]) == (2, [], [image])
    [details] = [change["details"] for change in found["changes"] if change["resource"] == "Environment"]
    assert f"{level}a|b" in details
    status, printed = plan(shop, "--format", "markdown")
    assert status == 2
    assert "| shop-dev | Modify | Environment | all at once | " in printed
    assert f"{level}a\\|b" in printed
    assert f"\n**Bundle**\n\n- {image}\n" in printed


def test_a_danger_is_in_each_format_and_it_exits_3(shop: Checkout) -> None:
    configure(shop, DEPLOYED.replace("2023/4.7.7", "2023/4.7.1"))
    reason = "platform 4.7.7 runs, and this would lower it to 4.7.1"
    status, printed = plan(shop)
    assert status == 3
    assert printed.startswith(f"platform-downgrade: {reason}\n")
    status, found = as_json(shop)
    assert status == 3
    assert [(danger["key"], danger["reason"]) for danger in found["dangers"]] == [("platform-downgrade", reason)]
    status, printed = plan(shop, "--format", "markdown")
    assert status == 3
    assert f"| `platform-downgrade` | {reason} | " in printed


@pytest.mark.parametrize("words", [("--nonsense",), ("--format", "xml")])
def test_a_wrong_call_exits_1(words: tuple[str, ...], shop: Checkout) -> None:
    assert plan(shop, *words)[0] == 1


@pytest.mark.parametrize("kind", ["text", "json", "markdown"])
def test_a_mistake_in_the_config_exits_1(kind: str, shop: Checkout) -> None:
    configure(shop, DEPLOYED)
    (shop.folder / "config/shop.yaml").write_text(DEPLOYED.replace("scaling", "scalling"), "utf-8")
    status, printed = plan(shop, "--format", kind)
    assert status == 1
    assert "unknown key; did you mean 'scaling'?" in printed
