"""Whether Linux can execute a script: its first line, its line ends and its mode.

EB makes hooks executable, and on platforms released since 2022-12-29 it removes their carriage returns. What commands
run it leaves as it is.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
https://man7.org/linux/man-pages/man2/execve.2.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.layout import PROCESSES, is_hook
from beanstack.text.document import BOM, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.lint.bundles.bundle import Bundle
    from beanstack.text.document import Node

SHEBANG = "#!"
EXECUTABLE = 0o111
# Commands by which a deployment itself removes carriage returns or makes scripts executable.
CONVERTED = re.compile(r"dos2unix|\\r|\\015|\btr\s+-d")
MADE_EXECUTABLE = re.compile(r"\bchmod\b")
PROCESS = re.compile(r"[A-Za-z0-9_-]+:\s*\S.*")  # AWS's own expression for a line of a Procfile or Buildfile
ADVICE = "save it with Unix line ends, as `*.sh text eol=lf` in .gitattributes makes Git do"


def hook_findings(bundle: Bundle, name: str) -> Iterator[Finding]:
    """Yield what keeps EB from running a hook."""
    text = bundle.script(name)
    if not text or name.rpartition("/")[2].startswith("."):
        return  # a binary, or a file that only keeps its folder in Git
    document = Document(bundle.file(name), text)
    if text.startswith(BOM + SHEBANG):
        message = "a byte order mark before #!, so that Linux does not find the interpreter"
        yield document.finding("no-interpreter", 0, message, "save it as UTF-8 without one")
    elif not text.startswith(SHEBANG):
        message = "EB executes each file here, and this one does not begin with #!"
        yield document.finding("no-interpreter", 0, message, "such as #!/bin/bash")
    elif "\r\n" in text:
        message = "Windows line ends; platforms released before 2022-12-29 do not convert them"
        yield document.finding("windows-lines", text.index("\r\n"), message, ADVICE)


def script_findings(bundle: Bundle, name: str, *, direct: bool, commands: str) -> Iterator[Finding]:
    """Yield what keeps a command from running a script; `commands` is the text of all commands of the bundle.

    `direct`: Linux reads its first line, rather than a shell.
    """
    text = bundle.script(name)
    if not text or is_hook(name):
        return
    document = Document(bundle.file(name), text)
    first = text.partition("\n")[0]
    if "\r\n" in text and not CONVERTED.search(commands):
        at = text.index("\r\n")
        if direct and text.startswith(SHEBANG) and first.endswith("\r"):
            interpreter = first.removeprefix(SHEBANG).strip()
            message = f"Linux looks for the interpreter {interpreter + chr(13)!a}; a carriage return ends the line"
            yield document.finding("windows-interpreter", at, message, ADVICE)
        else:
            yield document.finding("windows-lines", at, "Windows line ends, which a shell takes for text", ADVICE)
    mode = bundle.modes.get(name, 0)
    if direct and mode and not mode & EXECUTABLE and not MADE_EXECUTABLE.search(commands):
        message = f"a command runs it, but it is not executable (mode {mode & 0o777:04o})"
        yield document.finding("not-executable", 0, message, "chmod +x, or run it by its interpreter")


def content_findings(document: Document, content: Node) -> Iterator[Finding]:
    """Yield carriage returns behind the interpreter in a file that `.ebextensions` write."""
    first = str(content.value).partition("\n")[0]
    if first.startswith(SHEBANG) and first.endswith("\r"):
        message = "a carriage return ends the first line, so that Linux does not find the interpreter"
        yield document.finding("windows-lines", content, message)


def process_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield the problems with Procfile and Buildfile.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.build-proc.html
    """
    for name in PROCESSES:
        text = bundle.script(name) if name in bundle.names else ""
        document = Document(bundle.file(name), text)
        if "\r\n" in text:
            yield document.finding("windows-lines", text.index("\r\n"), "Windows line ends", ADVICE)
        at = 0
        for line in text.splitlines(keepends=True):
            if line.strip() and not line.startswith("#") and not PROCESS.fullmatch(line.rstrip()):
                yield document.finding("process-form", at, "a line must be of the form `name: command`")
            at += len(line)
