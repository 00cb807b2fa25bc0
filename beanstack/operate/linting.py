"""The check of templates by cfn-lint, which takes most of the time of a deployment that changes nothing."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = "beanstack.lint.rules"


def linting(templates: Sequence[Path]) -> subprocess.Popen[bytes]:
    """Start cfn-lint on templates; it prints its findings, and its exit status reports whether there is an error."""
    # The command line names the extra that includes it; Python would only report the missing file bin/cfn-lint.
    if not find_spec("cfnlint"):
        raise ModuleNotFoundError("the package is not installed", name="cfnlint")
    # Run by Python, because the path in its first line is wrong after a project has moved.
    words = [sys.executable, str(Path(sys.executable).with_name("cfn-lint")), "--append-rules", RULES, "--"]
    # This process handles Ctrl-C and ends the check.
    return subprocess.Popen([*words, *map(str, templates)], start_new_session=True)  # noqa: S603 - our own words
