"""Reports of what happens while the aws client deploys and prints nothing for minutes."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from beanstack.operate import INTERVAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from beanstack.operate.events import Event


class News:
    """Reports each event once, and none from before now. `events` returns the latest; `show` shows one."""

    def __init__(self, events: Callable[[], Iterable[Event]], show: Callable[[Event], None]) -> None:
        self.events = events
        self.show = show
        self.began = datetime.now(UTC)
        self.reported: set[Event] = set()

    def report(self) -> None:
        """Report what has happened since the last report."""
        for event in self.events():
            if event.time >= self.began and event not in self.reported:
                self.reported.add(event)
                self.show(event)


def follow(
    words: Sequence[str], news: News, interval: float = INTERVAL, environment: Mapping[str, str] | None = None
) -> int:
    """Run a command to its end, with a report every `interval` seconds; return its exit status."""
    with subprocess.Popen(words, env=environment) as process:  # noqa: S603 - the words are the Makefile's own recipe
        while True:
            try:
                return process.wait(timeout=interval)
            except subprocess.TimeoutExpired:
                news.report()
