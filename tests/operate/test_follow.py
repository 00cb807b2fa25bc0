"""Following a command that deploys."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from beanstack.operate.events import Event
from beanstack.operate.follow import follow


def event(message: str, minutes: float = 1) -> Event:
    return Event(datetime.now(UTC) + timedelta(minutes=minutes), "EB", "INFO", message)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_that_is_done_at_once_asks_for_no_events() -> None:
    def never() -> list[Event]:
        raise AssertionError

    assert follow(python("pass"), never, print) == 0


def test_the_exit_status_is_the_commands() -> None:
    assert follow(python("raise SystemExit(3)"), list, print) == 3


def test_each_new_event_is_told_once_and_older_ones_never() -> None:
    told: list[Event] = []
    old, new = event("before", minutes=-1), event("after")
    assert follow(python("import time; time.sleep(0.3)"), lambda: [old, new], told.append, interval=0.05) == 0
    assert told == [new]
