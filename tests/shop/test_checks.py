"""What `make check` and `make test` run in examples/shop: its own tests, with this repository's Beanstack."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import PROJECT


def test_the_examples_own_tests_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/project"]
    done = subprocess.run(command, cwd=PROJECT / "examples/shop", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
