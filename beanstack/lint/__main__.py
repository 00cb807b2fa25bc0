"""`beanstack lint PATH ...`: what is wrong with source bundles; `python -m beanstack.lint` is the same.

Exit status: 0 nothing at or above `--fail-on`, 1 something, 2 a mistake in the call.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack import cli
from beanstack.eb.rules import SEVERITIES
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
        print(f"beanstack lint: {path}: no folder, zip or file is here", file=sys.stderr)
    if missing:
        return 2
    try:
        findings = [finding for path in given.path for finding in bundle_findings(path)]
    except OSError as error:
        print(f"beanstack lint: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    sys.stdout.write(written(findings, given.format))
    if findings and given.format == "text":
        sys.stdout.flush()
        print(summary(findings), file=sys.stderr)
    order = list(SEVERITIES.values())
    return int(any(order.index(finding.severity) <= order.index(given.fail_on) for finding in findings))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="beanstack lint",
        description="Check Elastic Beanstalk source bundles.",
        epilog="example: beanstack lint --fail-on warning bundle/shop/dev",
    )
    made.add_argument("path", nargs="+", type=Path, metavar="PATH", help="a folder, a zip, or Dockerrun.aws.json")
    made.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="by default text")
    made.add_argument(
        "--fail-on",
        choices=tuple(SEVERITIES.values()),
        default="error",
        help="exit with status 1 on findings of this severity or a graver one; by default error",
    )
    return made


def written(findings: Sequence[Finding], form: str) -> str:
    """Return the findings in one of the formats, in colours only where a terminal shows them."""
    if form == "text":
        return text(findings, coloured=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    return as_json(findings) if form == "json" else sarif(findings)


if __name__ == "__main__":
    sys.exit(cli.main(["lint", *sys.argv[1:]]))
