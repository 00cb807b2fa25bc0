"""Managed updates through the Makefile: what EB updates by itself warns, and `make platform TO=running` follows it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT
from tests.recipes.test_operation import CONFIG, configure, deploy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.recipes.conftest import Checkout

HERE = ("APP=shop", "ENV=dev", "LOCAL=1")
PINNED = CONFIG.replace("2023/4.7.7", "2023/4.7.1")
UPDATED = PINNED.replace("  dev:\n", "  dev:\n    managed_updates: {preferred_start_time: 'Sun:03:00'}\n")
MAY_LOWER = ". CloudFormation may lower it with this change of the environment"
NEWER = "platform 4.7.7 runs, which is newer than the pinned 4.7.1; `make platform TO=4.7.7` pins what runs"


@pytest.fixture(scope="module")
def deployed(new_checkout: Callable[[], Checkout]) -> Checkout:
    made = configure(new_checkout(), UPDATED)
    deploy(made)
    return made


@pytest.fixture
def shop(deployed: Checkout) -> Checkout:
    """The environment after an update of EB, as it would come in the window; the config still pins the version before.

    The local AWS sends the pinned version with each change of the environment, so each test may have lowered it.
    """
    client = deployed.client("elasticbeanstalk")
    for action in client.describe_environment_managed_actions(EnvironmentName="shop-dev")["ManagedActions"]:
        client.apply_environment_managed_action(EnvironmentName="shop-dev", ActionId=action["ActionId"])
    return configure(deployed, UPDATED)


def test_a_newer_patch_that_runs_warns(shop: Checkout) -> None:
    planned = shop.make("plan", *HERE)
    assert planned.returncode == 0, planned.stderr
    assert f"{NEWER}\n" in planned.stdout
    assert f"{NEWER}\n" in deploy(shop)


def test_a_deployment_that_changes_the_environment_goes_on_with_a_warning(shop: Checkout) -> None:
    configure(shop, UPDATED.replace("LEVEL: info", "LEVEL: debug"))
    assert f"{NEWER}{MAY_LOWER}\n" in deploy(shop)


def test_a_deployment_that_would_lower_it_is_refused(shop: Checkout) -> None:
    configure(shop, UPDATED.replace("2023/4.7.1", "2023/4.3.2"))
    refused = shop.make("stack", *HERE)
    assert refused.returncode == 2
    assert "platform-downgrade: platform 4.7.7 runs, and this would lower it to 4.3.2" in refused.stderr


def test_what_runs_is_pinned_and_nothing_is_left_to_say(shop: Checkout) -> None:
    pinned = shop.make("platform", *HERE, "TO=running")
    assert pinned.returncode == 0, pinned.stderr
    assert "/4.7.1 -> 4.7.7\n" in pinned.stdout
    assert shop.make("generate").returncode == 0
    printed = deploy(shop)
    assert "newer than the pinned" not in printed
    planned = shop.make("plan", *HERE)
    assert "no changes" in planned.stdout


def test_a_version_that_environments_share_is_never_lowered_to_what_one_of_them_runs(shop: Checkout) -> None:
    configure(shop, UPDATED.replace("2023/4.7.1", "2023/4.7.7") + "  prod: {}\n")
    client = shop.client("elasticbeanstalk")
    [running] = client.describe_environments(EnvironmentNames=["shop-dev"])["Environments"]
    older = running["PlatformArn"].replace("4.7.7", "4.7.1")
    client.update_environment(EnvironmentName="shop-dev", PlatformArn=older)
    kept = shop.make("platform", *HERE, "TO=running")
    assert kept.returncode == 0, kept.stderr
    assert "pins 4.7.7, also for prod; 4.7.1, which runs here, is older" in kept.stdout


GH = """\
#!/bin/sh
printf '%s\\n' "$*" >>"$GH_CALLS"
[ "$1 $2" != 'pr list' ] || cat "$GH_OPEN"
"""


@pytest.fixture
def pin(shop: Checkout, tmp_path: Path) -> Iterator[Callable[[str], tuple[str, list[str]]]]:
    """A function that runs the workflow's script, with that many open pull requests, on GitHub's stand-in.

    It returns what the script prints, and the calls of `gh`.
    """
    origin, tools = tmp_path / "origin.git", tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH, "utf-8")
    (tools / "gh").chmod(0o755)
    shop.commit()
    subprocess.run(["git", "init", "--quiet", "--bare", origin], check=True)
    shop.git("remote", "add", "origin", str(origin))

    def run(pull_requests: str) -> tuple[str, list[str]]:
        calls, count = tmp_path / "calls", tmp_path / "open"
        calls.write_text("", "utf-8")
        count.write_text(pull_requests, "utf-8")
        found = {"GH_CALLS": str(calls), "GH_OPEN": str(count), "LOCAL": "1", "ENGINE": "none"}
        done = subprocess.run(
            ["sh", PROJECT / ".github/pin-platforms.sh"],
            cwd=shop.folder,
            env={**os.environ, **found, "PATH": f"{tools}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, calls.read_text("utf-8").splitlines()

    yield run
    shutil.rmtree(shop.folder / ".git")


def test_the_scheduled_script_opens_one_pull_request_with_what_runs(
    shop: Checkout, pin: Callable[[str], tuple[str, list[str]]]
) -> None:
    printed, calls = pin("0\n")
    assert "/4.7.1 -> 4.7.7\n" in printed
    assert "::warning::prod of todobackend: the platform that runs is not known" in printed
    assert [call.partition(" --title")[0] for call in calls] == [
        "auth setup-git",
        "pr list --head beanstack/platform --state open --json number --jq length",
        "pr create --head beanstack/platform",
    ]
    pushed = shop.git("show", "origin/beanstack/platform", "--stat", "--format=%an: %s")
    assert pushed.startswith("github-actions[bot]: Pin the platform that runs\n")
    assert "config/shop.yaml" in pushed
    assert "output/shop/dev.yaml" in pushed
    again, calls = pin("1\n")
    assert "config/ pins what runs\n" in again
    assert calls == []
