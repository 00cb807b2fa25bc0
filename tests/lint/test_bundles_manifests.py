"""env.yaml and saved configurations: each fault by itself, at the place that ▲ marks, and what stays accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import MARK, findings, places
from tests.lint.test_bundles_dockerrun import DOCKERRUN, file, web

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST, SAVED = "env.yaml", ".elasticbeanstalk/saved_configs/prod.cfg.yml"
VERSION = "AWSConfigurationTemplateVersion: 1.1.0.0\n"
ARN = "arn:aws:elasticbeanstalk:us-east-2::platform/"
ECS = f'Platform: {{PlatformArn: "{ARN}ECS running on 64bit Amazon Linux 2023/4.7.7"}}\n'
NODE = f'Platform: {{PlatformArn: "{ARN}Node.js 24 running on 64bit Amazon Linux 2023/6.6.0"}}\n'
WORKER = "EnvironmentTier: {Name: Worker, Type: SQS/HTTP}\n"


def settings(namespace: str, line: str) -> str:
    return f"OptionSettings:\n  {namespace}:\n    {line}\n"


GOOD = f"""\
EnvironmentConfigurationMetadata:
  Description: of a running environment
  DateCreated: '1520633151000'
{ECS}EnvironmentTier:
  Type: Standard
  Name: WebServer
OptionSettings:
  AWSEBAutoScalingScaleUpPolicy.aws:autoscaling:trigger:
    UpperBreachScaleIncrement: '1'
  AWSEBCloudwatchAlarmLow.aws:autoscaling:trigger:
    LowerThreshold: '2000000'
    MeasureName: NetworkOut
  aws:elasticbeanstalk:command:
    BatchSize: 30
    BatchSizeType: Percentage
  aws:elasticbeanstalk:application:
    Application Healthcheck URL: /
  aws:elasticbeanstalk:application:environment:
    EMPTY: null
    LEVEL: info
  aws:elasticbeanstalk:healthreporting:system:
    SystemType: enhanced
Tags:
  Cost Center: WebApp Dev
{VERSION}"""
GROUPED = f"""\
{VERSION}SolutionStack: 64bit Amazon Linux 2023 v6.6.0 running Node.js 24
CName: front-A08G28LG+
EnvironmentName: front+
EnvironmentLinks:
  "QUEUE": "worker+"
