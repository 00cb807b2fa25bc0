"""What make refuses, and in which order a deployment goes."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

TEMPLATE = "output/todobackend/dev.yaml"


def test_what_is_generated_is_not_deployed_in_the_same_call(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    result = checkout.make("generate", "stack", "LOCAL=1")
    assert result.returncode != 0
    assert "`make generate` comes first and alone: look at `git diff`, then `make stack`" in result.stderr
    assert not (checkout.folder / "build/todobackend").exists()


def test_what_is_deployed_follows_the_templates_content_whatever_its_date(checkout: Checkout) -> None:
    first = checkout.make("bundle").stdout.strip()
    checkout.edit("config/todobackend.yaml", "todobackend:1.0.0", "todobackend:2.0.0")
    assert checkout.make("generate").returncode == 0
    os.utime(checkout.folder / TEMPLATE, (0, 0))
    result = checkout.make("bundle")
    assert result.returncode == 0, result.stderr
    second = result.stdout.strip()
    assert second != first
    assert (checkout.folder / first).is_file()
    assert (checkout.folder / second).is_file()
    assert second.removeprefix("build/todobackend/dev/") in (checkout.folder / TEMPLATE).read_text()


@pytest.mark.parametrize("how", ["words", "environment"])
def test_a_make_that_keeps_going_deploys_nothing_that_a_check_refused(checkout: Checkout, how: str) -> None:
    before = (checkout.folder / TEMPLATE).read_text()
    (checkout.folder / TEMPLATE).write_text(before + "# by hand\n")
    if how == "words":
        result = checkout.make("-k", "stack", "LOCAL=1")
    else:
        result = checkout.make("stack", "LOCAL=1", environment={"MAKEFLAGS": "-k"})
    assert result.returncode != 0
    assert f"stale: config/ does not match {TEMPLATE}\n" in result.stderr
    assert checkout.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_a_make_that_ignores_errors_is_refused(checkout: Checkout) -> None:
    checkout.make("local-start")
    for words in (["-i", "stack"], ["-ki", "stack"], ["stack", "--ignore-errors"]):
        result = checkout.make(*words, "LOCAL=1")
        refusals = result.stderr.count("make -i would ignore failed safety checks; run it without -i\n")
        assert refusals == result.stderr.count("(ignored)") > 0, "every step refuses"
        assert checkout.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert checkout.make("-Oline", "bundle").returncode == 0, "another option with an i is no reason to refuse"


def test_every_step_checks_the_account_itself(checkout: Checkout) -> None:
    """An operator may have changed the recipe."""
    checkout.make("local-start")
    checkout.edit("config/todobackend.yaml", '# account: "385605022855"', 'account: "385605022855"')
    assert checkout.make("generate").returncode == 0
    other = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "999999999999",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ENDPOINT_URL": checkout.url,
    }
    words = [".venv/bin/python", "-m", "beanstack", "follow", "--", "touch", "deployed"]
    result = subprocess.run(words, cwd=checkout.folder, env=other, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "the credentials are of account 999999999999" in result.stderr
    assert not (checkout.folder / "deployed").exists()


@pytest.mark.parametrize("target", ["stack", "plan"])
@pytest.mark.parametrize("name", ["application", "dev"])
def test_a_template_that_is_too_large_is_refused_before_anything_happens(
    checkout: Checkout, target: str, name: str
) -> None:
    path = checkout.folder / f"output/todobackend/{name}.yaml"
    before = path.read_text()
    path.write_text(before + f"# {'x' * 51200}\n")
    result = checkout.make(target, "LOCAL=1")
    assert result.returncode != 0
    assert (
        f"output/todobackend/{name}.yaml has {len(before) + 51203} bytes, CloudFormation takes 51200" in result.stderr
    )
    assert checkout.client("cloudformation", "385605022855").list_stacks()["StackSummaries"] == []


@pytest.mark.parametrize("wrong", ["APP=a;touch x", "APP=$(shell touch x)", "ENV=`touch x`", "ENV=a b", "ENV=../prod"])
def test_a_name_with_other_characters_reaches_no_shell(checkout: Checkout, wrong: str) -> None:
    name, _, value = wrong.partition("=")
    for result in (checkout.make("status", wrong), checkout.make("status", environment={name: value})):
        assert result.returncode != 0
        assert f"APP and ENV are letters, digits and hyphens, not {name}='{value}'" in result.stderr
    assert not (checkout.folder / "x").exists()


def test_with_several_applications_none_is_the_default(checkout: Checkout) -> None:
    (checkout.folder / "config/shop.yaml").write_text("application: shop\n")
    for target in ("status", "stack", "destroy", "bundle", "run"):
        result = checkout.make(target)
        assert result.returncode != 0
        assert "config/ holds several applications; choose one: APP=shop, APP=todobackend" in result.stderr


def test_an_application_without_dev_has_no_default_environment(checkout: Checkout) -> None:
    output = checkout.folder / "output/todobackend"
    (output / "dev.yaml").rename(output / "test.yaml")
    result = checkout.make("status")
    assert result.returncode != 0
    assert "todobackend has no environment dev; choose one: ENV=prod, ENV=test" in result.stderr


def test_an_application_that_does_not_exist_names_those_that_do(checkout: Checkout) -> None:
    result = checkout.make("status", "APP=nope")
    assert result.returncode != 0
    assert "there is no output/nope/dev.yaml; output has todobackend" in result.stderr
    assert not (checkout.folder / "build/nope").exists()


def test_the_applications_own_template_is_no_environment(checkout: Checkout) -> None:
    result = checkout.make("status", "ENV=application")
    assert result.returncode != 0
    assert "application.yaml is shared by all environments and deployed with each; choose one: ENV=dev, ENV=prod" in (
        result.stderr
    )
