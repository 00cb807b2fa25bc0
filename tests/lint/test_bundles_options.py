"""Option settings of `.ebextensions`: findings and their places, in one file and across the files of a bundle."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.eb.rules import template_rules
from beanstack.lint.__main__ import main
from beanstack.lint.bundles.linter import bundle_findings
from tests.conftest import PROJECT
from tests.lint.marked import findings, places
from tests.lint.test_bundles_dockerrun import DOCKERRUN, ROLE, file, web

if TYPE_CHECKING:
    from pathlib import Path

A, B = ".ebextensions/a.config", ".ebextensions/b.config"
COMMAND = "aws:elasticbeanstalk:command"
GROUP = "aws:autoscaling:asg"
ACTION = "aws:autoscaling:scheduledaction"
INSTANCES = "aws:ec2:instances"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"


def mapped(namespace: str, *lines: str) -> str:
    return f"option_settings:\n  {namespace}:\n" + "".join(f"    {line}\n" for line in lines)


def listed(namespace: str, option: str, value: str, *lines: str) -> str:
    keys = (f"namespace: {namespace}", f"option_name: {option}", f"value: {value}", *lines)
    return "option_settings:\n  - " + "\n    ".join(keys) + "\n"


FAULTS = {
    "a namespace": ("E9501", mapped("▲aws:elasticbeanstalk:comand", "Timeout: 60")),
    "a namespace of a list": ("E9501", listed("▲aws:elasticbeanstalk:comand", "Timeout", "60")),
    "a namespace in another case": ("W9516", mapped("▲aws:AutoScaling:asg", "Cooldown: 60")),
    "an option": ("E9502", mapped(COMMAND, "▲Timout: 60")),
    "an option of a list": ("E9502", listed(COMMAND, "▲Timout", "60")),
    "an option in JSON": ("E9502", f'{{"option_settings": {{"{COMMAND}": {{▲"Timout": 60}}}}}}'),
    "a word for a number": ("E9503", mapped(COMMAND, "Timeout: ▲soon")),
    "a word for a number in a list": ("E9503", listed(COMMAND, "Timeout", '▲"soon"')),
    "true for a number": ("E9503", mapped(GROUP, "MinSize: ▲true")),
    "a day that no calendar has": ("E9503", mapped(GROUP, "MinSize: ▲2020-13-45")),
    "a number out of range": ("E9504", mapped(GROUP, "Cooldown: ▲10001")),
    "a value that is not allowed": ("E9505", listed(COMMAND, "DeploymentPolicy", "▲Rollin")),
    "a list with a wrong item": ("E9507", mapped(INSTANCES, "InstanceTypes: ▲[t3.micro, large]")),
    "a list with spaces for commas": ("W9507", mapped(INSTANCES, "InstanceTypes: ▲t3.micro t3.small")),
    "a list for a number": ("W9643", mapped(GROUP, "MinSize: ▲[1, 2]")),
    "an empty secret": ("E9506", mapped(SECRETS, "KEY:▲")),
    "a needless resource": ("W9510", listed(GROUP, "Cooldown", "60", "resource_name: ▲mine")),
    "a needless resource before the namespace": ("W9510", mapped(f"▲mine.{GROUP}", "Cooldown: 60")),
    "a namespace behind a resource": ("W9516", mapped("night.▲aws:autoscaling:ScheduledAction", "Suspend: true")),
    "a namespace behind a resource in quotes": (
        "W9516",
        mapped('"night.▲aws:autoscaling:ScheduledAction"', "Suspend: true"),
    ),
    "no resource": ("E9509", mapped(ACTION, "▲Suspend: true")),
    "no resource in a list": ("E9509", listed(ACTION, "▲Suspend", "true")),
    "a secret": ("W9517", mapped(PROPERTIES, "DB_PASSWORD: ▲hunter2")),
    "a secret without a namespace": (
        "W9517",
        "option_settings:\n  - option_name: DB_PASSWORD\n    value: ▲hunter2\n",
    ),
    "a name with a space": ("E9506", mapped(PROPERTIES, "▲TWO WORDS: x")),
    "an option out of use": ("W9518", mapped("aws:autoscaling:launchconfiguration", "▲InstanceType: t3.micro")),
    "an undocumented option": ("I9519", mapped("aws:elasticbeanstalk:control", "▲DefaultSSHPort: 22")),
    "a size above another": ("E9520", mapped(GROUP, "MinSize: ▲9", "MaxSize: 4")),
    "an option twice": (
        "W9511",
        listed(GROUP, "MinSize", "1") + listed(GROUP, "▲MinSize", "2").removeprefix("option_settings:\n"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_alone_and_at_its_place(fault: str, tmp_path: Path) -> None:
    rule, text = FAULTS[fault]
    assert findings(tmp_path, {A: text}) == [(rule, *places(text)[0])]


@pytest.mark.parametrize(
    "value",
    [
        "1",
        '"1"',
        '\'`{"Ref": "AWS::Region"}`\'',
        "{Ref: AWS::Region}",
        '{"Fn::GetOptionSetting": {OptionName: A}}',
        "<SIZE>",
        "",
        "''",
    ],
)
def test_a_valid_or_unknown_value_has_no_findings(value: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {A: mapped(GROUP, f"MinSize: {value}"), B: listed(GROUP, "MaxSize", value)}) == []


@pytest.mark.parametrize(
    ("namespace", "line"),
    [
        (INSTANCES, "InstanceTypes: [t3.micro, t3.small]"),
        (INSTANCES, "InstanceTypes: [t3.micro, <TYPE>]"),
        ("aws:elasticbeanstalk:customoption", "CacheSubnets: [subnet-1, subnet-2]"),
    ],
)
def test_an_option_of_several_values_may_be_a_list(namespace: str, line: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {A: mapped(namespace, line)}) == []


def test_a_later_file_overrides_an_earlier_one(tmp_path: Path) -> None:
    later = mapped(GROUP, "▲MinSize: 1", "MaxSize: 4")
    assert findings(tmp_path, {B: later, A: mapped(GROUP, "Cooldown: 5", "MinSize: 9")}) == [
        ("I9511", *places(later)[0])
    ]
    [finding] = bundle_findings(tmp_path)
    assert finding.message == f"MinSize overrides that of an earlier file; see {tmp_path}/{A}:4"


def test_an_overridden_setting_is_checked_by_itself(tmp_path: Path) -> None:
    first, second = mapped(GROUP, "MinSize: ▲one"), mapped(GROUP, "▲MinSize: 1")
    assert findings(tmp_path, {A: first, B: second}) == [
        ("E9503", *places(first)[0]),
        ("I9511", *places(second)[0]),
    ]


def test_a_rule_between_options_holds_across_files(tmp_path: Path) -> None:
    first = mapped(GROUP, "MinSize: ▲9")
    assert findings(tmp_path, {A: first, B: listed(GROUP, "MaxSize", "4")}) == [("E9520", *places(first)[0])]
    [finding] = bundle_findings(tmp_path)
    assert finding.message.endswith(f"(MinSize is '9', MaxSize is '4'); see {tmp_path}/{B}:3")


def test_an_empty_value_removes_that_of_an_earlier_file(tmp_path: Path) -> None:
    files = {A: mapped(GROUP, "MaxSize: 4"), B: mapped(GROUP, "MinSize: 9", "▲MaxSize: ''")}
    assert findings(tmp_path, files) == [("I9511", *places(files[B])[0])]


def test_properties_of_all_files_must_fit_together(tmp_path: Path) -> None:
    first, second = (mapped(PROPERTIES, f"▲{name}: {'x' * 2500}") for name in ("ONE", "TWO"))
    assert findings(tmp_path, {A: first}) == []
    assert [found[0] for found in findings(tmp_path, {A: first, B: second})] == ["E9525"]
    same = mapped(PROPERTIES, f"▲ONE: {'y' * 2500}")
    assert findings(tmp_path, {A: first, B: same}) == [("I9511", *places(same)[0])]


def test_a_missing_option_is_not_reported(tmp_path: Path) -> None:
    lines = mapped("aws:elbv2:listener:443", "Protocol: HTTPS"), mapped("aws:elasticbeanstalk:sqsd", "MaxRetries: 3")
    assert findings(tmp_path, {A: lines[0], B: lines[1]}) == []


def test_a_bundle_with_containers_is_for_the_ecs_platform(tmp_path: Path) -> None:
    text = mapped("▲aws:elasticbeanstalk:container:python", "NumThreads: 4", "NumProcesses: 1")
    assert findings(tmp_path, {A: text}) == []
    assert findings(tmp_path, {A: text, DOCKERRUN: file(web())}) == [("E9515", *places(text)[0])]


@pytest.mark.parametrize(("version", "refused"), [("1", True), ('"1"', True), ("3", True), ("4", False)])
def test_a_dockerrun_of_the_docker_platform_rules_out_options_of_others(
    tmp_path: Path, version: str, refused: bool
) -> None:
    text = mapped("▲aws:elasticbeanstalk:environment:proxy:staticfiles", "/assets: assets")
    found = findings(tmp_path, {A: text, DOCKERRUN: f'{{"AWSEBDockerrunVersion": {version}}}'})
    assert (("E9515", *places(text)[0]) in found) is refused


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ({"Dockerfile": "FROM scratch\n"}, ["W9515"]),
        ({"docker-compose.yml": "services: {}\n"}, ["W9515"]),
        ({"Dockerfile": "FROM scratch\n", "Procfile": "web: gunicorn app\n"}, []),
        (
            {
                "Dockerfile": "FROM scratch\n",
                "env.yaml": "SolutionStack: 64bit Amazon Linux 2023 v4.7.7 running Python 3.13\n",
            },
            [],
        ),
        ({"env.yaml": "SolutionStack: 64bit Amazon Linux 2023 v6.11.0 running Node.js 24\n"}, ["E9515"]),
        ({"app.py": "pass\n"}, []),
    ],
)
def test_other_files_of_a_bundle_name_or_suggest_its_platform(
    tmp_path: Path, more: dict[str, str], ids: list[str]
) -> None:
    text = mapped("▲aws:elasticbeanstalk:container:python", "WSGIPath: app.wsgi", "NumThreads: 4")
    found = [finding for finding in findings(tmp_path, {A: text, **more}) if finding[0].endswith("9515")]
    assert found == [(id_, *places(text)[0]) for id_ in ids]


def test_an_option_of_retired_platforms_alone_is_refused_without_a_platform(tmp_path: Path) -> None:
    text = mapped("▲aws:elasticbeanstalk:container:nodejs", "NodeCommand: npm start", "ProxyServer: nginx")
    assert findings(tmp_path, {A: text, "Procfile": "web: npm start\n"}) == [("E9515", *places(text)[0])]


def test_secrets_of_the_environment_need_a_role_in_dockerrun(tmp_path: Path) -> None:
    text = mapped(f"▲{SECRETS}", "KEY: arn:aws:secretsmanager:us-east-1:123456789012:secret:key-1a2b3c")
    assert findings(tmp_path, {A: text}) == []
    assert findings(tmp_path, {A: text, DOCKERRUN: file(web())}) == [("W9527", *places(text)[0])]
    assert findings(tmp_path, {A: text, DOCKERRUN: file(web(), f'"AWSEBDockerrunVersion": 2, {ROLE}')}) == []
    assert findings(tmp_path, {A: text, DOCKERRUN: "▲{"}) == [("E9620", 1, 2)]


def test_only_the_port_of_the_last_file_must_be_mapped(tmp_path: Path) -> None:
    first, second = (mapped(PROCESS, f"▲Port: {n}") for n in (8080, 80))
    files = {A: first, B: second, DOCKERRUN: file(web())}
    assert findings(tmp_path, files) == [("I9511", *places(second)[0])]


def test_a_resource_of_elastic_beanstalks_own_is_known(tmp_path: Path) -> None:
    assert findings(tmp_path, {A: mapped("AWSEBCloudwatchAlarmLow.aws:autoscaling:trigger", "Period: 5")}) == []


def test_an_option_finding_is_described_in_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    findings(tmp_path, {A: mapped(GROUP, "MinSize: 0", "MaxSize: many")})
    main(["--format", "json", str(tmp_path)])
    assert [(found["id"], found["rule"], found["severity"]) for found in json.loads(capsys.readouterr().out)] == [
        ("I9504", "option-range", "informational"),
        ("E9503", "option-type", "error"),
    ]
    main(["--format", "sarif", str(tmp_path)])
    [run] = json.loads(capsys.readouterr().out)["runs"]
    rules: list[dict[str, Any]] = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["I9504", "E9503"]
    described = {rule["id"]: rule for rule in rules}
    assert described["I9504"]["defaultConfiguration"] == {"level": "note"}
    assert described["E9503"]["shortDescription"] == {"text": template_rules()["E9503"].description}


@pytest.mark.parametrize(("text", "read"), [("commands: {}\n", False), (mapped(GROUP, "MinSize: 1"), True)])
def test_the_facts_are_read_only_if_there_are_settings(text: str, read: bool, tmp_path: Path) -> None:
    assert findings(tmp_path, {A: text}) == []
    code = f"import sys; from beanstack.lint.__main__ import main; main([{str(tmp_path)!r}]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ("beanstack.eb.options.catalogue" in done.stdout.split()) is read
    assert "cfnlint" not in done.stdout.split()
