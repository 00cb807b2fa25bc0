"""`commands` and `container_commands`: mistakes that show only on a host, or only at the second deployment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import shown
from beanstack.lint.bundles import deployed
from beanstack.lint.bundles.shell import (
    LEADER,
    MIGRATION,
    SHELLS,
    SUDO,
    UNPACKED,
    append_trap,
    scripts_of_shells,
    text_traps,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from beanstack.eb.findings import Finding
    from beanstack.text.document import Document, Node

# The working directory of each section.
SECTIONS = {"commands": "/", "container_commands": UNPACKED}
BEFORE_A_PROGRAM = {*SHELLS, "sudo", "exec", "env", "/usr/bin/env", "source", ".", "if", "then", "else", "do", "!"}
READERS = {*SHELLS, "source", "."}  # of a script, so that its first line is a comment
IN_THE_BUNDLE = re.compile(r"\./|/var/app/(?:staging|current)/")


class Command(NamedTuple):
    """An entry of `commands` or `container_commands`; `line` is its `command`, a text or a list of words."""

    section: str
    entry: Node
    line: Node
    test: Node | None

    @property
    def is_for_leader(self) -> bool:
        """Whether EB runs it on one instance only."""
        leader = self.entry.child("leader_only")
        return self.section == "container_commands" and leader is not None and str(leader.value).lower() == "true"

    @property
    def asks_for_leader(self) -> bool:
        """Whether it finds out itself if it runs on the leader."""
        return LEADER.search(words(self.line) + words(self.test)) is not None


def commands(root: Node) -> Iterator[Command]:
    """Yield the commands of a file."""
    for section in SECTIONS:
        for entry in root.entries(section).values():
            line = entry.child("command")
            if line:
                yield Command(section, entry, line, entry.child("test"))


def command_findings(document: Document, root: Node, names: Collection[str]) -> Iterator[Finding]:
    """Yield the problems with a file's commands, in a bundle whose files are `names`."""
    for command in commands(root):
        yield from _lines(document, command)
        yield from _environment(document, command)
        yield from _leader(document, command)
        cwd = command.entry.child("cwd")
        replaced = [*deployed.command_findings(document, command.section, command.line, cwd)]
        yield from replaced
        if command.section == "commands" and not cwd and not replaced:
            yield from _bundle_files(document, command.line, names)


def words(node: Node | None) -> str:
    """Return a command as one line; empty if there is none."""
    if node is None:
        return ""
    if isinstance(node.value, list):
        return " ".join(str(item.value) for item in node.items())
    return str(node.value)


class ScriptRun(NamedTuple):
    """A script of the bundle that a command runs; `direct`: Linux reads its first line, rather than a shell."""

    name: str
    is_alone: bool
    direct: bool


def scripts_run(root: Node, names: Collection[str]) -> Iterator[ScriptRun]:
    """Yield the scripts, among the bundle's files `names`, that commands run, and whether only one instance does."""
    for command in commands(root):
        for name, direct in _programs(words(command.line)):
            if name in names:
                yield ScriptRun(name, command.is_for_leader or command.asks_for_leader, direct)


def _programs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the path of each program that a command runs, relative to the bundle if it is in there.

    The flag is false if a shell reads the program.
    """
    for part in re.split(r"[;&|(){}\n]+", text):
        direct = True
        for word in part.split():
            program = word.strip("\"'")
            if word not in BEFORE_A_PROGRAM and not program.startswith("-") and "=" not in program:
                yield IN_THE_BUNDLE.sub("", program, count=1), direct
                break
            direct = direct and word not in READERS


def _lines(document: Document, command: Command) -> Iterator[Finding]:
    """Yield the traps in a shell command: a text, or the word after `sh -c`."""
    texts = scripts = command.line.items()
    if texts:
        scripts = [*scripts_of_shells(texts)]
    else:
        texts = scripts = [command.line]
    for text in texts:
        yield from text_traps(document, text)
    if not command.test:  # a test may keep a line from being added twice
        folder = posixpath.join(SECTIONS[command.section], command.entry.text("cwd") or "")
        for script in scripts:
            yield from append_trap(document, script, folder)
    if SUDO.search(words(command.line)):
        yield document.finding("sudo", command.line, "`sudo` is unnecessary: EB runs commands as root")


def _environment(document: Document, command: Command) -> Iterator[Finding]:
    variables = command.entry.child("env")
    if variables is None or not variables.entries() or "PATH" in variables.entries():
        return
    if not words(command.line).startswith("/"):
        message = "`env` replaces the whole environment, and this one has no PATH"
        yield document.finding("env-without-path", variables, message, "PATH: /usr/bin:/bin:/usr/sbin:/sbin")


def _leader(document: Document, command: Command) -> Iterator[Finding]:
    if command.is_for_leader and command.test and command.test.key:
        yield document.finding("leader-and-test", command.test.key, "`leader_only` wins; the test is not run")
    if command.is_for_leader or command.asks_for_leader or not MIGRATION.search(words(command.line)):
        return
    in_text = MIGRATION.search(document.text, command.line.start, command.line.end)
    at = in_text.start() if in_text else command.line.start
    message = "runs a migration on every instance at once"
    if command.section == "commands":
        message += "; only `container_commands` know the leader"
    yield document.finding("migration-everywhere", at, message, "container_commands with leader_only: true")


def _bundle_files(document: Document, line: Node, names: Collection[str]) -> Iterator[Finding]:
    for word in words(line).split():
        if "/" in word and word.removeprefix("./") in names:
            message = f"{shown(word)} does not exist yet: `commands` run before the bundle is unpacked"
            yield document.finding("before-unpacking", line, message, "container_commands")
            return
