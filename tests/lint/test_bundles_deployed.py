"""Commands and files that change a folder that the deployment replaces afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lint.marked import findings, places
from tests.lint.test_bundles_ebextensions import INIT, commands

if TYPE_CHECKING:
    from pathlib import Path

EARLY = {
    "a folder": "command: mkdir -p ▲/var/app/current/models",
    "a folder in quotes": "command: 'mkdir -p \"▲/var/app/current/models\"'",
    "a folder in the staging folder": "command: mkdir ▲/var/app/staging/tmp",
    "a mode": "command: chmod -R 777 ▲/var/app/current/storage",
    "an owner": "command: chown webapp:webapp ▲/var/app/current",
    "a copy": "command: cp /opt/a.json ▲/var/app/current/a.json",
    "a link": "command: ln -s /mnt/efs ▲/var/app/current/public",
    "a text": "command: echo A=1 > ▲/var/app/current/.env",
    "a text that is appended": "command: echo A=1 >> ▲/var/app/staging/.env",
    "a folder that is entered": "command: cd ▲/var/app/current && npm install",
    "a second command of a line": "command: date; touch ▲/var/app/current/a",
    "a list of words": "command: [mkdir, -p, ▲/var/app/current/models]",
    "a working directory": "command: npm install\ncwd: ▲/var/app/current",
}
LATE = {
    "a mode": "command: chmod -R 777 ▲/var/app/current/storage",
    "a link": "command: ln -sf /mnt/efs ▲/var/app/current/public",
    "the old staging folder": "command: chmod +x ▲/var/app/ondeck/bin/run",
    "a text": "command: date > ▲/var/app/current/built",
    "a file of the old staging folder": "command: ls\ncwd: ▲/var/app/ondeck",
}
HARMLESS = [
    ("commands", "command: mkdir -p /var/app-data/shop"),
    ("commands", "command: mkdir -p /var/app/currently"),
    ("commands", "command: mkdir -p /var/app"),
    ("commands", "command: ls /var/app/current"),
    ("commands", "command: cp /var/app/current/a.json /opt/a.json"),
    ("commands", "command: rm -rf /var/cache/a"),
    ("commands", 'command: "[ -d /var/app/current ] || date"'),
    ("container_commands", "command: mkdir -p /var/app/staging/models"),
    ("container_commands", "command: mkdir -p models && chmod 777 models"),
    ("container_commands", "command: cd /var/app/current && ls"),
    ("container_commands", "command: cp -r /var/app/current/cache ."),
    ("container_commands", "command: ls\ncwd: /var/app/current"),
]


@pytest.mark.parametrize("fault", EARLY)
def test_what_commands_do_before_unpacking_is_reported(fault: str, tmp_path: Path) -> None:
    text = commands(EARLY[fault], "commands")
    assert findings(tmp_path, {INIT: text}) == [("W9699", *places(text)[0])]


@pytest.mark.parametrize("fault", LATE)
def test_what_container_commands_do_to_the_old_version_is_reported(fault: str, tmp_path: Path) -> None:
    text = commands(LATE[fault])
    assert findings(tmp_path, {INIT: text}) == [("W9859", *places(text)[0])]


@pytest.mark.parametrize(("section", "lines"), HARMLESS)
def test_a_command_that_loses_nothing_has_no_findings(section: str, lines: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: commands(lines, section)}) == []


@pytest.mark.parametrize("folder", ["/var/app/current", "/var/app/staging"])
def test_files_and_sources_that_the_bundle_replaces_are_reported(folder: str, tmp_path: Path) -> None:
    text = f'files:\n  ▲"{folder}/a.json":\n    content: x\n'
    assert findings(tmp_path, {INIT: text}) == [("W9859", *places(text)[0])]
    text = f"sources:\n  ▲{folder}/lib: https://example.com/lib.zip\n"
    assert findings(tmp_path, {INIT: text}) == [("W9859", *places(text)[0])]
    assert findings(tmp_path, {INIT: "files:\n  /var/app/a.json:\n    content: x\n"}) == []
