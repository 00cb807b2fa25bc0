"""A command in a container of an instance: how it gets there, and what becomes of what it prints."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from beanstack.operate import execution
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Instance = Callable[[str, Sequence[str]], tuple[int, Any, str]]

HOSTILE = [
    *("", " ", "a b", "'", '"', "\\", "$HOME", "$(touch hacked)", "`touch hacked`", "; touch hacked", "| cat", "&"),
    *("a\nb", "\n", "-rf", "--", "*", "?", "~", "{a,b}", "!x", "#", "é", "日本", "\u202e", "\t", "<", ">", "x" * 5000),
    *("{{ssm:parameter}}", "{{.ID}}", "%s", "\\0", "EOF", "\x01", "\udcff"),
]
DOCKER = """\
#!/bin/bash
# In place of docker: lists one container, and notes the words that it is to run.
if [ "$1" = ps ]; then
  [[ "$*" != *--quiet* ]] || { [ "$4" != "label=com.amazonaws.ecs.container-name=web" ] || echo 0123456789ab; }
  exit 0
fi
printf '%s\\0' "$@" >"$NOTED"
cat
exit 3
"""


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Return a function that runs a line as Systems Manager does, and returns status, docker's words, and errors."""
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    noted = tmp_path / "noted"

    def run(container: str, words: Sequence[str]) -> tuple[int, Any, str]:
        script = tmp_path / "_script.sh"
        script.write_text(execution.line(container, words) + "\n")
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "NOTED": str(noted)}
        done = subprocess.run(
            ["sh", str(script)],
            cwd=tmp_path,
            env=environment,
            input="typed",
            capture_output=True,
            text=True,
            check=False,
        )
        found = noted.read_bytes() if noted.exists() else b""
        return done.returncode, [os.fsdecode(word) for word in found.split(b"\0")[:-1]], done.stderr

    return run


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_words_reach_the_container_as_they_are(instance: Instance, tmp_path: Path, word: str) -> None:
    status, words, errors = instance("web", ["program", word, "last"])
    assert (status, errors) == (3, "")
    assert words == ["exec", "0123456789ab", "program", word, "last"]
    assert not (tmp_path / "hacked").exists()


def test_all_words_together_reach_the_container(instance: Instance) -> None:
    assert instance("web", HOSTILE)[1][2:] == HOSTILE


def test_a_container_that_is_not_there_is_named(instance: Instance) -> None:
    status, words, errors = instance("worker", ["true"])
    assert (status, words) == (69, [])
    assert "no container 'worker' runs on this instance" in errors


