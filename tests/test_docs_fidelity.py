"""What docs/fidelity.md relies on, and the commands that settle it."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).parents[1] / "docs/fidelity.md").read_text("utf-8")


def test_every_command_settles_a_row_and_every_number_has_a_command() -> None:
    last_cells = re.findall(r"^\| .* \|([^|]*)\|$", PAGE, re.MULTILINE)
    named = {int(number) for cell in last_cells for number in re.findall(r", (\d+)\b", cell)}
    commands = [int(number) for number in re.findall(r"^(\d+)\. ", PAGE, re.MULTILINE)]
    assert commands == list(range(1, len(commands) + 1))
    assert named == set(commands)
