"""The command `beanstack import`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from beanstack.archive import archive
from beanstack.config import load
from beanstack.takeover.command import as_name, main
from tests.takeover.foreign import PROXY, SAVED, SECRET

if TYPE_CHECKING:
    from pathlib import Path

# Beside what a container mounts, what EB reads, and the rest of a repository.
FILES = {
    "README.md": "# Shop\n",
    "site/index.php": "<?php\n",
    ".ebextensions/10-packages.config": "packages: {yum: {jq: []}}\n",
    ".ebextensions/30-secret.config": f"option_settings:\n  a:b: {{DB_PASSWORD: {SECRET}}}\n",
    ".ebextensions/40.config.j2": "files: {}\n",
    ".ebextensions/init.config": "commands: {}\n",
    ".platform/hooks/predeploy/10_certificate": "#!/bin/sh\ntrue\n",
}
DESCRIBED = {
    "ConfigurationSettings": [
        {"OptionSettings": [], "DeploymentStatus": "pending", "EnvironmentName": "other"},
        {
            "ApplicationName": "shop",
            "EnvironmentName": "shop-prod",
            "DeploymentStatus": "deployed",
            "Description": "The shop that customers see",
            "PlatformArn": "arn:aws:elasticbeanstalk:eu-west-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7",
            "OptionSettings": [
                {"Namespace": "aws:elasticbeanstalk:environment", "OptionName": "EnvironmentType", "Value": "x"}
            ],
        },
    ]
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SAVED.items():
        (tmp_path / f"{name}.cfg.yml").write_text(text, "utf-8")
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/Dockerrun.aws.json").write_text(PROXY, "utf-8")
    for name, text in FILES.items():
        (tmp_path / "bundle" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bundle" / name).write_text(text, "utf-8")
    (tmp_path / "bundle/link").symlink_to(tmp_path / "balanced.cfg.yml")
    (tmp_path / "app.zip").write_bytes(archive({"Dockerrun.aws.json": PROXY.encode()}))
    return tmp_path


def run(folder: Path, *words: str, settings: str = "balanced.cfg.yml", bundle: str = "bundle") -> int:
    files = ["--settings", str(folder / settings), "--bundle", str(folder / bundle), "--project", str(folder)]
    return main([*files, *words])


def test_a_saved_configuration_and_a_folder_become_a_file_that_loads(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--app", "shop", "--env", "prod") == 0
    [application] = load([folder / "config/shop.yaml"]).applications
    assert list(application.environments["prod"].containers) == ["php", "proxy"]
    printed = capsys.readouterr().out
    assert "  balanced.cfg.yml: aws:elasticbeanstalk:application:environment ADMIN_PASSWORD: a secret" in printed
    assert "  bundle: link: " in printed
    assert "  bundle: README.md: neither EB nor a container reads it" in printed
    assert "  bundle: .ebextensions/30-secret.config: it seems to contain a secret" in printed
    assert "  bundle: .ebextensions/40.config.j2: its name would make it a template" in printed
    assert "  bundle: .ebextensions/init.config: Beanstack generates another file in its place" in printed
    kept = folder / "config/shop/bundle"
    assert {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()} == {
        ".ebextensions/10-packages.config",
        ".platform/hooks/predeploy/10_certificate",
        "site/index.php",
    }
    assert SECRET not in printed


def test_the_description_of_an_environment_names_it_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    described = json.loads(json.dumps(DESCRIBED).replace('"x"', '"SingleInstance"'))
    (folder / "live.json").write_text(json.dumps(described), "utf-8")
    assert run(folder, settings="live.json", bundle="app.zip") == 0
    [application] = load([folder / "config/shop.yaml"]).applications
    assert application.environments["prod"].region == "eu-west-1"
    assert "live.json: Description: config has no key" in capsys.readouterr().out


def test_an_existing_configuration_is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config").mkdir()
    (folder / "config/shop.yaml").write_text("mine\n", "utf-8")
    for text, says in (
        ("mine: [\n", "has mistakes"),
        ("application: shop\nenvironments: {prod: {}}\n", "already has prod"),
        ("application: shop\ndefaults: {region: eu-west-1}\nenvironments: {dev: {}}\n", "has `defaults`"),
        ("application: shop\nenvironments: {dev: {}}\n", "cannot be added to the file"),
    ):
        (folder / "config/shop.yaml").write_text(text, "utf-8")
        assert run(folder, "--app", "shop", "--env", "prod") == 2
        assert says in capsys.readouterr().err
        assert (folder / "config/shop.yaml").read_text("utf-8") == text


def test_a_further_environment_is_added_and_the_rest_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--app", "shop", "--env", "prod") == 0
    before = (folder / "config/shop.yaml").read_text("utf-8")
    assert run(folder, "--app", "shop", "--env", "dev", "--region", "eu-west-1", settings="single.cfg.yml") == 0
    after = (folder / "config/shop.yaml").read_text("utf-8")
    assert after.startswith(before)
    [application] = load([folder / "config/shop.yaml"]).applications
    balancers = {name: one.balancer for name, one in application.environments.items()}
    assert balancers == {"prod": "application", "dev": "none"}
    (folder / "bundle/site/index.php").write_text("<?php // other\n", "utf-8")
    assert run(folder, "--app", "shop", "--env", "test", "--region", "eu-west-1", settings="single.cfg.yml") == 2
    assert "site/index.php: exists with different content; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "neither YAML nor JSON"),
        ("{", "neither YAML nor JSON"),
        ("a: 1\n", "neither a saved configuration"),
        ('{"ConfigurationSettings": []}', "it describes no environment"),
        ('{"ConfigurationSettings": [1]}', "ConfigurationSettings: an entry does not have the type that EB writes"),
        ('{"ConfigurationSettings": [{"OptionSettings": [1]}]}', "OptionSettings: an entry does not have the type"),
        ('{"ConfigurationSettings": [{"Tier": "Worker"}]}', "other: Tier does not have the type that EB writes"),
        ("OptionSettings: {}\nPlatform: x\n", "other: Platform does not have the type that EB writes"),
        ("OptionSettings: {}\nEnvironmentTier: {Name: Worker}\n", "which Beanstack does not support yet"),
    ],
)
def test_what_is_no_description_of_an_environment_is_refused(
    text: str, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other").write_text(text, "utf-8")
    assert run(folder, "--app", "shop", "--env", "prod", "--region", "eu-west-1", settings="other") == 2
    assert says in capsys.readouterr().err
    assert not (folder / "config").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"AWSEBDockerrunVersion": "1", "Image": {"Name": "nginx:1.27"}}', "not a Dockerrun.aws.json of version 2"),
        ("{", "not JSON"),
        ('{"AWSEBDockerrunVersion": 2, "containerDefinitions": []}', "containers: needs at least 1 entry"),
        (PROXY.replace('"memory": 128,', ""), "memory"),
    ],
)
def test_a_bundle_without_valid_containers_is_refused(
    text: str, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bundle/Dockerrun.aws.json").write_text(text, "utf-8")
    assert run(folder, "--app", "shop", "--env", "prod") == 2
    assert says in capsys.readouterr().err
    assert not (folder / "config").exists()


def test_a_missing_file_or_name_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--app", "shop") == 2
    assert "balanced.cfg.yml does not name it; add --env" in capsys.readouterr().err
    assert run(folder, "--app", "shop", "--env", "prod", settings="none.cfg.yml") == 2
    assert "none.cfg.yml: No such file or directory" in capsys.readouterr().err


def test_a_name_that_stacks_cannot_have_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--app", "My shop", "--env", "prod") == 2
    assert "\napplication: also names a stack and folders: " in capsys.readouterr().err
    assert not (folder / "config").exists()


def test_a_name_keeps_what_stacks_can_be_called() -> None:
    assert as_name("My App_2!") == "My-App-2"
    assert as_name("2nd shop") == "nd-shop"
