"""Whether Linux can execute hooks and the scripts that commands run, and the lines of a Procfile."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import MARK, findings, places
from tests.lint.test_bundles_ebextensions import INIT, commands

if TYPE_CHECKING:
    from pathlib import Path

HOOKS = [".platform/hooks/predeploy/01.sh", ".platform/confighooks/postdeploy/run"]
SCRIPT = "bin/setup.sh"
DIRECT = commands("command: ./bin/setup.sh")

HOOK_FAULTS = {
    "Windows line ends": ("W9852", "#!/bin/bash▲\r\nset -e\r\n"),
    "Windows line ends with an option": ("W9852", "#!/bin/bash -e▲\r\ntrue\r\n"),
    "Windows line ends of env": ("W9852", "#!/usr/bin/env python3▲\r\nprint(1)\r\n"),
    "Windows line ends after the first line": ("W9852", "#!/bin/sh\ntrue▲\r\ntrue\n"),
    "a byte order mark": ("E9854", "▲\ufeff#!/bin/sh\ntrue\n"),
    "no interpreter": ("E9854", "▲set -e\ntrue\n"),
    "a comment for an interpreter": ("E9854", "▲# !/bin/sh\ntrue\n"),
    "an empty line first": ("E9854", "▲\n#!/bin/sh\ntrue\n"),
    "a space first": ("E9854", "▲ #!/bin/sh\ntrue\n"),
    "notes among the hooks": ("E9854", "▲What these hooks do\n"),
}


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize("fault", HOOK_FAULTS)
def test_a_fault_of_a_hook_is_found_alone_and_at_its_place(fault: str, name: str, tmp_path: Path) -> None:
    rule, text = HOOK_FAULTS[fault]
    assert findings(tmp_path, {name: text}) == [(rule, *places(text)[0])]


@pytest.mark.parametrize(
    "text", ["#!/bin/sh\ntrue\n", "\x7fELF\x02\x01\0\r\n", "#!/bin/sh\nprintf 'a\\r\\n'\n", "\0\1\2"]
)
def test_a_hook_that_linux_executes_has_no_findings(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, dict.fromkeys(HOOKS, text)) == []


def test_a_byte_order_mark_is_named(tmp_path: Path) -> None:
    findings(tmp_path, {HOOKS[0]: "\ufeff#!/bin/sh\n"})
    [finding] = bundle_findings(tmp_path)
    assert finding.message.startswith("a byte order mark before #!")


def test_a_file_that_keeps_a_folder_in_git_is_no_hook(tmp_path: Path) -> None:
    assert findings(tmp_path, {".platform/hooks/predeploy/.gitkeep": "", HOOKS[0]: "#!/bin/sh\n"}) == []


def test_windows_lines_in_a_subfolder_of_hooks_are_left_alone(tmp_path: Path) -> None:
    assert findings(tmp_path, {".platform/hooks/predeploy/lib/a.sh": "a\r\n", HOOKS[0]: "#!/bin/sh\n"}) == []


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        ("./bin/setup.sh", "E9853"),
        ("/var/app/staging/bin/setup.sh --now", "E9853"),
        ("sudo -E bin/setup.sh", "E9853"),
        ("bash bin/setup.sh", "W9852"),
        ("sh -x bin/setup.sh", "W9852"),
        ("source bin/setup.sh", "W9852"),
    ],
)
def test_windows_lines_of_a_script_are_an_error_where_linux_reads_them(command: str, rule: str, tmp_path: Path) -> None:
    script = "#!/bin/sh▲\r\ntrue\r\n"
    files = {INIT: commands(f"command: {command}"), SCRIPT: script}
    found = [one for one in findings(tmp_path, files) if one[0] not in ("W9855", "I9695")]
    assert found == [(rule, *places(script)[0])]


@pytest.mark.parametrize(
    "conversion", ["dos2unix bin/*.sh", "sed -i 's/\\r$//' bin/setup.sh", "tr -d '\\r' < bin/setup.sh > bin/s"]
)
def test_a_script_that_the_deployment_converts_has_no_findings(conversion: str, tmp_path: Path) -> None:
    both = f"container_commands:\n  1:\n    command: {conversion}\n  2:\n    command: sh bin/setup.sh\n"
    assert findings(tmp_path, {INIT: both, SCRIPT: "#!/bin/sh\r\n"}) == []


def test_windows_lines_of_a_script_that_nothing_runs_are_left_alone(tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: "commands: {}\n", SCRIPT: "#!/bin/sh\r\n"}) == []


@pytest.mark.parametrize(
    ("command", "is_reported"),
    [
        ("./bin/setup.sh", True),
        ("bin/setup.sh && echo done", True),
        ("bash bin/setup.sh", False),
        ("chmod +x bin/setup.sh && bin/setup.sh", False),
    ],
)
@pytest.mark.parametrize("mode", [0o644, 0o755])
def test_a_script_that_linux_executes_must_be_executable(
    command: str, is_reported: bool, mode: int, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr(INIT, commands(f"command: {command}"))
        member = zipfile.ZipInfo(SCRIPT)
        member.external_attr = (0o100000 | mode) << 16
        archive.writestr(member, "#!/bin/sh\ntrue\n")
    expected = ["W9855"] if is_reported and mode == 0o644 else []
    assert [finding.id for finding in bundle_findings(tmp_path / "app.zip")] == expected


def test_a_zip_of_windows_does_not_say_what_is_executable(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr(INIT, DIRECT)
        member = zipfile.ZipInfo(SCRIPT)
        member.create_system = 0
        archive.writestr(member, "#!/bin/sh\ntrue\n")
    assert bundle_findings(tmp_path / "app.zip") == []


def test_a_carriage_return_in_a_file_that_is_written_is_reported(tmp_path: Path) -> None:
    text = 'files:\n  /opt/a.sh:\n    content: ▲"#!/bin/sh\\r\\ntrue\\r\\n"\n'
    assert findings(tmp_path, {INIT: text}) == [("W9852", *places(text)[0])]
    windows = "files:\r\n  /opt/a.sh:\r\n    content: |\r\n      #!/bin/sh\r\n      true\r\n"
    assert findings(tmp_path, {INIT: windows}) == []  # YAML's own line ends are not part of the text


@pytest.mark.parametrize("name", ["Procfile", "Buildfile"])
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("W9852", "web: bin/server▲\r\nworker: bin/worker\r\n"),
        ("W9856", "▲web = bin/server\n"),
        ("W9856", "web: bin/server\n▲web worker: bin/worker\n"),
        ("W9856", "▲web:\n"),
        ("W9856", "▲bin/server\n"),
    ],
)
def test_a_line_of_a_procfile_must_have_its_form(rule: str, text: str, name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: text}) == [(rule, *places(text)[0])]


def test_a_good_procfile_has_no_findings(tmp_path: Path) -> None:
    text = "web: bin/server --port $PORT\n\n# in the background\nworker-1: env A=b:c sh -c 'run'\n"
    assert findings(tmp_path, {"Procfile": text, "Buildfile": "make: ./build.sh"}) == []
    assert MARK not in text
