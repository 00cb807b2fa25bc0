"""The names of applications, environments and the stacks that they become."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beanstack.config import ConfigError, load
from tests.config.conftest import edited, shared
from tests.conftest import as_name

if TYPE_CHECKING:
    from tests.config.conftest import Loaded, Refusals

LONG = (
    "EB's name of the environment, '{}' ({} characters), must have 4 to 40 letters, digits and hyphens, "
    "with no hyphen at either end"
)
LETTERS = "an environment's name has letters, digits and hyphens, and no hyphen first"


def named(application: str, environment: str = "dev") -> str:
    return edited(shared(overrides=f"  {environment}:\n"), ("application: shop", f"application: {application}"))


def test_an_application_is_called_as_its_file(refusals: Refusals) -> None:
    assert refusals(named("shoppe")) == [
        "shop.yaml:1:14: application: 'shoppe' must be the file's own name, shoppe.yaml; the file is shop.yaml"
    ]


@pytest.mark.parametrize("name", ["1shop", "shop-", "-shop", "sh_op", "sh.op", "shöp", "sh op"])
def test_a_name_that_no_stack_can_have_is_refused(name: str, refusals: Refusals) -> None:
    _, _, message = refusals(named(name), f"{as_name(name)}.yaml")[0].partition(".yaml:1:14: ")
    assert message == (
        "application: also names a stack and folders: letters, digits and hyphens, a letter first and no hyphen last"
    )


@pytest.mark.parametrize(("written", "length"), [("''", 0), (101 * "a", 101)])
def test_an_application_of_no_or_too_many_characters_is_refused(written: str, length: int, refusals: Refusals) -> None:
    assert refusals(named(written))[0] == (
        f"shop.yaml:1:14: application: an EB application's name has 1 to 100 characters, this one {length}"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("application: 5", '1:14: application: expected a string, found 5; write "5" in quotes'),
        ("application: [shop]", "1:14: application: expected a string, found a list"),
        ("application:", "1:1: application: is missing"),
        ("name: shop", "1:1: application: is missing"),
    ],
)
def test_an_application_without_a_name_is_refused_once(line: str, message: str, refusals: Refusals) -> None:
    expected = [f"shop.yaml:{message}"] + (["shop.yaml:1:1: name: unknown key"] if "name:" in line else [])
    assert refusals(edited(shared(), ("application: shop", line))) == expected


@pytest.mark.parametrize(
    ("application", "environment"), [("a", "bc"), ("a", 38 * "e"), ("A1-b", "9"), ("shop", 35 * "e")]
)
def test_a_name_of_4_to_40_characters_is_accepted(application: str, environment: str, loaded: Loaded) -> None:
    made = loaded(named(application, f"'{environment}'"), f"{application}.yaml")
    assert (made.name, list(made.environments)) == (application, [environment])


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (36 * "e", LONG.format("shop-" + 36 * "e", 41)),
        ("dev-", LONG.format("shop-dev-", 9)),
        ("-dev", LETTERS),
        ("d_v", LETTERS),
        ("d.v", LETTERS),
        ("dév", LETTERS),
        ("''", LETTERS),
        ("application", "'application' is taken: output/shop/application.yaml is another stack's"),
        ("network", "'network' is taken: output/shop/network.yaml is another stack's"),
        ("Network", "'Network' is taken: output/shop/network.yaml is another stack's"),
    ],
)
def test_a_name_of_an_environment_that_eb_or_a_stack_refuses_is_refused(
    environment: str, message: str, refusals: Refusals
) -> None:
    where = environment.strip("'")
    assert refusals(named("shop", environment)) == [f"shop.yaml:30:3: environments.{where}: {message}"]


def test_a_name_of_three_characters_is_refused(refusals: Refusals) -> None:
    message = LONG.format("a-b", 3)
    assert refusals(named("a", "b"), "a.yaml") == [f"a.yaml:30:3: environments.b: {message}"]


def test_two_environments_that_differ_in_case_alone_are_refused(refusals: Refusals) -> None:
    assert refusals(shared(overrides="  dev:\n  Dev:\n")) == [
        "shop.yaml:31:3: environments.Dev: differs from 'dev' only in upper and lower case"
    ]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("environments: {}\n", "1:15: environments: no environment; add one, such as `dev: {}`"),
        ("environments:\n", "1:1: environments: no environment; add one, such as `dev: {}`"),
        ("environments: [dev]\n", "1:15: environments: expected a mapping"),
        ("environments: dev\n", "1:15: environments: expected a mapping"),
        ("environments: {dev: [a]}\n", "1:21: environments.dev: expected a mapping"),
        ("environments: {dev: }\ndefaults: []\n", "2:11: defaults: expected a mapping"),
        ("description: none\n", "1:1: environments: no environment; add one, such as `dev: {}`"),
    ],
)
def test_a_file_without_a_usable_environment_is_refused(section: str, message: str, refusals: Refusals) -> None:
    assert refusals(f"{section}application: shop\n") == [f"shop.yaml:{message}"]


def test_two_files_whose_stacks_would_share_a_name_are_refused(folder: Path) -> None:
    (folder / "shop.yaml").write_text(named("shop", "api"))
    (folder / "Shop-API.yaml").write_text(named("Shop-API", "dev"))
    with pytest.raises(ConfigError) as refused:
        load([Path("shop.yaml"), Path("Shop-API.yaml")])
    assert str(refused.value) == ("Shop-API.yaml:1:1: application: the stack 'Shop-API' is made from shop.yaml already")


BUILDS = """\
defaults:
  build: {repository: images}
