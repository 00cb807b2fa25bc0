"""No message holds what could turn a line around or move a terminal's cursor, whether it is a value or a key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from beanstack.config import ConfigError, load
from beanstack.differences import difference
from beanstack.eb.findings import Finding, printable, printable_lines
from beanstack.lint.__main__ import main as lint
from beanstack.operate.comparison.model import Change, Comparison, Danger
from beanstack.operate.comparison.report import as_markdown, lines, refusal
from beanstack.operate.events import Event
from beanstack.project.verbs import init
from beanstack.resources import accepted
from beanstack.takeover.command import main as take_over
from tests.conftest import MINIMAL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BAD = "\u202e\x1b[31m\x9b2J\u2066"
SHOWN = r"\u202e\x1b[31m\x9b2J\u2066"
IN_YAML = r"\u202e\x1b[31m\x9b2J\u2066"


def is_clean(text: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(
    "settings",
    [
        '"{}": 1',
        'tags: {{"aws:{}": x}}',
        'properties: {{"{}": x}}',
        'options: {{"{}": {{a: b}}}}',
        'options: {{"aws:autoscaling:asg": {{"{}": b}}}}',
        'containers: {{"{}": {{memory: 6, image: "a:1"}}}}',
        'containers: {{web: {{environment: {{"{}": x}}}}}}',
        'volumes: {{"{}": {{}}}}',
        'database: {{engine: mysql, variables: {{"{}": RDS_PORT}}}}',
    ],
)
def test_a_key_in_a_configuration_is_escaped(settings: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(f"{MINIMAL}    {settings.format(IN_YAML)}\n")
    with pytest.raises(ConfigError) as error:
        load([path], judge=accepted.judged)
    assert SHOWN in str(error.value)
    assert is_clean(str(error.value))


def test_a_key_in_a_warning_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    option = r"""{"\u202eA": "${AWS::Region}"}"""
    path.write_text(f"""{MINIMAL}    options: {{"aws:elasticbeanstalk:customoption": {option}}}\n""")
    [warning] = load([path], judge=accepted.judged).warnings
    assert r".\u202eA: nothing substitutes" in str(warning)


def test_names_in_a_bundle_are_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".ebextensions").mkdir()
    (tmp_path / f".ebextensions/{BAD}.config").write_text(
        f'"{IN_YAML}": 1\noption_settings: {{"{IN_YAML}": {{a: b}}, "aws:autoscaling:asg": {{"{IN_YAML}": 1}}}}\n'
    )
    (tmp_path / "Dockerrun.aws.json").write_text(json.dumps({"AWSEBDockerrunVersion": 2, BAD: 1}))
    lint([str(tmp_path)])
    found = capsys.readouterr().out
    assert found.count(SHOWN) > 4
    assert is_clean(found)


def shown(comparison: Comparison) -> Iterable[str]:
    yield from (line for _, line in lines(comparison))
    yield from map(refusal, comparison.dangers)
    yield as_markdown("dev", comparison)


def test_names_in_a_comparison_are_escaped() -> None:
    danger = Danger("data-loss", f"of {BAD}", f"{BAD} would go\n{BAD}", f"keep\n{BAD}")
    change = Change("dev", "modify", BAD, "AWS::S3::Bucket", "none", (f"{BAD}: 1 -> 2",))
    found = list(shown(Comparison(("dev",), (danger,), (change,), (BAD,), (BAD,), (BAD,), (BAD,))))
    assert all(map(is_clean, found))
    assert "".join(found).count(SHOWN) > 10


def test_what_an_event_says_is_escaped() -> None:
    event = Event(datetime(2026, 1, 1, tzinfo=UTC), "EB", "INFO", f"{BAD}\tand\nmore")
    assert str(event) == f"2026-01-01 00:00:00 INFO {SHOWN}\tand\nmore"


def test_names_of_an_environment_that_is_taken_over_are_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [("aws:elasticbeanstalk:application:environment", f"{BAD}A"), (BAD, BAD), ("aws:autoscaling:asg", BAD)]
    settings = [{"Namespace": namespace, "OptionName": name, "Value": "x"} for namespace, name in options]
    platform = "arn:aws:elasticbeanstalk:eu-west-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7"
    described = {"ApplicationName": "shop", "EnvironmentName": "shop-dev", "PlatformArn": platform}
    whole = {"ConfigurationSettings": [{**described, "OptionSettings": settings}]}
    (tmp_path / "settings.json").write_text(json.dumps(whole))
    container = {
        "name": "web",
        "image": "nginx:1",
        "memory": 64,
        "portMappings": [{"hostPort": 80, "containerPort": 80}],
    }
    (tmp_path / "bundle").mkdir()
    task = {"AWSEBDockerrunVersion": 2, BAD: 1, "containerDefinitions": [{**container, BAD: 1}]}
    (tmp_path / "bundle/Dockerrun.aws.json").write_text(json.dumps(task))
    words = ["--settings", str(tmp_path / "settings.json"), "--bundle", str(tmp_path / "bundle")]
    assert take_over([*words, "--project", str(tmp_path)]) == 0
    found = capsys.readouterr().out
    assert found.count(SHOWN) > 3
    assert is_clean(found)


def test_names_in_a_compose_file_are_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "compose.yaml").write_text(
        f'services:\n  web: {{image: "nginx:1", ports: ["80:80"], "{IN_YAML}": 1}}\n'
    )
    assert init([str(tmp_path), "--application", "shop", "--region", "eu-west-1"]) == 0
    found = capsys.readouterr().out
    assert SHOWN in found
    assert is_clean(found)


def test_names_and_lines_of_a_difference_are_escaped() -> None:
    shown = "".join(difference(BAD, {BAD: f"a{BAD}\n".encode()}, {BAD: f"b\t{BAD}\n".encode()}))
    assert shown.count(SHOWN) == 4
    assert f"+b\t{SHOWN}\n" in shown


def test_lines_and_tabs_of_a_message_stay() -> None:
    assert printable_lines(f"a\n\tb{BAD}\r") == f"a\n\tb{SHOWN}\\r"
    assert printable("a\n\tb") == "a\\n\\tb"
    assert is_clean(str(Finding((BAD, 1), f"{BAD}\n")))
