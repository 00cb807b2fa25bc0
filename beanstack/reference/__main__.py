"""`python -m beanstack.reference [--check] FOLDER`: write the reference pages, or show where they differ.

Exit status: 0 done, 1 `--check` found a difference, 2 a mistake.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from beanstack import differences, reference, tree
from beanstack.failures import failure


def main() -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m beanstack.reference",
        description="Write the reference pages of the configuration and of the rules into a folder of their own.",
        epilog="example: python -m beanstack.reference --check docs/reference",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds nothing else; other files are removed")
    parser.add_argument("--check", action="store_true", help="write nothing; show what differs and exit 1")
    options = parser.parse_args()
    made = reference.files()
    try:
        there = dict(tree.existing(options.folder, ["."]))
        if options.check:
            return report(differences.show(made, there))
        tree.update(options.folder, made, there)
    except OSError as error:
        print(failure(error, options.folder), file=sys.stderr)
        return 2
    return 0


def report(different: int) -> int:
    """Report how many pages differ, if any, and return the exit status."""
    if not different:
        return 0
    print(f"reference pages that differ from the code: {different}; run `make reference`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
