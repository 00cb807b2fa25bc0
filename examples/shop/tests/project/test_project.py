"""What must be true of a project before it is deployed: its generated files are current, and EB accepts them.

These tests check whatever `config/` holds. The project is the folder above `tests/`, in which this file is
`tests/project/test_project.py`; all they need besides it is `pip install 'beanstack[lint]' pytest`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from beanstack.config import load

PROJECT = Path(__file__).resolve().parents[2]
CFN_LINT = Path(sys.executable).with_name("cfn-lint")
CONFIGS = sorted((PROJECT / "config").glob("*.yaml"))

if not CONFIGS:
    pytest.skip("config/ holds no application yet", allow_module_level=True)


def run(*command: str | Path) -> tuple[int, str]:
    """Run a command in the project folder; return its exit status and all that it printed."""
    done = subprocess.run(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_the_configuration_is_valid(config: Path) -> None:
    assert load([config]).applications[0].environments


def test_the_generated_files_are_current() -> None:
    status, printed = run(sys.executable, "-m", "beanstack", "generate", "--check")
    assert status == 0, printed


def test_cfn_lint_finds_nothing_in_the_templates() -> None:
    templates = sorted((PROJECT / "output").glob("*/*.yaml"))
    assert templates
    status, printed = run(CFN_LINT, *templates, "--append-rules", "beanstack.lint.rules")
    assert status == 0, printed


def test_the_linter_finds_nothing_in_the_bundles() -> None:
    bundles = sorted((PROJECT / "bundle").glob("*/*"))
    assert bundles
    status, printed = run(sys.executable, "-m", "beanstack", "lint", "--fail-on", "warning", *bundles)
    assert status == 0, printed
