"""The error that this package raises for users."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RunError(Exception):
    """An environment cannot run here. The message says why and what to do.

    `output` has the last lines that containers printed, by service; `note` is a line behind them.
    """

    def __init__(self, problem: str = "", output: Mapping[str, Sequence[str]] | None = None, note: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.output = output or {}
        self.note = note

    def __str__(self) -> str:
        printed = [f"  {service}: {line}" for service, lines in self.output.items() for line in lines]
        return "\n".join([self.problem, *printed, *filter(None, [self.note])])
