"""`beanstack lint PATH ...`: check source bundles; `python -m beanstack.lint` is the same.

Exit status: 1 if there is a finding of the severity `--fail-on` or above, 2 for a mistake in the call, otherwise 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack import cli
from beanstack.eb.rules import SEVERITIES
from beanstack.failures import failure
from beanstack.lint.bundles.linter import bundle_findings
from beanstack.lint.bundles.report import as_json, sarif, summary, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beanstack.eb.findings import Finding


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the verb and return its exit status."""
    given = parser().parse_args(arguments)
    missing = [path for path in given.path if not (path.is_dir() or path.is_file())]
    for path in missing:
        print(f"beanstack lint: {path}: no such folder, zip or file", file=sys.stderr)
    if missing:
        return 2
    findings: list[Finding] = []
    try:
        for path in given.path:
            findings += bundle_findings(path)
    except OSError as error:
        print(f"beanstack lint: {failure(error)}", file=sys.stderr)
        return 2
    _write(findings, given.format)
    severities = [*SEVERITIES.values()]
    counted = severities[: severities.index(given.fail_on) + 1]
    return int(any(finding.severity in counted for finding in findings))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the verb's arguments."""
    made = argparse.ArgumentParser(
        prog="beanstack lint",
        description="Check Elastic Beanstalk source bundles.",
        epilog="example: beanstack lint --fail-on warning bundle/shop/dev",
    )
    made.add_argument("path", nargs="+", type=Path, metavar="PATH", help="a folder, a zip, or one file that EB reads")
    made.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="by default text")
    made.add_argument(
        "--fail-on",
        choices=tuple(SEVERITIES.values()),
        default="error",
        help="exit with status 1 if there are findings of at least this severity; by default error",
    )
    return made


def _write(findings: Sequence[Finding], form: str) -> None:
    """Write the findings in one of the formats, in colours only if a terminal shows them."""
    if form == "json":
        sys.stdout.write(as_json(findings))
    elif form == "sarif":
        sys.stdout.write(sarif(findings))
    else:
        sys.stdout.write(text(findings, coloured=sys.stdout.isatty() and not os.environ.get("NO_COLOR")))
        if findings:
            sys.stdout.flush()
            print(summary(findings), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(cli.main(["lint", *sys.argv[1:]]))
