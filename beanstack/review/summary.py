"""The first part of the page: a sentence for each environment, and for each application that changes as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.review import headline
from beanstack.review.markdown import code, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import StackState
    from beanstack.review.between import Difference
    from beanstack.review.commits import Commits

NOTHING = "No environment changes."  # the workflow posts such a page only over an earlier one
RENAMED = (
    "EB does not rename: an environment or application under another name is a new one, and the data stays  "
    "with the one that goes."
)


class Page(NamedTuple):
    """What a page is about; `application` is the only one that was compared, empty for all."""

    application: str
    commits: Commits
    differences: tuple[Difference, ...]

    @property
    def applications(self) -> tuple[str, ...]:
        """The applications that there are before or after."""
        return tuple(dict.fromkeys(found.application for found in self.differences))


def label(page: Page, found: Difference) -> str:
    """Return how the page names an environment."""
    return found.name if len(page.applications) == 1 else f"{found.application} {found.name}"


def shared(page: Page, application: str) -> list[tuple[StackState, Fate]]:
    """Return the fates of the resources that an application's environments share, each resource once."""
    found: dict[tuple[str, str, str], tuple[StackState, Fate]] = {}
    for one in page.differences:
        if one.application == application:
            found |= {(state.stack.name, fate.name, fate.action): (state, fate) for state, fate in one.shared}
    return list(found.values())


def summary(page: Page) -> Iterator[str]:
    """Yield the sentences, those on environments with dangers first; unchanged environments share one."""
    differing = [found for found in page.differences if not found.is_unchanged]
    lines = [
        f"- **{prose(label(page, found))}**: {headline.sentence(found)}"
        for found in sorted(differing, key=lambda one: not one.comparison.dangers)
    ]
    for application in page.applications:
        lines += about_application(page, application)
    if not lines:
        yield NOTHING
        return
    unchanged = [label(page, found) for found in page.differences if found.is_unchanged]
    if unchanged:
        lines.append(f"- unchanged: {prose(', '.join(unchanged))}")
    yield from lines
    if any(found.before is None for found in differing) and any(found.after is None for found in differing):
        yield f"\n{RENAMED}"


def about_application(page: Page, application: str) -> Iterator[str]:
    """Yield the changes of an application as a whole, if there are any."""
    environments = [found for found in page.differences if found.application == application]
    name = f"- application **{prose(application)}**"
    changing = [fate for state, fate in shared(page, application) if state.exists]
    if all(found.after is None for found in environments):
        destroy = code(f"make destroy-application APP={application}")
        until = f"stays until {destroy}, and its bucket even after that"
        yield f"{name}: removed from the project; what its environments share {until}"
    elif all(found.before is None for found in environments):
        yield f"{name}: new, with a bucket for bundles and a service role"
    elif changing:
        what = headline.changing(len(changing), "resource")
        yield f"{name}, for all its environments: {what}; {headline.iam(changing)}"