def test_the_line_has_nothing_that_a_shell_or_systems_manager_would_expand() -> None:
    line = execution.line("web", HOSTILE)
    assert "\n" not in line
    assert "{" not in line
    packed = line.partition("in_container.sh ")[2]
    assert set(packed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= ")


@pytest.mark.parametrize("text", ["", "ls", "ls -l", '"ls"', "{}", "[]", "[1]", '["ls", null]', '["ls"'])
def test_a_command_is_a_list_of_texts(text: str) -> None:
    with pytest.raises(DeploymentError, match="CMD must be a program and its arguments as a list in JSON"):
        execution.command(text)


@pytest.mark.parametrize(("text", "says"), [('["a\\u0000b"]', "NUL"), ('["\\ud800"]', "lone surrogate")])
def test_what_no_program_takes_is_refused(text: str, says: str) -> None:
    with pytest.raises(DeploymentError, match=says):
        execution.command(text)


@pytest.mark.parametrize("name", ["", "a b", "web;ls", "web\n", "x" * 256])
def test_a_container_has_a_name(name: str) -> None:
    with pytest.raises(DeploymentError, match="CONTAINER must be the name of a container"):
        execution.asked(argparse.Namespace(container=name, cmd='["ls"]'))


class Ssm:
    """Systems Manager as far as it is called; a command ends after two looks at it."""

    def __init__(self, online: Sequence[str], **ended: Any) -> None:
        self.online = online
        self.ended = {"Status": "Success", "ResponseCode": 0, **ended}
        self.sent: list[dict[str, Any]] = []
        self.cancelled: list[dict[str, Any]] = []
        self.looks = 0
        self.interrupted = False

    def get_paginator(self, name: str) -> Ssm:
        assert name == "describe_instance_information"
        return self

    def paginate(self, **given: Any) -> list[dict[str, Any]]:
        [values] = [one["Values"] for one in given["Filters"]]
        found = [
            {"InstanceId": name, "PingStatus": "Online" if name in self.online else "ConnectionLost"} for name in values
        ]
        return [{"InstanceInformationList": found}]

    def send_command(self, **given: Any) -> dict[str, Any]:
        self.sent.append(given)
        return {"Command": {"CommandId": "c-1"}}

    def get_command_invocation(self, **given: Any) -> dict[str, Any]:
        assert given == {"CommandId": "c-1", "InstanceId": self.sent[0]["InstanceIds"][0]}
        self.looks += 1
        if self.interrupted:
            raise KeyboardInterrupt
        if self.looks == 1:
            raise ClientError({"Error": {"Code": "InvocationDoesNotExist"}}, "GetCommandInvocation")
        return {"Status": "InProgress"} if self.looks == 2 else self.ended

    def cancel_command(self, **given: Any) -> None:
        self.cancelled.append(given)


class Call:
    """A verb's call for an environment with two instances."""

    def __init__(self, ssm: Ssm, instance: str = "", there: Sequence[str] = ("i-1", "i-2")) -> None:
        self.options = argparse.Namespace(container="web", cmd='["ls", "-l"]', instance=instance, timeout=60.0)
        self.ssm = ssm
        self.there = there
        self.clients = self
        self.deployment = argparse.Namespace(eb_environment="shop-dev")
        self.beanstalk = self
        self.interval = 0.0
        self.checked = False

    def refuse_absent(self) -> None:
        self.checked = True

    def describe_environment_resources(self, EnvironmentName: str) -> dict[str, Any]:  # noqa: N803 - as in botocore
        assert EnvironmentName == "shop-dev"
        assert self.checked, "the account and the stack are checked first"
        return {"EnvironmentResources": {"Instances": [{"Id": one} for one in self.there]}}

    def client(self, name: str) -> Ssm:
        assert name == "ssm"
        return self.ssm


def execute(call: Call) -> int:
    return execution.execute(call)  # type: ignore[arg-type]


def test_the_first_instance_that_can_be_reached_runs_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    ssm = Ssm(["i-2"], StandardOutputContent="a\nb\n", StandardErrorContent="oops\n")
    assert execute(Call(ssm)) == 0
    assert capsys.readouterr() == ("a\nb\n", "web on i-2:\noops\n")
    assert ssm.sent == [
        {
            "DocumentName": "AWS-RunShellScript",
            "InstanceIds": ["i-2"],
            "Parameters": {"commands": [execution.line("web", ["ls", "-l"])], "executionTimeout": ["60"]},
            "TimeoutSeconds": 60,
            "Comment": "Beanstack: web",
        }
    ]


def test_a_command_that_fails_is_reported_with_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(Call(Ssm(["i-1"], Status="Failed", StatusDetails="Failed", ResponseCode=3))) == 1
    assert capsys.readouterr().err == "web on i-1:\nthe command ended with exit status 3 (c-1)\n"


def test_a_command_that_never_ran_is_reported_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    ended = {"Status": "TimedOut", "StatusDetails": "DeliveryTimedOut", "ResponseCode": -1}
    assert execute(Call(Ssm(["i-1"], **ended))) == 1
    assert capsys.readouterr().err == "web on i-1:\nthe command ended as DeliveryTimedOut (c-1)\n"


def test_output_that_systems_manager_cuts_off_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    execute(Call(Ssm(["i-1"], StandardOutputContent="x" * 24_000)))
    assert "only the first 24,000 characters are shown" in capsys.readouterr().err


def test_an_instance_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    execute(Call(Ssm(["i-1", "i-2"]), "i-2"))
    assert capsys.readouterr().err == "web on i-2:\n"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (Call(Ssm([])), "Systems Manager reaches no instance of shop-dev. It needs `session_manager: true`"),
        (Call(Ssm(["i-1"]), "i-2"), "Systems Manager reaches no instance of shop-dev, i-2"),
        (Call(Ssm(["i-1"]), "i-3"), "shop-dev has no instance i-3; it has i-1, i-2"),
        (Call(Ssm([]), there=()), "shop-dev has no instance"),
    ],
)
def test_without_an_instance_nothing_is_sent(call: Call, says: str) -> None:
    with pytest.raises(DeploymentError) as caught:
        execute(call)
    assert str(caught.value).startswith(says)
    assert call.ssm.sent == []


def test_an_interruption_cancels_the_command() -> None:
    ssm = Ssm(["i-1"])
    ssm.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        execute(Call(ssm))
    assert ssm.cancelled == [{"CommandId": "c-1", "InstanceIds": ["i-1"]}]


def test_the_example_of_the_message_is_a_command() -> None:
    assert execution.command(execution.EXAMPLE.removeprefix("CMD=").strip("'")) == json.loads(
        '["python3", "manage.py", "shell", "-c", "print(1)"]'
    )
