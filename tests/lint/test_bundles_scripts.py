"""What a shell runs besides commands: hooks, scripts that commands run, and `sh -c` in a container."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.bundle import READ_LIMIT
from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import findings, places
from tests.lint.test_bundles_dockerrun import DOCKERRUN, file, web
from tests.lint.test_bundles_ebextensions import INIT, commands

if TYPE_CHECKING:
    from pathlib import Path

HOOK = ".platform/hooks/predeploy/01.sh"
BASH = "#!/usr/bin/env bash\nset -e\n"

FAULTS = {
    "export through xargs": ("W9693", "▲export $(/opt/elasticbeanstalk/bin/get-config environment | xargs)\n"),
    "export of a file": ("W9693", '  ▲export "$(cat env)"\n'),
    "a trap in a file that is written": ("W9693", "cat > /etc/a.sh <<EOF\n▲eval $vars\nEOF\n"),
    "the file of the old platform": (
        "W9692",
        "jq . < ▲/opt/elasticbeanstalk/deploy/configuration/containerconfiguration\n",
    ),
    "an append": ("W9694", "echo A=1 ▲>> /etc/environment\n"),
    "an append to the home folder": ("W9694", "echo A=1 ▲>>~/.bashrc\n"),
    "an append of a here-document": ("W9694", "cat ▲>> /etc/hosts <<EOF\n10.0.0.1 a\nEOF\n"),
    "an append after a harmless one": ("W9694", "echo a > /etc/a\necho b >> /etc/a\necho c ▲>> /etc/b\n"),
    "an append by way of variables": ("W9694", 'folder=/etc\nfile="$folder/a"\necho a ▲>> "${file}"\n'),
    "an append behind an unfinished check": ("W9694", "if [ -z $A ]; then exit 1; fi\necho a ▲>> /etc/a\n"),
    "an append by way of three variables": ("W9694", "a=/etc\nb=$a/x\nc=$b/y\necho a ▲>> $c\n"),
    "an append after several harmless ones": (
        "W9694",
        "echo a > /etc/a\n" + "echo b >> /etc/a\n" * 3 + "echo c ▲>> /etc/b\n",
    ),
    "an append where a file of a longer name is begun": ("W9694", "echo a > /etc/a.d\necho a ▲>> /etc/a\n"),
    "an append behind a here-string": ("W9694", "cat <<< EOF\necho a ▲>> /etc/a\n"),
    "an append behind an indented here-document": ("W9694", "cat <<-EOF\n\ta\n\tEOF\necho a ▲>> /etc/a\n"),
    "sudo": ("I9695", "ls; ▲sudo yum install -y jq\n"),
    "a migration everywhere": ("W9697", "python ▲manage.py migrate --noinput\n"),
}
HARMLESS = {
    "a comment": "# export $(cat env | xargs)\nls # >> /etc/a\n",
    "a file of the new version": "echo A=1 >> .env\necho A=1 >> ./config/.env\necho B=2 >> /var/app/staging/.env\n",
    "a file of the new version by a variable": "at=/var/app/current\necho A=1 >> $at/.env\n",
    "EB's own file of variables": "echo A=1 >> /opt/elasticbeanstalk/deployment/env\n",
    "a log": "log=/var/log/hook.log\necho done >> $log\nexec 2>> /dev/null\n",
    "a file that is begun": ': > "/etc/a"\necho a >> /etc/a\n',
    "a file that is begun by force": ": >| /etc/a\necho a >> /etc/a\n",
    "a file that is emptied": "truncate -s 0 /etc/a\necho a >> /etc/a\n",
    "the proxy's new folder": "echo a >> /var/proxy/staging/nginx/conf.d/a.conf\n",
    "a log by its name": "echo a >> /srv/DEPLOY_LOG\n",
    "a name that a command gives": "file=`date`\necho a >> $file\n",
    "yet another folder": "pushd /srv\necho a >> a\n",
    "a new file": "file=$(mktemp)\necho a >> $file\n",
    "a line that is taken out before": "sed -i /A=/d /etc/environment\necho A=1 >> /etc/environment\n",
    "a line that is searched for first": "grep -q A=1 /etc/environment || echo A=1 >> /etc/environment\n",
    "a file that is tested for first": "[ -f /etc/a ] || echo a >> /etc/a\n",
    "a script that ends where it has run": "if [ -e /etc/a ]; then\n  exit 0\nfi\necho a >> /etc/a\n",
    "a variable from elsewhere": 'echo a >> "$1"\necho a >> "$TARGET"\n',
    "another folder": "cd /var/app/current\necho a >> a\n",
    "a line for cron": 'echo "* * * * * root date >> /srv/dates" > /etc/cron.d/dates\n',
    "lines of a here-document": "cat > /etc/cron.daily/a <<'EOF'\ndate >> /srv/dates\nsudo -i\nEOF\n",
    "sudo for another user": "sudo -u webapp ls\nsudo  -E ls\n",
    "a migration of the leader": 'if [[ $EB_IS_COMMAND_LEADER == true ]]; then\n  python manage.py migrate\nfi\n',
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", [HOOK, ".platform/confighooks/postdeploy/x"])
def test_a_fault_of_a_hook_is_found_alone_and_at_its_place(fault: str, name: str, tmp_path: Path) -> None:
    rule, text = FAULTS[fault]
    assert findings(tmp_path, {name: BASH + text}) == [(rule, *places(BASH + text)[0])]


@pytest.mark.parametrize("harmless", HARMLESS)
def test_a_harmless_hook_has_no_findings(harmless: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {HOOK: BASH + HARMLESS[harmless]}) == []


TRAP = "export $(cat env | xargs)\n"


@pytest.mark.parametrize(
    "name",
    [
        ".platform/hooks/predeploy/lib/a.sh",
        ".platform/files/a.sh",
        ".platform/nginx/conf.d/a.sh",
        "app/.platform/hooks/predeploy/a.sh",
        "bin/a.sh",
    ],
)
def test_a_script_that_eb_does_not_run_has_no_findings(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: TRAP, DOCKERRUN: file(web())}) == []


@pytest.mark.parametrize(
    "content",
    [
        "#!/usr/bin/env python3\nx = 1 >> 2  # export $(cat env)\n",
        "#!/opt/elasticbeanstalk/lib/ruby/bin/ruby\nexport $(cat env)\n",
        f"{TRAP}\0",
        f"{TRAP}\udce4",
        TRAP + "#" * READ_LIMIT,
        "",
    ],
    ids=["Python", "Ruby", "binary", "Latin-1", "large", "empty"],
)
def test_a_hook_that_is_not_a_shell_script_has_no_findings(content: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {HOOK: content}) == []


def test_a_hook_without_a_shebang_is_recognized_by_its_name(tmp_path: Path) -> None:
    files = {HOOK: TRAP, ".platform/hooks/predeploy/02": TRAP, ".platform/hooks/predeploy/crash": TRAP}
    found = [("W9693", 1, 1), ("E9854", 1, 1), ("E9854", 1, 1), ("E9854", 1, 1)]
    assert sorted(findings(tmp_path, files)) == sorted(found)


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/dash -e", "/usr/bin/env zsh", "/bin/ksh", "/bin/ash"])
def test_a_hook_is_recognized_by_the_shell_in_its_shebang(shell: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {".platform/hooks/predeploy/02": f"#!{shell}\n{TRAP}"}) == [("W9693", 2, 1)]


def test_a_hook_in_a_zip_is_checked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "app.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(HOOK, BASH + TRAP)
        archive.writestr(".platform/hooks/predeploy/02.sh", "#!/bin/sh\n", zipfile.ZIP_LZMA)
        archive.writestr(".platform/hooks/predeploy/03.sh", TRAP)
    found = [(finding.place.file, finding.id, finding.place.line) for finding in bundle_findings(tmp_path / "app.zip")]
    place = f"{tmp_path}/app.zip/.platform/hooks/predeploy"
    assert found == [
        (f"{place}/01.sh", "W9693", 3),
        (f"{place}/03.sh", "E9854", 1),
        (f"{place}/03.sh", "W9693", 1),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "bash bin/a.sh --now",
        "./bin/a.sh",
        "bash -e /var/app/staging/bin/a.sh",
        "/var/app/current/bin/a.sh",
        "ls && sudo A=1 sh 'bin/a.sh'",
        "|\n  ls\n  if true; then . bin/a.sh; fi",
        '["/bin/bash", "bin/a.sh"]',
        '["sh", "-c", "ls; bin/a.sh"]',
    ],
)
def test_a_script_that_a_command_runs_by_its_path_is_checked(command: str, tmp_path: Path) -> None:
    files = {INIT: commands(f"command: {command}"), "bin/a.sh": TRAP}
    assert ("W9693", 1, 1) in findings(tmp_path, files)


@pytest.mark.parametrize("command", ["cp bin/a.sh /usr/local/bin", "chmod +x bin/a.sh", "echo bin/a.sh", "bash a.sh"])
def test_a_script_that_a_command_only_names_is_not_checked(command: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: commands(f"command: {command}"), "bin/a.sh": TRAP}) == []


def test_a_script_that_only_the_leader_runs_may_migrate(tmp_path: Path) -> None:
    migrate = "python manage.py migrate\n"
    leader = commands("command: bash bin/a.sh\nleader_only: true")
    assert findings(tmp_path, {INIT: leader, "bin/a.sh": migrate}) == []
    everyone = leader + "  02_again:\n    command: bash bin/a.sh\n"
    assert findings(tmp_path, {INIT: everyone}) == [("W9697", 1, 8)]


CONTAINERS = [
    '"command": ["sh", "-c", "▲export $(cat x | xargs) && run"]',
    '"command": ["/bin/bash", "-ec", "set -a\\n▲export $(cat x | xargs)"]',
    '"command": ["sh", "-c", "▲export \\"$(cat x)\\""]',
    '"entryPoint": ["sh", "-c"], "command": ["▲eval $vars; run"]',
    '"entryPoint": ["tini", "--", "/bin/sh", "-c", "▲export `cat x | xargs`; run"]',
]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_trap_of_a_container_is_found_at_its_place(container: str, tmp_path: Path) -> None:
    text = file(web(container))
    assert findings(tmp_path, {DOCKERRUN: text}) == [("W9693", *places(text)[0])]


@pytest.mark.parametrize(
    "container",
    [
        '"command": ["echo", "export $(cat x | xargs)"]',
        '"command": ["sh", "run.sh", "export $(cat x | xargs)"]',
        '"command": ["sh", "-c", "echo a >> /etc/hosts && run"]',
        '"command": "sh -c"',
    ],
)
def test_a_container_without_shell_code_or_with_an_append_has_no_findings(container: str, tmp_path: Path) -> None:
    found = findings(tmp_path, {DOCKERRUN: file(web(container))})
    assert [rule for rule, *_ in found if rule != "E9642"] == []


@pytest.mark.parametrize(
    ("section", "lines"),
    [
        ("container_commands", "command: echo A=1 >> .env"),
        ("container_commands", "command: echo A=1 >> .env\ncwd: config"),
        ("container_commands", "command: echo A=1 >> .env\ncwd: /var/app/current"),
        ("container_commands", 'command: echo A=1 >> /etc/a\ntest: "[ ! -e /etc/a ]"'),
    ],
)
def test_an_append_to_a_new_file_or_after_a_test_has_no_findings(section: str, lines: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: commands(lines, section)}) == []


@pytest.mark.parametrize(
    ("section", "lines"),
    [
        ("commands", "command: echo A=1 ▲>> a"),
        ("container_commands", "command: echo A=1 ▲>> a\ncwd: /etc"),
        ("container_commands", 'command: "echo \\"A=1\\" ▲>> /etc/a"'),
        ("container_commands", "command: 'echo ''A=1'' ▲>> /etc/a'"),
    ],
)
def test_a_command_that_appends_to_a_permanent_file_is_reported(section: str, lines: str, tmp_path: Path) -> None:
    text = commands(lines, section)
    assert findings(tmp_path, {INIT: text}) == [("W9694", *places(text)[0])]


def test_an_append_in_json_is_found_behind_quotes(tmp_path: Path) -> None:
    text = json.dumps({"container_commands": {"a": {"command": 'echo "A=1" ▲>> /etc/a'}}}, ensure_ascii=False)
    assert findings(tmp_path, {INIT: text}) == [("W9694", *places(text)[0])]
