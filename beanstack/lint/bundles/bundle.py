"""What the linter reads of a source bundle: the names of its files, and the contents of those that EB reads or runs.

Nothing is unpacked, and no link is followed out of the bundle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding, Place
from beanstack.eb.layout import CRON, DOCKERRUN, EXTENSIONS, MANIFEST, PROCESSES, is_hook, is_saved
from beanstack.eb.rules import bundle_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEBIBYTE = 1 << 20
# EB's own: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html
BUNDLE_LIMIT = 500 * MEBIBYTE
READ_LIMIT = MEBIBYTE  # of a file that EB reads; those of EB's samples have up to 30 KB


class UnreadableError(Exception):
    """A file cannot be read, by a rule on bundles."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass
class Bundle:
    """A bundle. `where` is what findings put before a file's name; a bundle that is `alone` is one file.

    `read` returns the content of a file, up to one byte more than READ_LIMIT, or raises UnreadableError.
    """

    where: str
    read: Callable[[str], bytes]
    alone: bool = False
    names: set[str] = field(default_factory=set)
    modes: dict[str, int] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, name: str, size: int, mode: int = 0) -> None:
        """Add a file, with its content if EB reads it; a mode of 0 is not known."""
        self.names.add(name)
        self.modes[name] = mode
        if size > BUNDLE_LIMIT:
            limit = f"at most {BUNDLE_LIMIT // MEBIBYTE} MiB"
            self.report("member-too-large", name, f"{size / MEBIBYTE:,.0f} MiB", limit)
        elif is_read(name):
            try:
                self.contents[name] = self.content(name)
            except UnreadableError as error:
                self.report(error.rule, name, str(error))

    def content(self, name: str) -> bytes:
        """Return the content of a file, or raise UnreadableError."""
        content = self.read(name)
        if len(content) > READ_LIMIT:
            raise UnreadableError("not-read", f"larger than {READ_LIMIT // MEBIBYTE} MiB, so it is not checked")
        return content

    def peek(self, name: str) -> bytes:
        """Return the content of a file, empty if it cannot be read."""
        try:
            return self.content(name)
        except UnreadableError:
            return b""

    def script(self, name: str) -> str:
        """Return the text of a script, empty if it cannot be read or is not text."""
        try:
            text = self.peek(name).decode("utf-8")
        except UnicodeDecodeError:
            return ""
        return "" if "\0" in text else text

    def report(self, rule: str, name: str, message: str, allowed: str = "") -> None:
        """Add a finding on a file as a whole, or with an empty name on the bundle."""
        place = Place(self.file(name), 1, 1)
        self.findings.append(Finding((), message, bundle_rules()[rule], allowed=allowed, place=place))

    def file(self, name: str) -> str:
        """Return how findings name a file."""
        if self.alone or not name:
            return self.where
        return f"{self.where}/{name}"

    def configs(self) -> Iterator[str]:
        """Yield the `.ebextensions` files that were read, in EB's order."""
        return filter(is_config, sorted(self.contents))


def is_config(name: str) -> bool:
    """Return whether EB processes a file: `*.config` in any folder called `.ebextensions`, editors' backups as well.

    It does so at any depth: __MACOSX/app/.ebextensions/._x.config fails a deployment.
    https://github.com/awsdocs/aws-elastic-beanstalk-developer-guide/issues/60
    """
    folder, _, last = f"/{name}".rpartition("/")
    return last.endswith(".config") and folder.endswith(f"/{EXTENSIONS.rstrip('/')}")


def is_read(name: str) -> bool:
    """Return whether EB or its CLI reads a file itself."""
    return name in (DOCKERRUN, MANIFEST, CRON, *PROCESSES) or is_saved(name) or is_config(name)


def check_presence(bundle: Bundle) -> None:
    """Report a bundle in which there is nothing to check."""
    if not bundle.names:
        bundle.report("nothing-read", "", "the bundle contains no files")
    elif not any(is_read(name) or is_hook(name) for name in bundle.names):
        bundle.report("nothing-checked", "", f"there is no {DOCKERRUN}, no {EXTENSIONS}*.config and no hook to check")
