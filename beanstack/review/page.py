"""The page, which always contains all dangers but omits changes if there are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from beanstack.operate.errors import DeploymentError
from beanstack.review import changes
from beanstack.review.markdown import code, prose
from beanstack.review.summary import Page, label, shared, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.comparison.model import Danger

# GitHub takes 65,536 characters in a comment, https://github.com/orgs/community/discussions/27190; there are never more
# characters than bytes. Some are left for what the workflow adds.
MOST_BYTES = 65_000
UNCHECKED = (
    "Not checked, because AWS was not called: what runs there, drift and locks, and whether images and VPCs exist; "
    "also whether `output/` matches `config/`. `make plan` checks all of this."
)
ANSWERS = {
    "allow": "`make stack` refuses this unless ALLOW names it.",
    "refuse": "`make stack` refuses this.",
    "wait": "`make stack` waits until it ends.",
    "report": "`make stack` only reports this.",
}
FULL, SHORT, KEYS = range(3)  # how much of a danger is shown


def markdown(page: Page) -> str:
    """Return the page. Raises DeploymentError if the dangers alone exceed the length of a comment."""
    foot = f"\n{UNCHECKED}\n"
    for detail in (FULL, SHORT, KEYS):
        above = "\n".join([marker(page), *introduction(page), *summary(page), *dangers(page, detail), ""])
        left = MOST_BYTES - size(above) - size(foot)
        if left >= 0:
            return above + changed(page, left) + foot
    raise DeploymentError("the dangers alone are too long for a comment; choose one application with APP=...")


def marker(page: Page) -> str:
    """Return the HTML comment by which the workflow finds its page; no name can close it."""
    # Two hyphens would end an HTML comment, or make it invalid.
    base = quote(page.commits.name, safe="/").replace("--", "-%2D")
    return f"<!-- beanstack review: {page.application or 'all applications'} against {base} -->"


def introduction(page: Page) -> Iterator[str]:
    """Yield what is compared."""
    old, new, name, ahead = page.commits
    what = f" of {code(page.application)}" if page.application else ""
    yield f"### What {code(new[:12])} would change{what} on AWS"
    yield ""
    yield f"Compared with {code(old[:12])}, the last commit that it shares with {code(name)}, as if that were deployed."
    if ahead:
        yield f"{code(name)} has {ahead} newer commit{'s' if ahead > 1 else ''} that this comparison does not include."
    yield ""


def dangers(page: Page, detail: int) -> Iterator[str]:
    """Yield the dangers, each once with all environments that it concerns; those that stop a deployment first."""
    found: dict[Danger, list[str]] = {}
    for one in page.differences:
        for danger in one.comparison.dangers:
            found.setdefault(danger, []).append(label(page, one))
    if not found:
        return
    yield "\n#### Dangers\n"
    for danger in sorted(found, key=lambda one: one.action == "report"):
        line = f"- **{prose(', '.join(found[danger]))}**: {code(danger.key)}"
        if detail < KEYS:
            line += f": {prose(danger.public or danger.reason)}"
        if detail < SHORT:
            line += f". {prose(danger.todo)}. {ANSWERS[danger.action]}"
        yield line


def changed(page: Page, left: int) -> str:
    """Return the changes that fit into a number of bytes, and the number of those that do not."""
    lines = list(change_lines(page))
    if not lines:
        return ""
    made = "\n#### Changes\n\n"
    cut = "\n{} of {} changes are left out to fit into a comment; see the diff.\n"
    left -= size(made) + size(cut.format(len(lines), len(lines)))
    above = ""
    left_out = 0
    for name, line in lines:
        heading = "" if name == above else f"- **{prose(name)}**\n"
        if size(heading + line) > left:
            left_out += 1
            continue
        made += heading + line
        left -= size(heading + line)
        above = name
    return made + (cut.format(left_out, len(lines)) if left_out else "")


def change_lines(page: Page) -> Iterator[tuple[str, str]]:
    """Yield a line for each change, labeled with its application or environment."""
    for application in page.applications:
        for line in changes.resources(shared(page, application)):
            yield f"application {application}", f"  - {line}\n"
    for found in page.differences:
        for line in changes.lines(found):
            yield label(page, found), f"  - {line}\n"


def size(text: str) -> int:
    return len(text.encode())
