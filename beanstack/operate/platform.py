"""`make platform`: the versions that there are, which one runs, and how the config pins another.

The config is edited in place: its YAML knows where each value is, and no other character changes.
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ListPlatformVersions.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.branches import platforms
from beanstack.operate.errors import DeploymentError
from beanstack.text.document import Document
from beanstack.text.yaml12 import yaml12_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from beanstack.operate.call import Call
    from beanstack.operate.session import Clients
    from beanstack.text.document import Node

RUNNING = "running"  # TO=running
VERSION = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}")
NEWEST = 10  # versions that are listed; also those that are pinned or run


class Pinned(NamedTuple):
    """The platform in a configuration file: its value, and the environments for which it counts."""

    document: Document
    node: Node
    environments: tuple[str, ...]

    @property
    def branch(self) -> str:
        """The branch, as EB names it."""
        return str(self.node.value).rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version."""
        return str(self.node.value).rpartition("/")[2]

    @property
    def is_default(self) -> bool:
        """Whether `defaults` has it."""
        return self.node.path[0] == "defaults"


class Known(NamedTuple):
    """What is known of a branch: its versions, the newest first, the one that runs, and why AWS was not asked."""

    versions: tuple[str, ...]
    running: str = ""
    unasked: str = ""


def platform(call: Call) -> int:
    """List the platform's versions; with --to, pin one in config/, or the one that runs.

    A version that environments share is only raised to what one of them runs: another may run what is pinned.
    """
    path = call.options.project / f"config/{call.application}.yaml"
    found = pinned(path.read_bytes().decode("utf-8", "replace"), path, call.environment)
    now = known(call, found.branch)
    if not call.options.to:
        print(*lines(found, now), sep="\n")
        return 0
    version = wanted(call.options.to, now, found.branch)
    if version == found.version:
        print(f"{path} pins {version} already")
        return 0
    others = [name for name in found.environments if name != call.environment]
    if call.options.to == RUNNING and others and is_older(version, found.version):
        print(f"{path} pins {found.version}, also for {', '.join(others)}; {version}, which runs here, is older")
        return 0
    path.write_bytes(edited(found, version).encode("utf-8"))
    print(*done(found, version), sep="\n")
    return 0


def pinned(text: str, path: Path, environment: str) -> Pinned:
    """Return the platform that the text of a configuration file pins for an environment. Raises DeploymentError."""
    root, mistakes = yaml12_tree(text)
    if root is None or mistakes:
        raise DeploymentError(f"{path} has mistakes; `make generate` shows them")
    environments = root.entries("environments")
    if environment not in environments:
        raise DeploymentError(f"{path} has no environment {environment}")
    own = environments[environment].child("platform")
    if own:
        return Pinned(Document(str(path), text), own, (environment,))
    defaults = root.child("defaults")
    node = defaults.child("platform") if defaults else None
    if node is None:
        raise DeploymentError(f"{path} pins no platform for {environment}")
    takers = tuple(name for name, other in environments.items() if not other.child("platform"))
    return Pinned(Document(str(path), text), node, takers)


def edited(found: Pinned, version: str) -> str:
    """Return the file's text with another version. Raises DeploymentError if its place is not plain, as of an alias."""
    text, node = found.document.text, found.node
    written = text[node.start : node.end]
    before, slash, after = written.rpartition(f"/{found.version}")
    if not slash or "/" in after:
        place = found.document.place(node.start)
        raise DeploymentError(f"{place}: the platform is not written out here; change it by hand")
    return text[: node.start] + f"{before}/{version}{after}" + text[node.end :]


def done(found: Pinned, version: str) -> Iterator[str]:
    """Yield what was edited, and what comes next."""
    yield f"{found.document.place(found.node.start)}: {found.branch}/{found.version} -> {version}"
    if found.is_default:
        yield f"`defaults` has it, so it changes for {', '.join(found.environments)}"
    yield "Next: `make generate`, then review and commit the difference"


def wanted(to: str, now: Known, branch: str) -> str:
    """Return the version that TO names. Raises DeploymentError if there is no such version."""
    if to == RUNNING:
        if not now.running:
            raise DeploymentError(f"it is not known which platform runs{f': {now.unasked}' if now.unasked else ''}")
        return now.running
    if not VERSION.fullmatch(to):
        raise DeploymentError(f"TO is a version such as {now.versions[0]}, or {RUNNING}; not {to!r}")
    if to not in now.versions and not now.unasked:
        raise DeploymentError(f"EB has no version {to} of {branch}; the newest is {now.versions[0]}")
    return to


def known(call: Call, branch: str) -> Known:
    """Return what AWS knows of a branch, or what the facts do if AWS cannot be asked."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        call.refuse_foreign()
        return asked(call.clients, branch)
    except (BotoCoreError, ClientError) as error:
        fact = platforms().of_name(branch)
        versions = fact.versions if fact else ()
        return Known(tuple(newest_first(versions)), unasked=str(error))


def asked(clients: Clients, branch: str) -> Known:
    """Return what AWS knows of a branch."""
    from beanstack.operate.health import environment

    versions = list[str]()
    filters = [{"Type": "PlatformBranchName", "Operator": "=", "Values": [branch]}]
    for page in clients.beanstalk.get_paginator("list_platform_versions").paginate(Filters=filters):
        versions += [one["PlatformVersion"] for one in page["PlatformSummaryList"]]
    arn = (environment(clients) or {}).get("PlatformArn", "")
    name, _, running = arn.partition("platform/")[2].rpartition("/")
    return Known(tuple(newest_first(versions)), running if name == branch else "")


def is_older(version: str, other: str) -> bool:
    """Return whether a version has lower numbers than another."""
    return newest_first((version, other))[0] != version


def newest_first(versions: Iterable[str]) -> list[str]:
    """Return versions by their numbers, the highest first."""
    numbered = [(tuple(map(int, one.split("."))), one) for one in versions if VERSION.fullmatch(one)]
    return [one for _, one in sorted(numbered, reverse=True)]


def lines(found: Pinned, now: Known) -> Iterator[str]:
    """Yield what is shown of a platform."""
    yield f"{found.branch}: {retirement(found.branch)}"
    if now.unasked:
        yield f"AWS was not asked ({now.unasked}); these are known since {platforms().date}:"
    marks = {found.version: "pinned in config/", now.running: "running"}
    if found.version == now.running:
        marks[now.running] = "pinned in config/, running"
    shown = newest_first({*now.versions[:NEWEST], *marks} - {""})
    for version in shown:
        words = ["newest"] if version == now.versions[0] else []
        words += [marks[version]] if version in marks else []
        yield f"  {version:<8}{', '.join(words)}".rstrip()


def retirement(branch: str) -> str:
    """Return when a branch retires, as far as that is known."""
    fact = platforms().of_name(branch)
    if fact and fact.retirement:
        successor = f"; its successor is {fact.successor}" if fact.successor else ""
        verb = "retires" if fact.announced else "was retired"
        return f"{verb} on {fact.retirement}{successor}"
    return f"no retirement was announced by {platforms().date}"
