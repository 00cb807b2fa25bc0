"""Each fault of a `.ebextensions` file by itself: the ID of its rule, and the place that ▲ marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import findings, places
from tests.lint.test_bundles_dockerrun import DOCKERRUN, file, web

if TYPE_CHECKING:
    from pathlib import Path

INIT = ".ebextensions/init.config"


def options(line: str) -> str:
    return f"option_settings:\n  aws:elasticbeanstalk:application:environment:\n    {line}\n"


def commands(lines: str, section: str = "container_commands") -> str:
    return f"{section}:\n  01_first:\n    " + lines.replace("\n", "\n    ") + "\n"


FAULTS = {
    "no end of a list": ("E9621", "commands: [\n▲"),
    "a key without a value in a list": ("E9621", "commands:\n  - a\n  ▲b: c\n"),
    "two documents": ("E9621", "commands: {}\n---\n▲files: {}\n"),
    "a control character": ("E9621", "commands: {}\n# ä ▲\x01\n"),
    "an alias without its anchor": ("E9621", "commands: ▲*none\n"),
    "a list as a key": ("E9621", "commands:\n  ? ▲[a]\n  : b\n"),
    "a tab": ("E9622", "commands:\n▲\ta: {command: ls}\n"),
    "a section twice": ("E9623", "commands:\n  a: {command: ls}\n▲commands:\n  b: {command: ls}\n"),
    "a key twice": ("E9623", commands("command: ls\n▲command: date")),
    "an alias that holds itself": ("E9626", "commands: &a\n  b: ▲*a\n"),
    "aliases that multiply": (
        "E9626",
        "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        "e: &e [*d,*d,*d,*d,*d,*d,*d,▲*d,*d,*d]\n",
    ),
    "JSON with a comma that trails": ("E9620", '{"commands": {}▲]'),
    "no": ("W9627", options("FLAG: ▲no")),
    "yes": ("W9627", options("FLAG: ▲yes")),
    "On": ("W9627", options("FLAG: ▲On")),
    "ports": ("W9627", options("PORTS: ▲80:22")),
    "an octal number": ("W9627", options("MASK: ▲0644")),
    "a version that loses a zero": ("W9627", options("VERSION: ▲8.40")),
    "a date": ("W9627", options("SINCE: ▲2018-12-01")),
    "underscores in a number": ("W9627", options("ID: ▲1_000")),
    "a mode without quotes": ("W9627", "files:\n  /etc/x:\n    mode: ▲000644\n    content: x\n"),
    "no in the list form": ("W9627", "option_settings:\n  - option_name: FLAG\n    value: ▲no\n"),
    "a variable of a command": ("W9627", commands("command: ls\nenv: {PATH: /bin, FLAG: ▲off}")),
    "a key that is true": ("W9628", options("▲ON: x")),
    "a key that is octal": ("W9628", "commands:\n  ▲010:\n    command: ls\n"),
    "a short form of CloudFormation": ("E9629", "Outputs:\n  Topic:\n    Value: ▲!Ref AWSEBEnvironmentName\n"),
    "a list of sections": ("E9684", "▲- commands\n"),
    "a text alone": ("E9684", "▲commands\n"),
    "an unknown section": ("E9683", "▲OptionSettings:\n  - {}\n"),
    "a section in capitals": ("E9683", "commands: {}\n▲resources: {}\n"),
    "an unknown key of a command": ("W9640", commands("command: ls\n▲ignoreError: true")),
    "leader_only in commands": ("W9640", commands("command: ls\n▲leader_only: true", "commands")),
    "an unknown package manager": ("W9640", "packages:\n  ▲apt: {git: []}\n"),
    "a command without a command": ("E9641", "commands:\n  a: ▲{cwd: /}\n"),
    "an option without a name": ("E9641", "option_settings:\n  - ▲value: x\n"),
    "one file of a service": ("W9643", "services:\n  sysvinit:\n    nginx:\n      files: ▲/etc/nginx/nginx.conf\n"),
    "a command as text": ("E9642", "commands:\n  a: ▲ls -l\n"),
    "commands as a list": ("E9642", "commands:\n  ▲- command: ls\n"),
    "packages as a list": ("E9642", "packages:\n  yum:\n    ▲- git\n"),
    "options without a namespace": ("E9642", "option_settings:\n  FLAG: ▲x\n"),
    "a list as an option's value": ("W9643", options("LIST: ▲[a, b]")),
    "leader_only that is a word": ("E9642", commands("command: ls\nleader_only: ▲maybe")),
    "an unknown encoding": ("E9644", 'files:\n  /x: {mode: "000644", content: x, encoding: ▲gzip}\n'),
    "a mode of three digits": ("W9649", 'files:\n  /x: {mode: ▲"755", content: x}\n'),
    "a mode that is not octal": ("W9649", 'files:\n  /x: {mode: ▲"000999", content: x}\n'),
    "a user by name": ("W9649", "users:\n  bob:\n    uid: ▲root\n"),
    "a group by name": ("W9649", "groups:\n  staff:\n    gid: ▲'-1'\n"),
    "a mapping as an option's value": ("W9643", options("A: ▲{b: c}")),
    "a mapping as an option's value in a list": ("W9643", "option_settings:\n  - option_name: A\n    value: ▲{b: c}\n"),
    "a key of Windows": ("I9647", commands("command: ls\n▲waitAfterCompletion: 5")),
    "Conditions": ("I9647", "▲Conditions: {}\n"),
    "a relative path": ("W9648", "files:\n  ▲etc/x: {content: x}\n"),
    "a shared load balancer": (
        "W9686",
        "option_settings:\n  aws:elasticbeanstalk:environment:\n    ▲LoadBalancerIsShared: true\n",
    ),
    "content and source": ("W9689", "files:\n  /x:\n    content: x\n    ▲source: https://example.com\n"),
    "neither content nor source": ("W9690", "files:\n  ▲/x:\n    owner: root\n"),
    "a hook of the old platform": (
        "W9691",
        "files:\n  ▲/opt/elasticbeanstalk/hooks/appdeploy/pre/x.sh:\n    content: x\n",
    ),
    "the file of the old platform": (
        "W9692",
        commands("command: |\n  set -e\n  jq . ▲/opt/elasticbeanstalk/deploy/configuration/containerconfiguration"),
    ),
    "the old file in a script": (
        "W9692",
        "files:\n  /x.sh:\n    content: |\n      ▲/opt/elasticbeanstalk/support/envvars\n",
    ),
    "export through xargs": ("W9693", commands("command: |\n  set -e\n  ▲export $(cat env | xargs)")),
    "export of a file": ("W9693", commands("command: ▲export $(cat env)")),
    "export of a file's text": ("W9693", commands("command: ▲export $(< env)")),
    "eval of a file": ("W9693", commands("command: ▲eval $(cat env)")),
    "eval of a variable": ("W9693", commands("command: ▲eval $vars")),
    "export through xargs in backquotes": ("W9693", commands("command: ▲export `cat env | xargs`; run")),
    "an append": ("W9694", commands("command: echo A=1 ▲>> /etc/environment")),
    "an append in a list": ("W9694", commands('command: [bash, -c, "echo A=1 ▲>> /etc/environment"]')),
    "an append in the second line": ("W9694", commands("command: |\n  file=/etc/environment\n  echo A=1 ▲>> $file")),
    "sudo": ("I9695", commands("command: ▲sudo yum install -y jq")),
    "variables without PATH": ("W9696", commands('command: ls\nenv: ▲{A: "1"}')),
    "a migration everywhere": ("W9697", commands("command: python3 ▲manage.py migrate --no-input")),
    "a migration of Rails": ("W9697", commands("command: bundle exec ▲rake db:migrate")),
    "a migration as a list": ("W9697", commands('command: [python3, ▲manage.py, migrate, "--no-input"]')),
    "a migration before the bundle": ("W9697", commands("command: php ▲artisan migrate", "commands")),
    "a test beside leader_only": ("W9698", commands("command: ls\nleader_only: true\n▲test: which php")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_alone_and_at_its_place(fault: str, tmp_path: Path) -> None:
    rule, text = FAULTS[fault]
    assert findings(tmp_path, {INIT: text}) == [(rule, *places(text)[0])]


@pytest.mark.parametrize("command", ['eval "$(ssh-agent -s)"', "export PATH=$(cat path)", "medieval $vars"])
def test_a_command_that_resembles_a_trap_has_no_findings(command: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: commands(f"command: {command}")}) == []


@pytest.mark.parametrize("number", ["50", '"50"'])
def test_the_id_of_a_user_or_group_may_be_a_text(number: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: f"groups:\n  a: {{gid: {number}}}\nusers:\n  b: {{uid: {number}}}\n"}) == []


HEALTH = "aws:elasticbeanstalk:healthreporting:system"
DOCUMENT = '{"CloudWatchMetrics": {"Environment": {"ApplicationRequests5xx": 60}, "Instance": {"CPUIdle": null}}}'


@pytest.mark.parametrize(
    "text",
    [
        f"option_settings:\n  {HEALTH}:\n    ConfigDocument: {DOCUMENT}\n",
        f"option_settings:\n  - namespace: {HEALTH}\n    option_name: ConfigDocument\n    value: {DOCUMENT}\n",
    ],
)
def test_only_the_document_of_metrics_may_be_a_mapping(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: text}) == []
    for other in (text.replace("ConfigDocument", "SystemType"), text.replace(HEALTH, "aws:elasticbeanstalk:command")):
        assert "W9643" in [rule for rule, *_ in findings(tmp_path, {INIT: other})]


def test_the_value_of_an_option_may_be_a_function(tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: options("A: {Ref: AWSEBEnvironmentName}")}) == []


def test_a_finding_on_a_key_names_its_source(tmp_path: Path) -> None:
    findings(tmp_path, {INIT: "Conditions: {}\n", DOCKERRUN: file(web(), '"AWSEBDockerrunVersion": 2, "family": "a"')})
    messages = [finding.message for finding in bundle_findings(tmp_path)]
    assert messages == [
        "`Conditions`: a key of CloudFormation that EB's guide does not mention",
        "`family`: a key of ECS that EB's guide does not mention",
    ]


def test_commands_cannot_run_files_of_the_bundle(tmp_path: Path) -> None:
    text = commands("command: ▲bash ./bin/setup.sh", "commands")
    files = {INIT: text, "bin/setup.sh": ""}
    assert findings(tmp_path, files) == [("W9699", *places(text)[0])]
    (tmp_path / INIT).unlink()
    assert findings(tmp_path, files | {INIT: commands("command: bash ./bin/setup.sh")}) == []


def test_an_environment_property_cannot_be_a_function_on_the_ecs_platform(tmp_path: Path) -> None:
    text = options('NAME: ▲\'`{"Ref": "AWSEBEnvironmentName"}`\'')
    assert findings(tmp_path, {INIT: text}) == []
    assert findings(tmp_path, {INIT: text, DOCKERRUN: file(web())}) == [("W9687", *places(text)[0])]


@pytest.mark.parametrize("name", ["app/.ebextensions/x.config", "__MACOSX/.ebextensions/._x.config"])
def test_every_folder_called_ebextensions_is_read(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: "▲- a"}) == [("E9684", 1, 1)]


@pytest.mark.parametrize("name", [".ebextensions/init.yaml", ".ebextensions/x.yml"])
def test_a_file_with_another_ending_is_not_read(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: "- a", DOCKERRUN: file(web())}) == [("I9614", 1, 1)]


@pytest.mark.parametrize("comment", ["<!-- gems -->", "// gems", "/* gems */", "; gems", "-- gems", "% gems"])
def test_a_comment_of_another_language_is_explained(comment: str, tmp_path: Path) -> None:
    findings(tmp_path, {INIT: f"{comment}\ncommands:\n  a:\n    command: date\n"})
    [finding] = bundle_findings(tmp_path)
    assert finding.id == "E9621"
    assert finding.message.endswith("; a comment begins with #")


@pytest.mark.parametrize("comment", ["# gems", "  # <!-- gems -->", "#!yaml"])
def test_a_comment_of_yaml_has_no_findings(comment: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: f"{comment}\ncommands:\n  a:\n    command: date\n"}) == []
