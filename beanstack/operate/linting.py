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
    """Start cfn-lint over templates; it prints what it finds, and its exit status says whether there is an error."""
    # The command line names the extra that brings it; Python would only miss the file bin/cfn-lint.
    if not find_spec("cfnlint"):
        raise ModuleNotFoundError("the package is not installed", name="cfnlint")
    # Called by Python and not by the path in its first line, which is wrong in a project that has moved.
    words = [sys.executable, str(Path(sys.executable).with_name("cfn-lint")), "--append-rules", RULES, "--"]
    # Ctrl-C is for this process, which ends the check.
    return subprocess.Popen([*words, *map(str, templates)], start_new_session=True)  # noqa: S603 - our own words
