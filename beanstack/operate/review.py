"""The checks of what is about to be deployed, which take most of the time of a deployment that changes nothing."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = "beanstack.lint.rules"


def review(project: Path, application: str, templates: Sequence[Path]) -> int:
    """Check that generated files are current and that EB accepts the templates; return the exit status."""
    generate = [sys.executable, "-m", "beanstack", "generate", "--check", "--project", str(project)]
    # The command line names the extra that brings it; Python would only miss the file bin/cfn-lint.
    if not find_spec("cfnlint"):
        raise ModuleNotFoundError("the package is not installed", name="cfnlint")
    # Called by Python and not by the path in its first line, which is wrong in a project that has moved.
    lint = [sys.executable, str(Path(sys.executable).with_name("cfn-lint")), "--append-rules", RULES, "--"]
    with subprocess.Popen([*lint, *map(str, templates)]) as linting:  # noqa: S603 - our own words
        checked = subprocess.run([*generate, str(project / f"config/{application}.yaml")], check=False)  # noqa: S603
        linted = linting.wait()
    return checked.returncode or linted
