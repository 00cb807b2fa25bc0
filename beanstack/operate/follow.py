"""Telling what happens while the aws client deploys and says nothing for minutes."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from beanstack.operate.events import Event

INTERVAL = 5  # seconds


def follow(
    words: Sequence[str],
    events: Callable[[], Iterable[Event]],
    tell: Callable[[Event], None],
    interval: float = INTERVAL,
) -> int:
    """Runs a command to its end and tells every new event on the way; returns its exit status.

    `events` is asked every `interval` seconds, so never for a command that is done at once.
    """
    began = datetime.now(UTC)
    told: set[Event] = set()
    with subprocess.Popen(words) as process:  # noqa: S603 - the words are the Makefile's own recipe
        while True:
            try:
                return process.wait(timeout=interval)
            except subprocess.TimeoutExpired:
                for event in events():
                    if event.time >= began and event not in told:
                        told.add(event)
                        tell(event)
