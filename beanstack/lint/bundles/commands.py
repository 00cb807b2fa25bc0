"""`commands` and `container_commands`: what goes wrong only on a host, or only at the second deployment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import shown
from beanstack.lint.bundles.shell import LEADER, MIGRATION, SHELLS, SUDO, UNPACKED, append_trap, by_shell, text_traps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from beanstack.eb.findings import Finding
    from beanstack.text.document import Document, Node

BEFORE_A_PROGRAM = {*SHELLS, "sudo", "exec", "env", "/usr/bin/env", "source", ".", "if", "then", "else", "do", "!"}
IN_THE_BUNDLE = re.compile(r"\./|/var/app/(?:staging|current)/")


def command_findings(document: Document, root: Node, names: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with a file's commands, in a bundle whose files are `names`."""
    for section in ("commands", "container_commands"):
        for command in root.entries(section).values():
            given = command.child("command")
            if given is None or not isinstance(command.value, dict):
                continue
            yield from _lines(document, command, given, UNPACKED if section == "container_commands" else "/")
            yield from _environment(document, command, given)
            yield from _leader(document, command, given, section)
            if section == "commands" and not command.child("cwd"):
                yield from _bundle_files(document, given, names)


def words(given: Node) -> str:
    """Return a command as one line."""
    return " ".join(str(item.value) for item in given.items()) if isinstance(given.value, list) else str(given.value)


def scripts_run(root: Node, names: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The scripts of the bundle, among its files `names`, that a file's commands run by path, and whether only one
    instance does so."""
    for section in ("commands", "container_commands"):
        for command in root.entries(section).values():
            given, test = command.child("command"), command.child("test")
            if given is None or not isinstance(command.value, dict):
                continue
            text = words(given)
            alone = _only_leader(command, section) or LEADER.search(text + (words(test) if test else "")) is not None
            for name in _programs(text):
                if name in names:
                    yield name, alone


def _programs(text: str) -> Iterator[str]:
    """Return the path of what a command runs, if it is in the bundle."""
    for part in re.split(r"[;&|(){}\n]+", text):
        own = (word.strip("\"'") for word in part.split() if word not in BEFORE_A_PROGRAM)
        program = next((word for word in own if not word.startswith("-") and "=" not in word), "")
        yield IN_THE_BUNDLE.sub("", program, count=1)


def _lines(document: Document, command: Node, given: Node, folder: str) -> Iterator[Finding]:
    """Yield the traps in a shell command: a text, or the word after `sh -c`. EB runs it in `folder`."""
    items = given.items()
    for node in items or (given,):
        yield from text_traps(document, node)
    if not command.child("test"):  # which is what keeps a line from being added twice
        for node in by_shell(items) if items else (given,):
            yield from append_trap(document, node, posixpath.join(folder, command.text("cwd") or ""))
    sudo = SUDO.search(words(given))
    if sudo:
        yield document.finding("sudo", given, "`sudo` is needless: EB runs commands as root")


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
    test, only_leader = command.child("test"), _only_leader(command, section)
    if only_leader and test and test.key:
        yield document.finding("leader-and-test", test.key, "`leader_only` wins; the test is not run")
    condition = words(given) + (words(test) if test else "")
    migrates = MIGRATION.search(words(given))
    if migrates and not LEADER.search(condition) and not only_leader:
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
