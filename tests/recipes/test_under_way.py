"""What operators see and wait for while AWS is at work on an environment."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.recipes.conftest import hanging_update

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

NAME = "todobackend-dev"
# The aws command, which is killed while it waits for the environment's stack.
IMPATIENT = """\
#!/bin/sh
.venv/bin/python -m awscli "$@" &
case "$*" in
  *"deploy --stack-name todobackend-dev "*)
    while ! [ -e give-up ]; do sleep 0.1; done
    kill $!
    wait $!
    exit 255 ;;
esac
wait $!
"""


@pytest.fixture(scope="module")
def alice(new_checkout: Callable[[], Checkout]) -> Checkout:
    made = new_checkout()
    made.stack()
    return made


def until(process: subprocess.Popen[str], text: str) -> list[str]:
    """Read what a process prints up to a line that has a text; return the lines."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(lines)


def test_a_deployment_goes_on_after_the_aws_command_gave_up(alice: Checkout) -> None:
    (alice.folder / "impatient").write_text(IMPATIENT)
    (alice.folder / "impatient").chmod(0o755)
    with hanging_update(alice, "AWS=./impatient") as process:
        (alice.folder / "give-up").touch()
        until(process, f"{NAME} is UPDATE_IN_PROGRESS: waiting for CloudFormation")
        alice.inject(NAME, release_update=True)
        lines = until(process, f"{NAME}: Ready, health Ok")
        assert any("UPDATE_COMPLETE" in line for line in lines), "its events are still shown"
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    line = alice.make("history", "LOCAL=1").stdout.splitlines()[1]
    assert line.split()[2:4] == ["stack", "deployed"]
    alice.stack()


def test_who_deploys_is_shown_by_plan_and_status_and_what_containers_print_before_the_rollback(
    alice: Checkout,
) -> None:
    with hanging_update(alice) as process:
        for target in ("plan", "status"):
            shown = alice.make(target, "LOCAL=1").stdout
            assert re.match(rf"{NAME}: \S+ on \S+ has been deploying since [\d-]+ [\d:]+ UTC\n", shown), target
        failed = {"message": "Command failed on instance.", "severity": "ERROR"}
        alice.inject(NAME, output={"todobackend": ["starting", "no database"]}, event=failed)
        lines = until(process, "no database")
        assert lines[-3:] == ["  todobackend printed last:\n", "    starting\n", "    no database\n"]
        assert not any("ROLLBACK" in line for line in lines)
        assert alice.make("abort", "LOCAL=1").returncode == 0
        process.communicate(timeout=120)
        assert process.returncode != 0
    assert alice.make("redeploy", "LOCAL=1").returncode == 0
    assert " has been " not in alice.make("status", "LOCAL=1").stdout


def test_a_lock_by_hand_is_shown_by_plan_and_status(alice: Checkout) -> None:
    assert alice.make("lock", "LOCAL=1", "REASON=moving the database").returncode == 0
    shown = [alice.make(target, "LOCAL=1").stdout for target in ("plan", "status")]
    assert alice.make("unlock", "LOCAL=1").returncode == 0
    for one in shown:
        assert re.match(rf"{NAME}: \S+ on \S+ locked it at .* UTC: moving the database\n", one)


def test_a_busy_environment_is_waited_for_before_the_stack_is_touched(alice: Checkout) -> None:
    alice.inject(NAME, Status="Updating")
    command = ["make", "--no-print-directory", "ENGINE=none", "stack", "LOCAL=1", "TIMEOUT=120"]
    with subprocess.Popen(command, cwd=alice.folder, stdout=subprocess.PIPE, text=True) as process:
        until(process, f"waiting: the environment {NAME} is Updating")
        alice.inject(NAME)
        lines = until(process, f"{NAME}: Ready, health Ok")
        assert any("No changes to deploy" in line for line in lines)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_an_environment_that_stays_busy_is_refused_after_the_timeout(alice: Checkout) -> None:
    alice.inject(NAME, Status="Updating")
    refused = alice.make("stack", "LOCAL=1", "TIMEOUT=0")
    alice.inject(NAME)
    assert refused.returncode == 2
    assert f"busy: the environment {NAME} is Updating; `make events" in refused.stderr
    assert "Uploaded" not in refused.stdout
