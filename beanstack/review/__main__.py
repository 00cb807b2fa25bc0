"""The verb `review`. Exit status 0, whatever changes, or 2 for a mistake."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable_lines
from beanstack.operate import git
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Sequence

DESCRIPTION = """Print a page of Markdown that says what commits would change on AWS: for a pull request, from the last
commit that B and A share to B. It compares what is committed and does not call AWS."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the verb and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        print(review(options.project, options.app, options.commits), end="")
    except DeploymentError as error:
        print(printable_lines(str(error)), file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="beanstack review", description=DESCRIPTION, epilog="example: beanstack review origin/main..HEAD"
    )
    made.add_argument(
        "commits",
        nargs="?",
        default=os.environ.get("BASE") or "origin/main",
        metavar="A..B",
        help="commits; A alone means A..HEAD; by default $BASE or origin/main",
    )
    made.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="by default the working directory")
    made.add_argument(
        "--app", default=os.environ.get("APP", ""), metavar="NAME", help="application; by default $APP or all"
    )
    return made


def review(project: Path, application: str, words: str) -> str:
    """Return the page on the commits that `A..B` names. Raises DeploymentError."""
    from beanstack.operate.choice import refuse_characters
    from beanstack.review import commits, page

    refuse_characters(APP=application)
    found = commits.find(project, words)
    # Modules that take long to import are imported after the arguments are checked.
    from beanstack.review.between import differences
    from beanstack.review.sides import read
    from beanstack.review.summary import Page

    before, after = (read(project, commit, application) for commit in (found.old, found.new))
    names = sorted({*before, *after})
    if application and not names:
        raise DeploymentError(f"neither commit has output/{application}")
    changed = tuple(one for name in names for one in differences(name, before.get(name, {}), after.get(name, {})))
    left = [path for name in names for path in git.uncommitted(project, name)] if found.new == git.head(project) else []
    if left:
        print(f"not committed, and so not part of the page: {', '.join(left)}", file=sys.stderr)
    return page.markdown(Page(application, found, changed))


if __name__ == "__main__":
    sys.exit(main())
