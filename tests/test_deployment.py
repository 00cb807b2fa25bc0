"""What operation reads from a committed template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from beanstack.deployment import Build, Check, Deployment, Stack, usual_stacks
from beanstack.operate.committed import deployment, template
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0" * 64 + ".zip"
GOOD = {
    "Application": "shop",
    "Environment": "dev",
    "Stack": "shop-dev",
    "Region": "eu-west-1",
    "Account": "'012345678901'",
    "BundleKey": KEY,
}


def committed(folder: Path, **changes: str) -> Path:
    path = folder / "dev.yaml"
    lines = [f"    {key}: {value}\n" for key, value in {**GOOD, **changes}.items() if value]
    path.write_text("Metadata:\n  Beanstack:\n" + "".join(lines) + "Resources: {A: {Ref: !Sub 'x'}}\n")
    return path


def test_a_template_says_where_it_goes(tmp_path: Path) -> None:
    stacks = usual_stacks("shop", "dev", "shop-dev")
    expected = Deployment("shop", "dev", "shop-dev", "eu-west-1", "012345678901", KEY, "", "", "", stacks)
    assert deployment(committed(tmp_path)) == expected
    assert "Stacks" not in expected.metadata()["Beanstack"]


THREE = (
    Stack("shop", "application.yaml", is_shared=True),
    Stack("shop-roles", "roles.yaml", is_shared=True, capabilities=("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM")),
    Stack("shop-dev", "dev.yaml"),
)


def test_a_template_lists_its_stacks_if_it_needs_other_than_the_usual_ones(tmp_path: Path) -> None:
    written = Deployment("shop", "dev", "shop-dev", "eu-west-1", "012345678901", KEY, "", "", "", THREE)
    assert written.metadata()["Beanstack"]["Stacks"] == [
        {"Name": "shop", "Template": "application.yaml", "Shared": "true"},
        {
            "Name": "shop-roles",
            "Template": "roles.yaml",
            "Shared": "true",
            "Capabilities": "CAPABILITY_IAM CAPABILITY_NAMED_IAM",
        },
        {"Name": "shop-dev", "Template": "dev.yaml"},
    ]
    path = tmp_path / "dev.yaml"
    path.write_text(yaml.safe_dump({"Metadata": written.metadata()}))
    found = deployment(path)
    assert found == written
    assert [stack.name for stack in found.shared] == ["shop", "shop-roles"]
    assert [stack.name for stack in found.own] == ["shop-dev"]


@pytest.mark.parametrize(
    ("stacks", "says"),
    [
        ("[{Name: shop-dev}]", r"Metadata\.Beanstack\.Stacks\.0\.Template is ''"),
        ("[{Name: shop-dev, Template: ../x.yaml}]", r"Stacks\.0\.Template is '\.\./x\.yaml'"),
        ("[{Name: shop-dev, Template: dev.yaml, Capabilities: '--x'}]", r"Stacks\.0\.Capabilities is '--x'"),
        ("[{Name: shop, Template: dev.yaml}]", "does not list shop-dev among the environment's own stacks"),
        ("[{Name: shop-dev, Template: dev.yaml, Shared: 'true'}]", "does not list shop-dev among"),
        ("shop-dev", "has no Beanstack metadata"),
    ],
)
def test_a_list_of_stacks_that_cannot_be_deployed_is_refused(tmp_path: Path, stacks: str, says: str) -> None:
    with pytest.raises(DeploymentError, match=says):
        deployment(committed(tmp_path, Stacks=stacks))


def test_an_account_may_be_left_open(tmp_path: Path) -> None:
    found = deployment(committed(tmp_path, Account=""))
    assert found.account == ""
    assert "Account" not in found.metadata()["Beanstack"]


CHECKS = (Check("/todos?a=1", "200", "walk: the 'dog'"), Check("/", "301", ""))


def test_a_template_says_what_a_successful_deployment_answers(tmp_path: Path) -> None:
    stacks = usual_stacks("shop", "dev", "shop-dev")
    written = Deployment("shop", "dev", "shop-dev", "eu-west-1", "012345678901", KEY, "", "", "Info", stacks, CHECKS)
    path = tmp_path / "dev.yaml"
    path.write_text(yaml.safe_dump({"Metadata": written.metadata()}))
    assert deployment(path) == written


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{Path: todos, Status: '200'}", r"SmokeTest\.0\.Path is 'todos'"),
        ("{Path: '/ /', Status: '200'}", r"SmokeTest\.0\.Path"),
        ("{Path: /}", r"SmokeTest\.0\.Status is ''"),
    ],
)
def test_a_smoke_test_that_cannot_be_run_is_refused(tmp_path: Path, entry: str, says: str) -> None:
    with pytest.raises(DeploymentError, match=says):
        deployment(committed(tmp_path, SmokeTest=f"[{entry}]"))


@pytest.mark.parametrize(("written", "read"), [("", ""), ("'true'", "true")])
def test_a_template_says_whether_its_bundle_migrates(tmp_path: Path, written: str, read: str) -> None:
    found = deployment(committed(tmp_path, Migrates=written))
    assert found.migrates == read
    assert found.metadata()["Beanstack"].get("Migrates", "") == read


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Stack", "'shop; rm -rf /'"),
        ("Stack", "'$(shell touch x)'"),
        ("Region", "'eu-west-1 --profile x'"),
        ("Account", "'12'"),
        ("BundleKey", "../../x.zip"),
        ("BundleKey", ""),
        ("Application", '"a\\nSTACK := b"'),
    ],
)
def test_what_a_shell_could_take_for_more_than_a_name_is_refused(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(DeploymentError, match=rf"Metadata\.Beanstack\.{key} is .*`make generate` writes it anew"):
        deployment(committed(tmp_path, **{key: value}))


@pytest.mark.parametrize("text", ["", "Resources: {}\n", "- a\n", "a: [\n", "Metadata: {Beanstack: x}\n", "\x00"])
def test_a_file_that_is_not_a_template_of_ours_is_reported(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dev.yaml"
    path.write_text(text)
    with pytest.raises(DeploymentError, match="has no Beanstack metadata"):
        deployment(path)


def test_a_missing_template_names_those_that_are_there(tmp_path: Path) -> None:
    committed(tmp_path)
    (tmp_path / "application.yaml").touch()
    with pytest.raises(DeploymentError, match=r"has dev: choose with APP=\.\.\. ENV=\.\.\.") as error:
        deployment(tmp_path / "prod.yaml")
    assert "application" not in str(error.value)


def test_short_functions_are_read_as_mappings() -> None:
    text = "a: !Ref B\nb: !GetAtt C.D\nc: !Sub [x, {y: z}]\nd: !ImportValue {k: v}\n"
    read = {
        "a": {"Ref": "B"},
        "b": {"GetAtt": "C.D"},
        "c": {"Sub": ["x", {"y": "z"}]},
        "d": {"ImportValue": {"k": "v"}},
    }
    assert template(text) == read


BUILD = Build("example.org/shop:not-built", "example.org/shop", "app")


def test_a_template_says_what_its_images_are_built_from(tmp_path: Path) -> None:
    stacks = usual_stacks("shop", "dev", "shop-dev")
    written = Deployment("shop", "dev", "shop-dev", "eu-west-1", "", KEY, "", "", "", stacks, builds=(BUILD,))
    metadata = written.metadata()["Beanstack"]
    assert metadata["Builds"] == [
        {"Image": "example.org/shop:not-built", "Repository": "example.org/shop", "Context": "app"}
    ]
    assert deployment(committed(tmp_path, Account="", Builds=str(metadata["Builds"]))).builds == (BUILD,)


@pytest.mark.parametrize("entry", ["{Image: a b}", "{Image: a, Repository: A, Context: a}", "{Image: a}", "[]"])
def test_a_build_that_cannot_be_one_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(DeploymentError, match="make generate"):
        deployment(committed(tmp_path, Builds=f"[{entry}]"))
