"""Commands and files that change the folder of the application before the deployment replaces it.

`files`, then `commands` come before the bundle is unpacked into a staging folder, where `container_commands` run. That
folder becomes /var/app/current at the end.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.workflow.ecs-al2.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.text.document import Document, Node

FOLDER = r"/var/app/(?P<which>current|staging|ondeck)(?![\w.-])[^\s;&|\"'<>),\]]*"
WITHIN = re.compile(FOLDER)
BEGIN = r"(?:^|(?<=[\s;&|(\[\"']))"  # of a word of a text, or of a list of words
BETWEEN = r"[\s,\"']"
END = rf"(?={BETWEEN[:-1]}\]]*(?:$|[;&|)#]))"
# Programs that change each path that they are given, and those that change the last one.
ALL = "mkdir|touch|chmod|chown|chgrp|truncate|rm|rmdir|tee|sed"
LAST = "cp|mv|ln|install|rsync"
CHANGES = (
    re.compile(rf"{BEGIN}(?:{ALL}){BETWEEN}[^\n;&|]{{0,300}}?{FOLDER}", re.MULTILINE),
    re.compile(rf"{BEGIN}(?:{LAST}){BETWEEN}[^\n;&|]{{1,300}}{BETWEEN}{FOLDER}{END}", re.MULTILINE),
    re.compile(rf">>?\s*[\"']?{FOLDER}"),
)
ENTERED = re.compile(rf"{BEGIN}(?:cd|pushd)\s+[\"']?{FOLDER}", re.MULTILINE)
OLD = "ondeck"  # the staging folder of the Amazon Linux AMI
INSTEAD = {"commands": "container_commands, which run in the unpacked bundle", "container_commands": "a relative path"}


def command_findings(document: Document, section: str, line: Node, cwd: Node | None) -> Iterator[Finding]:
    """Yield the first problem with the folder that a command of a section changes or enters."""
    text = document.text[line.start : line.end]
    folder = str(cwd.value) if cwd else ""
    entered = WITHIN.match(folder)
    if cwd and entered and (section == "commands" or entered["which"] == OLD):
        yield _finding(document, section, cwd.start, entered[0], entered["which"])
        return
    patterns = (*CHANGES, ENTERED) if section == "commands" else CHANGES
    found = [match for pattern in patterns if (match := pattern.search(text))]
    for match in sorted(found, key=lambda match: match.start("which")):
        if section == "commands" or match["which"] != "staging":
            start = match.start("which") - len("/var/app/")
            path = WITHIN.match(text, start)
            if path:
                yield _finding(document, section, line.start + start, path[0], match["which"])
                return


def _finding(document: Document, section: str, start: int, path: str, which: str) -> Finding:
    if which == OLD:
        message = f"{shown(path)}: only the Amazon Linux AMI had this folder"
        return document.finding("replaced-folder", start, message, INSTEAD["container_commands"])
    if section == "commands":
        message = f"{shown(path)}: `commands` run before the bundle is unpacked, which replaces this folder"
        return document.finding("before-unpacking", start, message, INSTEAD[section])
    message = f"{shown(path)}: the new version is not there yet, and replaces what is"
    return document.finding("replaced-folder", start, message, INSTEAD[section])


def file_findings(document: Document, root: Node) -> Iterator[Finding]:
    """Yield the files and archives that the bundle will replace."""
    for section in ("files", "sources"):
        for path, entry in root.entries(section).items():
            match = WITHIN.match(path)
            if match:
                message = f"`{section}` come before the bundle is unpacked, which replaces {shown(path)}"
                advice = "a file in the bundle, or container_commands"
                yield document.finding("replaced-folder", entry.key or entry, message, advice)
