"""A local run's own process and the Python processes that it starts reach nothing but loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

EB_PYTHON = PROJECT / ".venv-ebcli/bin/python"
QUICK = 30  # seconds, in which no time-out of a connection passes unnoticed, on a machine that is busy

ATTEMPTS = [
    "socket.create_connection(('192.0.2.1', 80), timeout=60)",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "socket.socket().bind(('0.0.0.0', 0))",
    "socket.getaddrinfo('sts.amazonaws.com', 443)",
    "socket.gethostbyname('sts.amazonaws.com')",
    "urllib.request.urlopen('https://sts.amazonaws.com', timeout=60)",
]


def in_local_run(state: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has entered a local run."""
    enter = (
        f"import pathlib, subprocess, sys; from beanstack import loopback; loopback.enter(pathlib.Path({str(state)!r}))"
    )
    return subprocess.run(
        [sys.executable, "-c", f"{enter}\n{code}"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def in_child(state: Path, code: str, python: Path | str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run code in a process that a local run has started."""
    return in_local_run(state, f"sys.exit(subprocess.run([{str(python)!r}, '-c', {code!r}]).returncode)")


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_local_run_and_what_it_starts_reach_nothing_but_loopback(tmp_path: Path, attempt: str) -> None:
    code = f"import socket, urllib.request; {attempt}"
    for run in (in_local_run, in_child):
        began = time.monotonic()
        result = run(tmp_path, code)
        assert result.returncode == 1
        assert "refused: a local run uses 127.0.0.1 only" in result.stderr
        assert time.monotonic() - began < QUICK


def test_loopback_stays_open(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "    socket.create_connection(('localhost', server.getsockname()[1]), timeout=5).close()"
    )
    for run in (in_local_run, in_child):
        result = run(tmp_path, code)
        assert (result.returncode, result.stderr) == (0, "")


def test_the_eb_cli_finds_no_newer_version_of_itself_and_says_nothing(tmp_path: Path) -> None:
    code = "from ebcli.core.abstractcontroller import cli_update_exists as check; print(check('0'))"
    began = time.monotonic()
    result = in_child(tmp_path, code, EB_PYTHON)
    assert (result.stdout, result.stderr, result.returncode) == ("False\n", "", 0)
    assert time.monotonic() - began < QUICK


def test_the_aws_command_cannot_leave_loopback(tmp_path: Path) -> None:
    words = ["-m", "awscli", "--endpoint-url", "http://192.0.2.1", "--cli-connect-timeout", "60", "s3api"]
    words += ["list-buckets", "--region", "us-east-1", "--no-sign-request"]
    began = time.monotonic()
    result = in_local_run(tmp_path, f"sys.exit(subprocess.run([{sys.executable!r}, *{words!r}]).returncode)")
    assert result.returncode != 0
    assert "192.0.2.1" in result.stderr
    assert time.monotonic() - began < QUICK


def test_an_installation_is_not_confined(tmp_path: Path) -> None:
    """It needs a package index; the virtual environment of the EB CLI is made by the first call of it."""
    check = "import os; assert 'PYTHONPATH' not in os.environ"
    code = f"from beanstack import venv; venv.run(sys.executable, '-c', {check!r})"
    result = in_local_run(tmp_path, code)
    assert (result.returncode, result.stderr) == (0, "")
