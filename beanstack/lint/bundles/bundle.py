"""What a linter reads of a source bundle: the names of its files, and the text of those that EB reads or runs.

Nothing is unpacked and no link is followed out of the bundle; what cannot be trusted becomes a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding, Place
from beanstack.eb.layout import DOCKERRUN, EXTENSIONS
from beanstack.eb.rules import bundle_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Reader = Callable[[Sequence[str]], Iterator[tuple[str, bytes]]]

MEBIBYTE = 1 << 20
# EB's own: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html
BUNDLE_LIMIT = 500 * MEBIBYTE
MEMBER_LIMIT = BUNDLE_LIMIT  # of one file, unpacked: more than a whole bundle may be packed
UNPACKED_LIMIT = 8 * 1024 * MEBIBYTE  # the root volume of an instance, which also holds the system and the images
RATIO_LIMIT = 200  # unpacked to packed; text reaches 20, deflate's own end is 1,032
RATIO_FROM = 10 * MEBIBYTE  # small files may be all alike
ENTRIES_LIMIT = 100_000  # members of a zip; half of a large node_modules
READ_LIMIT = MEBIBYTE  # of a file that is read; those of EB's samples have up to 30 KB
SCRIPT_BYTES = MEBIBYTE  # of all scripts together, which take seconds
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
HOOK = re.compile(r"\.platform/(?:config)?hooks/(?:prebuild|predeploy|postdeploy)/[^/]+")


@dataclass
class Bundle:
    """A bundle as far as it has been read. `where` is what findings put before a file's name, or `alone` the file.

    `read` yields the contents, up to one byte more than READ_LIMIT, of those of some of its files that can be read.
    """

    where: str
    alone: bool = False
    names: set[str] = field(default_factory=set)
    contents: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    read: Reader = lambda _: iter(())

    def report(self, rule: str, name: str, message: str, allowed: str = "") -> None:
        """Add a finding on a file as a whole, or with an empty name on the bundle."""
        self.findings.append(self.finding(rule, name, message, allowed))

    def finding(self, rule: str, name: str, message: str, allowed: str = "") -> Finding:
        """Return a finding on a file as a whole, or with an empty name on the bundle."""
        return Finding((), message, bundle_rules()[rule], allowed=allowed, place=Place(self.file(name), 1, 1))

    def file(self, name: str) -> str:
        return self.where if self.alone or not name else f"{self.where}/{name}"

    def configs(self) -> Iterator[tuple[str, bytes]]:
        """Return the `.ebextensions` files that were read, in EB's order."""
        return ((name, self.contents[name]) for name in sorted(self.contents) if is_config(name))

    def scripts(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the texts of some of its files: those that are text, up to SCRIPT_BYTES of them together."""
        left = SCRIPT_BYTES
        for name, content in self.read(sorted(names)):
            left -= len(content)
            if left < 0:
                return
            if b"\0" not in content:
                try:
                    yield name, content.decode("utf-8")
                except UnicodeDecodeError:
                    continue


def is_config(name: str) -> bool:
    """Return whether EB processes a file: `*.config` in any folder called `.ebextensions`, editors' leavings as well.

    That it does so at any depth is seen where __MACOSX/app/.ebextensions/._x.config fails a deployment:
    https://github.com/awsdocs/aws-elastic-beanstalk-developer-guide/issues/60
    """
    folder, _, last = f"/{name}".rpartition("/")
    return last.endswith(".config") and folder.endswith(f"/{EXTENSIONS.rstrip('/')}")


def is_read(name: str) -> bool:
    return name == DOCKERRUN or is_config(name)


def is_hook(name: str) -> bool:
    """Return whether EB runs a file at each deployment of the version, or of configuration."""
    return HOOK.fullmatch(name) is not None


def leaves(name: str) -> bool:
    """Return whether a name or a link's target leads out of the folder that it is relative to."""
    depth = 0
    for part in name.replace("\\", "/").split("/"):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return name.startswith(("/", "\\")) or name[1:2] == ":" or "\0" in name


def judge_size(bundle: Bundle, name: str, size: int) -> bool:
    """Return whether a file may be read at all; report it if not."""
    if size > MEMBER_LIMIT:
        bundle.report(
            "member-too-large", name, f"{size / MEBIBYTE:,.0f} MiB", f"at most {MEMBER_LIMIT // MEBIBYTE} MiB"
        )
    elif is_read(name) and size > READ_LIMIT:
        bundle.report(
            "not-read", name, f"{size / MEBIBYTE:,.1f} MiB are not read", f"at most {READ_LIMIT // MEBIBYTE} MiB"
        )
    return size <= MEMBER_LIMIT and (size <= READ_LIMIT or not is_read(name))


def place_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield files that EB would look for elsewhere or under another name."""
    found = bundle.finding
    for name in sorted(bundle.names):
        folder, _, last = name.rpartition("/")
        if name.lower() == DOCKERRUN.lower() and name != DOCKERRUN:
            yield found("misplaced", name, "EB does not find a file of this name", f"did you mean {DOCKERRUN!r}?")
        elif last == DOCKERRUN and folder and DOCKERRUN not in bundle.names and "/" not in folder:
            yield found(
                "misplaced", name, "EB looks in the root of the bundle", "zip what is in the folder, not the folder"
            )
        elif folder == EXTENSIONS.rstrip("/") and last.endswith((".yaml", ".yml", ".config.json", ".conf")):
            yield found("not-config", name, "EB reads only files that end in .config", ".config")
    if not bundle.names and not bundle.findings:
        yield found("nothing-read", "", "no file is here")
    elif not any(is_read(name) or is_hook(name) for name in bundle.names) and not bundle.findings:
        yield found(
            "nothing-judged", "", f"neither {DOCKERRUN} nor {EXTENSIONS}*.config nor a hook is here to judge", ""
        )
