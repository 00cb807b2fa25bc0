"""Shell code that fails only on a host, or only at the second deployment.

It is in commands of `.ebextensions`, the files that these write, hooks, other scripts, and `sh -c` of a container.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import shown
from beanstack.text.document import Document, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beanstack.eb.findings import Finding

# Traps in any text, a command or a script in a file: pattern, message, and what to use instead. Quotes may be escaped,
# as in JSON.
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
            r"(?:\b|(?<=\\[nt]))(?:"
            r"export\s+(?:\\?[\"'])?(?:\$\(|`)(?:[^\n)`]{0,300}\bxargs\b|\s*(?:cat\b|<))"
            r"|eval\s+(?:\\?[\"'])?(?:(?:\$\(|`)\s*(?:cat\b|<)|\$[A-Za-z_{]))"
        ),
        "splits values at spaces and quotes, or executes what they contain",
        "`secrets` of the container, or values quoted by printf %q",
    ),
}
APPEND = re.compile(r">>\s*(?P<target>\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|<>)\"'][^\s;&|<>)]*)")
GROWS = re.compile(r"(^|/)log(s|$|/)|\.log\b|^/dev/|_?LOG\b", re.IGNORECASE)  # a log, which is meant to grow
# Files that every deployment creates anew, even one that changes only configuration:
# https://github.com/aws/elastic-beanstalk-roadmap/issues/88
FRESH = re.compile(r"/var/app/(?:current|staging|ondeck)/|/var/proxy/staging/|/opt/elasticbeanstalk/deployment/env$")
UNPACKED = "/var/app/staging"  # where container_commands and hooks run
GUARD = re.compile(  # a script that checks first, or begins the file anew
    r"\bgrep\b|\[\s+!|\btest\s+!|\]\s*\|\||\btruncate\b|\brm\s+-|\bsed\s+-\S*i|\bmktemp\b"
    r"|(?:\bthen|&&)\s+exit(?:\s+0)?\s*(?:[;}]|$)",
    re.MULTILINE,
)
QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|\\.|(?<!\S)#[^\n]*", re.DOTALL)  # or a comment behind a command
ASSIGNMENT = re.compile(r"(?:^|(?<=[\s;&|]))(\w+)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|\"']*)")
VARIABLE = re.compile(r"\$\{?(\w+)\}?")
NESTING = 3  # of variables whose values contain variables
SUDO = re.compile(
    r"(?:^|[;&|]\s*|\n[ \t]{0,80})(sudo)\s+(?![\s-])"
)  # unless it has options, which change the user or the environment
MIGRATION = re.compile(
    r"(?:manage\.py|django-admin(?:\.py)?)['\",\s]+migrate\b|\b(?:rake|rails)\s+db:(?:migrate|schema:load|setup)\b"
    r"|\bartisan\s+migrate\b|\balembic\s+(?:-\S+\s+\S+\s+){0,5}upgrade\b|\bflask\s+db\s+upgrade\b|\bknex\s+migrate:latest\b"
    r"|\bsequelize(?:-cli)?\s+db:migrate\b|\bprisma\s+migrate\s+deploy\b|\bdoctrine:migrations:migrate\b"
    r"|\btypeorm\s+migration:run\b|\bflyway\s+(?:\S+\s+){0,9}migrate\b|\bliquibase\s+(?:\S+\s+){0,9}update\b"
)
LEADER = re.compile(r"EB_IS_COMMAND_LEADER|is_leader|leader", re.IGNORECASE)  # in a command that finds out itself
SHELLS = tuple(folder + name for name in ("sh", "bash", "dash", "ash") for folder in ("", "/bin/", "/usr/bin/"))
SHEBANG = re.compile(r"#!.*[/\s](?:ba|da|a|k|z)?sh\b")
COMMENT = re.compile(r"^[^\S\n]*#.*$", re.MULTILINE)
HERE_DOCUMENT = re.compile(r"(?<!<)<<-?\s*[\"']?(?P<end>[A-Za-z_]\w*)")


def is_shell(name: str, text: str) -> bool:
    """Return whether a file is a shell script, by its first line or else by its name."""
    if text.startswith("#!"):
        return SHEBANG.match(text) is not None
    return name.endswith(".sh")


def script_findings(document: Document, *, alone: bool) -> Iterator[Finding]:
    """Yield the problems with a script that EB runs at each deployment, as root and in the unpacked bundle.

    `alone`: only one instance runs it.
    """
    whole = Node(document.text, 0, len(document.text))
    yield from text_traps(document, whole)
    yield from append_trap(document, whole, UNPACKED)
    text = _own_lines(document.text)
    sudo = SUDO.search(text)
    if sudo:
        yield document.finding("sudo", sudo.start(1), "`sudo` is unnecessary: EB runs scripts as root")
    migration = MIGRATION.search(text)
    if migration and not alone and not LEADER.search(document.text):
        message = "runs a migration on every instance at once"
        advice = "container_commands with leader_only: true"
        yield document.finding("migration-everywhere", migration.start(), message, advice)


def scripts_of_shells(items: Sequence[Node]) -> Iterator[Node]:
    """Yield the shell code in a list of words: each word after `sh -c`."""
    for shell, option, script in zip(items, items[1:], items[2:], strict=False):
        if shell.value in SHELLS and re.fullmatch(r"-[a-z]*c", str(option.value)):
            yield script


def text_traps(document: Document, node: Node) -> Iterator[Finding]:
    """Yield the traps in a text, each at its own line."""
    text = COMMENT.sub(_blank, document.text[node.start : node.end])
    for rule, (pattern, message, allowed) in TRAPS.items():
        found = pattern.search(text)
        if found:
            yield document.finding(rule, node.start + found.start(), message, allowed)


def append_trap(document: Document, node: Node, folder: str) -> Iterator[Finding]:
    """Yield the first `>>` that makes a file of the host grow at each deployment; the text is run in `folder`."""
    text = document.text[node.start : node.end]
    if text.startswith(("'", '"')):  # the quotes are those of YAML or JSON
        text = f" {text[1:-1]} ".replace('\\"', ' "')
    text = QUOTED.sub(lambda quoted: quoted[0].replace(">>", "  "), _own_lines(text))  # such as a line for cron
    if GUARD.search(text):
        return
    for append in APPEND.finditer(text):
        target = append["target"].strip("\"'\\")
        path = _path(text, target, folder)
        if path and not GROWS.search(path) and not FRESH.match(path) and not _is_begun(text[: append.start()], target):
            message = f"appends to {shown(target)}: the file grows at every deployment"
            yield document.finding("append", node.start + append.start(), message, "write a new file and move it")
            return


def _path(text: str, target: str, folder: str) -> str:
    """Return the file that a redirection writes to, empty if the text does not determine it."""
    values = {name: value.strip("\"'") for name, value in ASSIGNMENT.findall(text)}
    for _ in range(NESTING):
        target = VARIABLE.sub(lambda variable: values.get(variable[1], variable[0]), target)
    if "$" in target or "`" in target:
        return ""
    if target.startswith("~"):
        return target
    if not target.startswith("/") and re.search(r"\b(?:cd|pushd)\s", text):
        return ""
    return posixpath.join(folder, target)


def _is_begun(before: str, target: str) -> bool:
    """Return whether a file is written anew before something is appended to it."""
    return re.search(rf"(?<!>)>\|?\s*\\?[\"']?{re.escape(target)}(?![\w/.-])", before) is not None


def _blank(match: re.Match[str]) -> str:
    """Return as many spaces, so that the place of everything else remains the same."""
    return " " * len(match[0])


def _own_lines(text: str) -> str:
    """Return a text with spaces for comments and here-documents, which are lines of other files."""
    lines: list[str] = []
    end = None  # of the here-document that a line is in
    for line in COMMENT.sub(_blank, text).split("\n"):
        if end is None:
            lines.append(line)
            start = HERE_DOCUMENT.search(line)
            end = start["end"] if start else None
        else:
            lines.append(" " * len(line))
            if line.strip() == end:
                end = None
    return "\n".join(lines)
