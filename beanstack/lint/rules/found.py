"""What a rule has found, by its place in the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from beanstack.lint.rules.worlds import Path


class Found(NamedTuple):
    """One finding: the path of what it is about, and of the value that makes it wrong, such as a parameter's default.

    Without paths it is about the whole resource.
    """

    id: str
    message: str
    path: Path = ()
    source: Path = ()
