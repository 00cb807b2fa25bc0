"""`commands` and `container_commands`: what goes wrong only on a host, or only at the second deployment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.lint.bundles.document import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from beanstack.lint.bundles.document import Document, Node
    from beanstack.lint.bundles.rules import Finding

# Traps of a text anywhere: of a command, or of a script that a file holds.
TRAPS = {
    "containerconfiguration": (
        re.compile(
            r"/opt/elasticbeanstalk/deploy/configuration/containerconfiguration|/opt/elasticbeanstalk/support/envvars"
        ),
        "a file of the Amazon Linux AMI, which later platforms do not have",
        "/opt/elasticbeanstalk/bin/get-config environment -k NAME",
    ),
    "export-words": (
        re.compile(
            r"\bexport\s+[\"']?(?:\$\(|`)(?:[^\n)`]{0,300}\bxargs\b|\s*(?:cat\b|<))"
            r"|\beval\s+[\"']?(?:(?:\$\(|`)\s*(?:cat\b|<)|\$[A-Za-z_{])"
        ),
        "takes values apart at spaces and quotes, or runs what they hold",
        "`secrets` of the container, or values quoted by printf %q",
    ),
}
APPEND = re.compile(r">>\s*(?P<target>\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|<>)]+)")
GROWS = re.compile(r"(^|/)log(s|$|/)|\.log\b|^/dev/|^&|_?LOG\b", re.IGNORECASE)  # what is meant to grow
GUARD = re.compile(r"\bgrep\b|\[\s+!|\btest\s+!|\btruncate\b|\brm\s+-")  # something looks first, or begins anew
SUDO = re.compile(r"(?:^|[;&|]\s*|\n\s{0,80})(sudo)\s")
MIGRATION = re.compile(
    r"(?:manage\.py|django-admin(?:\.py)?)['\",\s]+migrate\b|\b(?:rake|rails)\s+db:(?:migrate|schema:load|setup)\b"
    r"|\bartisan\s+migrate\b|\balembic\s+(?:-\S+\s+\S+\s+){0,5}upgrade\b|\bflask\s+db\s+upgrade\b|\bknex\s+migrate:latest\b"
    r"|\bsequelize(?:-cli)?\s+db:migrate\b|\bprisma\s+migrate\s+deploy\b|\bdoctrine:migrations:migrate\b"
    r"|\btypeorm\s+migration:run\b|\bflyway\s+(?:\S+\s+){0,9}migrate\b|\bliquibase\s+(?:\S+\s+){0,9}update\b"
)
LEADER = re.compile(r"EB_IS_COMMAND_LEADER|is_leader|leader", re.IGNORECASE)  # a command that asks for itself
SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash")


def command_findings(document: Document, root: Node, names: Collection[str]) -> Iterator[Finding]:
    """What is wrong with a file's commands, in a bundle whose files are `names`."""
    for section in ("commands", "container_commands"):
        for command in root.entries(section).values():
            given = command.child("command")
            if given is None or not isinstance(command.value, dict):
                continue
            yield from _lines(document, given)
            yield from _environment(document, command, given)
            yield from _leader(document, command, given, section)
            if section == "commands" and not command.child("cwd"):
                yield from _bundle_files(document, given, names)


def text_traps(document: Document, node: Node) -> Iterator[Finding]:
    """Traps of a text, each at its own line."""
    text = document.text[node.start : node.end]
    for rule, (pattern, message, allowed) in TRAPS.items():
        found = pattern.search(text)
        if found:
            yield document.finding(rule, node.start + found.start(), message, allowed)


def words(given: Node) -> str:
    """A command as one line."""
    return " ".join(str(item.value) for item in given.items()) if isinstance(given.value, list) else str(given.value)


def _lines(document: Document, given: Node) -> Iterator[Finding]:
    """Traps of what a shell reads: a text, or the word behind `sh -c`."""
    items = given.items()
    by_shell = len(items) > 2 and items[0].value in SHELLS
    for node in items or (given,):
        yield from text_traps(document, node)
        if items and not by_shell:
            continue
        text = document.text[node.start : node.end]
        guarded = GUARD.search(text)
        appended = (found for found in APPEND.finditer(text) if not GROWS.search(found["target"].strip("\"'")))
        first = next(appended, None)
        if first and not guarded and not _begun(text[: first.start()], first["target"]):
            message = f"appends to {shown(first['target'])}: every deployment does so once more"
            yield document.finding("append", node.start + first.start(), message, "write a new file and move it")
    sudo = SUDO.search(words(given))
    if sudo:
        yield document.finding("sudo", given, "`sudo` is needless: EB runs commands as root")


def _begun(before: str, target: str) -> bool:
    """Whether the file is written anew before something is appended to it."""
    return re.search(rf"(?<!>)>\s*{re.escape(target)}(?![\w/.-])", before) is not None


def _environment(document: Document, command: Node, given: Node) -> Iterator[Finding]:
    variables = command.child("env")
    if variables is None or not variables.entries() or "PATH" in variables.entries():
        return
    if not words(given).startswith("/"):
        message = "`env` replaces the whole environment, and this one has no PATH"
        yield document.finding("env-without-path", variables, message, "PATH: /usr/bin:/bin:/usr/sbin:/sbin")


def _only_leader(command: Node, section: str) -> bool:
    leader = command.child("leader_only")
    return section == "container_commands" and leader is not None and str(leader.value).lower() == "true"


def _leader(document: Document, command: Node, given: Node, section: str) -> Iterator[Finding]:
    leader, test = command.child("leader_only"), command.child("test")
    only_leader = leader is not None and str(leader.value).lower() == "true"
    if only_leader and test and test.key and section == "container_commands":
        yield document.finding("leader-and-test", test.key, "`leader_only` wins; the test is not run")
    condition = words(given) + (words(test) if test else "")
    migrates = MIGRATION.search(words(given))
    if migrates and not LEADER.search(condition) and not (only_leader and section == "container_commands"):
        raw = MIGRATION.search(document.text, given.start, given.end)
        at = raw.start() if raw else given.start
        where = "" if section == "container_commands" else "; `commands` know no leader"
        message = f"a migration on every instance at once{where}"
        yield document.finding("migration-everywhere", at, message, "container_commands with leader_only: true")


def _bundle_files(document: Document, given: Node, names: Collection[str]) -> Iterator[Finding]:
    for word in words(given).split():
        if "/" in word and word.removeprefix("./") in names:
            message = f"{shown(word)} is not there yet: `commands` run before the bundle is unpacked"
            yield document.finding("before-unpacking", given, message, "container_commands")
            return
