"""What an engineer's shell exports does not reach the tests, and a Ctrl-C is no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
EXPORTED = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "APP": "their_app",
    "ENV": "staging",
    "LOCAL": "1",
    "AWS": "false",
    "TIMEOUT": "0",
    "CONFIRM": "no",
    "MAKEFLAGS": "k",
}


def test_what_a_shell_exports_does_not_reach_the_tests() -> None:
    """A recipe that deploys and one that reads: make, aws, boto3 and urllib all take part."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/recipes/test_advice.py",
        "-k",
        "advice_of_its_own or is_not_what",
    ]
    environment = {**os.environ, **EXPORTED}
    done = subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_ctrl_c_while_generate_imports_causes_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "pydantic.py").write_text("import time\nprint('importing', flush=True)\ntime.sleep(60)\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "generate.py", "--check"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        _, printed = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT
    assert printed == ""
