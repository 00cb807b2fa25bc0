"""What operation reads from a committed template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.deployment import Deployment
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
    expected = Deployment("shop", "dev", "shop-dev", "eu-west-1", "012345678901", KEY)
    assert deployment(committed(tmp_path)) == expected
    assert expected.makefile() == (
        "STACK := shop-dev\nAPPLICATION_STACK := shop\nREGION := eu-west-1\n"
        f"ACCOUNT := 012345678901\nBUNDLE_KEY := {KEY}\n"
    )


def test_an_account_may_be_left_open(tmp_path: Path) -> None:
    found = deployment(committed(tmp_path, Account=""))
    assert found.account == ""
    assert "Account" not in found.metadata()["Beanstack"]


@pytest.mark.parametrize(("written", "read"), [("", ""), ("'true'", "true")])
def test_a_template_says_whether_its_bundle_migrates(tmp_path: Path, written: str, read: str) -> None:
    found = deployment(committed(tmp_path, Migrates=written))
    assert found.migrates == read
    assert found.metadata()["Beanstack"].get("Migrates", "") == read
    assert "true" not in found.makefile()


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
def test_what_make_could_take_for_more_than_a_name_is_refused(tmp_path: Path, key: str, value: str) -> None:
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