"""
FAULTS = {
    "no version": ("E9641", "▲EnvironmentName: shop-prod\n"),
    "another version": ("W9649", "AWSConfigurationTemplateVersion: ▲1.2.0.0\n"),
    "an unknown key": ("W9640", f"{VERSION}▲EnvironmentNames: shop\n"),
    "settings of .ebextensions": ("W9640", f"{VERSION}▲option_settings: []\n"),
    "settings as a list": ("E9642", f"{VERSION}OptionSettings:\n  ▲- {{Namespace: a}}\n"),
    "a namespace without options": ("E9642", f"{VERSION}OptionSettings:\n  aws:autoscaling:asg: ▲4\n"),
    "a misspelt namespace": ("E9501", VERSION + settings("▲aws:autoscaling:agg", "MinSize: '1'")),
    "a misspelt option": ("E9502", VERSION + settings("aws:autoscaling:asg", "▲MinSise: '1'")),
    "a misspelt option of a named resource": (
        "E9502",
        VERSION + settings("AWSEBCloudwatchAlarmLow.aws:autoscaling:trigger", "▲LowerTreshold: '1'"),
    ),
    "a value out of range": ("E9504", VERSION + settings("aws:autoscaling:asg", "Cooldown: ▲'10001'")),
    "a password": ("W9517", VERSION + settings("aws:rds:dbinstance", "DBPassword: ▲hunter2hunter2")),
    "a variable in a setting": ("W9857", VERSION + settings("aws:autoscaling:asg", "MinSize: ▲${MIN}")),
    "a variable in a name": ("W9857", f"{VERSION}EnvironmentName: ▲shop-${{STAGE}}\n"),
    "a word that YAML reads as false": (
        "W9627",
        VERSION + settings("aws:elasticbeanstalk:application:environment", "DEBUG: ▲no"),
    ),
    "a tier that does not exist": ("E9870", f"{VERSION}EnvironmentTier: {{Name: ▲Web, Type: Standard}}\n"),
    "a tier of another type": ("E9870", f"{VERSION}EnvironmentTier: {{Name: Worker, Type: ▲Standard}}\n"),
    "an option of the other tier": (
        "W9514",
        VERSION + WORKER + settings("▲aws:elasticbeanstalk:environment:process:default", "Port: '80'"),
    ),
    "a platform that is an ARN": ("E9531", f"{VERSION}SolutionStack: ▲{ARN}Docker running on 64bit Amazon Linux 2\n"),
    "a platform without a version": ("E9531", f"{VERSION}SolutionStack: ▲64bit Amazon Linux 2023 running Docker\n"),
    "a solution stack for an ARN": (
        "E9531",
        f"{VERSION}Platform:\n  PlatformArn: ▲64bit Amazon Linux 2023 v4.0.0 running Docker\n",
    ),
    "a retired platform": ("W9532", f"{VERSION}SolutionStack: ▲64bit Amazon Linux 2018.03 v2.9.0 running Python 3.6\n"),
    "a name with an underscore": ("E9871", f"{VERSION}EnvironmentName: ▲my_shop\n"),
    "a name of three letters": ("E9871", f"{VERSION}EnvironmentName: ▲abc\n"),
    "a name that is too long": ("E9871", f"{VERSION}EnvironmentName: ▲{'a' * 41}\n"),
    "a plus sign within a name": ("E9871", f"{VERSION}CName: ▲a+b+\n"),
    "a domain for a CNAME": ("E9871", f"{VERSION}CName: ▲shop.eu-west-1.elasticbeanstalk.com\n"),
    "links on ECS": ("W9872", f"{VERSION}{ECS}▲EnvironmentLinks: {{QUEUE: worker+}}\n"),
    "links as a list": ("E9642", f"{VERSION}EnvironmentLinks:\n  ▲- QUEUE: worker+\n"),
    "a key twice": ("E9623", f"{VERSION}▲{VERSION}"),
    "a tab": ("E9622", f"{VERSION}OptionSettings:\n▲\tx: 1\n"),
}


@pytest.mark.parametrize("name", [MANIFEST, SAVED])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_alone_and_at_its_place(fault: str, name: str, tmp_path: Path) -> None:
    rule, text = FAULTS[fault]
    assert findings(tmp_path, {name: text}) == [(rule, *places(text)[0])]


@pytest.mark.parametrize("name", [MANIFEST, SAVED, ".elasticbeanstalk/prod.cfg.yml"])
@pytest.mark.parametrize("text", [GOOD, GROUPED, VERSION, VERSION + WORKER, f"{VERSION}SolutionStack: <STACK>\n"])
def test_a_good_file_has_no_findings(name: str, text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: text}) == []


@pytest.mark.parametrize("name", [MANIFEST, "prod.cfg.yml"])
def test_a_file_can_be_checked_alone(name: str, tmp_path: Path) -> None:
    _, text = FAULTS["a misspelt option"]
    (tmp_path / name).write_text(text.replace(MARK, ""))
    [finding] = bundle_findings(tmp_path / name)
    assert (finding.id, finding.place) == ("E9502", (f"{tmp_path}/{name}", *places(text)[0]))


def test_the_platform_of_a_manifest_is_that_of_its_settings_alone(tmp_path: Path) -> None:
    option = settings("aws:elasticbeanstalk:container:nodejs", "NodeCommand: npm start")
    found = findings(tmp_path, {MANIFEST: VERSION + NODE + option})
    assert "9515" in {rule[1:] for rule, *_ in found}
    assert findings(tmp_path, {MANIFEST: VERSION + NODE}) == []


def test_what_the_service_itself_saved_is_no_error(tmp_path: Path) -> None:
    text = VERSION + settings("aws:elasticbeanstalk:healthreporting:system", "AWSEBHealthdGroupId: a-b")
    assert [rule for rule, *_ in findings(tmp_path, {SAVED: text})] == ["I9519"]


def test_environment_links_have_no_effect_beside_containers_of_ecs(tmp_path: Path) -> None:
    text = f"{VERSION}▲EnvironmentLinks: {{QUEUE: worker+}}\n"
    assert findings(tmp_path, {MANIFEST: text, DOCKERRUN: file(web())}) == [("W9872", *places(text)[0])]


def test_an_env_yaml_of_another_tool_is_only_mentioned(tmp_path: Path) -> None:
    assert findings(tmp_path, {MANIFEST: "name: science\ndependencies: [numpy]\n"}) == [("I9873", 1, 1)]
    assert findings(tmp_path, {MANIFEST: "- a\n"}) == [("I9873", 1, 1)]


def test_a_saved_configuration_that_is_no_mapping_is_an_error(tmp_path: Path) -> None:
    assert findings(tmp_path, {SAVED: "- a\n"}) == [("E9642", 1, 1)]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("env.yml", "did you mean 'env.yaml'?"),
        ("Env.yaml", "did you mean 'env.yaml'?"),
        ("env.json", "did you mean 'env.yaml'?"),
        (".ebextensions/prod.cfg.yml", ".elasticbeanstalk/saved_configs/"),
        ("saved_configs/prod.cfg.yml", ".elasticbeanstalk/saved_configs/"),
        ("app/.elasticbeanstalk/saved_configs/prod.cfg.yml", ".elasticbeanstalk/saved_configs/"),
    ],
)
def test_a_file_in_the_wrong_place_is_reported(name: str, right: str, tmp_path: Path) -> None:
    findings(tmp_path, {name: GROUPED, DOCKERRUN: file(web())})
    [finding] = bundle_findings(tmp_path)
    assert (finding.id, finding.allowed) == ("W9613", right)


def test_an_env_yml_of_another_tool_is_left_alone(tmp_path: Path) -> None:
    assert findings(tmp_path, {"env.yml": "name: science\n", DOCKERRUN: file(web())}) == []