environments:
  dev: {containers: {web: {build: {repository: web}}}}
"""


def test_a_repository_that_another_file_makes_is_refused(folder: Path) -> None:
    for name in ("shop", "team"):
        (folder / f"{name}.yaml").write_text(f"application: {name}\n{BUILDS}")
    with pytest.raises(ConfigError) as refused:
        load([folder / "team.yaml"], others=[folder / "shop.yaml"], shown=lambda path: path.name)
    assert [str(finding) for finding in refused.value.findings if "already" in finding.message] == [
        "team.yaml:3:11: defaults.build.repository: the repository 'images' is made from shop.yaml already",
        "team.yaml:5:36: environments.dev.containers.web.build.repository: the repository 'web' is made from shop.yaml "
        "already",
    ]


def test_shared_stacks_are_reported_along_with_other_mistakes(folder: Path) -> None:
    (folder / "shop-api.yaml").write_text(edited(named("shop-api", "dev"), ("memory: 128", "memory: 5")))
    (folder / "shop.yaml").write_text(named("shop", "api"))
    with pytest.raises(ConfigError) as refused:
        load([Path("shop-api.yaml"), Path("shop.yaml")])
    assert str(refused.value).splitlines() == [
        "shop-api.yaml:11:15: defaults.containers.web.memory: must be at least 6, found 5 (in dev)",
        "shop.yaml:30:3: environments.api: the stack 'shop-api' is made from shop-api.yaml already",
    ]


def test_files_of_different_stacks_load_in_their_order(folder: Path) -> None:
    for name in ("shop", "cart"):
        (folder / f"{name}.yaml").write_text(named(name))
    assert [made.name for made in load([Path("shop.yaml"), Path("cart.yaml")]).applications] == ["shop", "cart"]


def test_an_environment_that_was_imported_keeps_ebs_names(loaded: Loaded) -> None:
    text = edited(
        shared(overrides="  dev: {environment_name: Shop-live, cname_prefix: shop-live}\n"),
        ("application: shop", "application: shop\napplication_name: My shop"),
    )
    made = loaded(text)
    assert (made.eb_name, made.environments["dev"].environment_name) == ("My shop", "Shop-live")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("application: shop", "application: shop\napplication_name: a/b", "application_name: expected 1 to 100"),
        ("dev:", "dev: {environment_name: abc}", "environment_name: expected 4 to 40 letters"),
        ("dev:", "dev: {cname_prefix: a.b}", "cname_prefix: expected 4 to 63 letters"),
    ],
)
def test_a_name_that_eb_cannot_have_is_refused(old: str, new: str, message: str, refusals: Refusals) -> None:
    [refused] = refusals(edited(shared(overrides="  dev:\n"), (old, new)))
    assert message in refused


def test_two_environments_with_one_name_in_eb_are_refused(refusals: Refusals) -> None:
    [refused] = refusals(shared(overrides="  dev: {environment_name: shop-prod}\n  prod:\n"))
    assert refused.endswith("EB's name of the environment, 'shop-prod', is that of 'dev' already")


def test_a_long_key_is_accepted_where_ebs_name_is_given(loaded: Loaded) -> None:
    long = 40 * "e"
    assert list(loaded(shared(overrides=f"  {long}: {{environment_name: {long}}}\n")).environments) == [long]
