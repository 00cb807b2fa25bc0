"""What the benchmark does when it cannot measure."""

from __future__ import annotations

import sys

import pytest

from benchmarks.run import run


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(SystemExit, match=r"failed with status 3:\nthe reason"):
        run([sys.executable, "-c", "import sys; print('the reason', file=sys.stderr); sys.exit(3)"])
