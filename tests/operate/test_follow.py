"""Following a command that deploys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from beanstack.operate.events import Event
from beanstack.operate.follow import News, follow

if TYPE_CHECKING:
    from pathlib import Path


def event(message: str, minutes: float = 1) -> Event:
    return Event(datetime.now(UTC) + timedelta(minutes=minutes), "EB", "INFO", message)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_that_is_done_at_once_asks_for_no_events() -> None:
    def never() -> list[Event]:
        raise AssertionError

    assert follow(python("pass"), News(never, print)) == 0


def test_the_exit_status_is_the_commands() -> None:
    assert follow(python("raise SystemExit(3)"), News(list, print)) == 3


def test_each_new_event_is_reported_once_and_older_ones_never() -> None:
    told: list[Event] = []
    old, new = event("before", minutes=-1), event("after")
    news = News(lambda: [old, new], told.append)
    assert follow(python("import time; time.sleep(0.3)"), news, interval=0.05) == 0
    assert told == [new]


def test_ctrl_c_says_that_aws_goes_on(pristine: Path) -> None:
    """As from a terminal: it reaches the command that is followed too."""
    words = [sys.executable, "-m", "beanstack.operate", "follow", "--"]
    followed = ["sh", "-c", "echo begun; exec sleep 60"]
    with subprocess.Popen(
        [*words, *followed],
        cwd=pristine,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    here = "APP=todobackend ENV=dev"
    advice = f"`make events {here}` shows it, `make abort {here}` stops it"
    assert told.strip() == f"The deployment continues on AWS; {advice}"
