"""Option settings in a bundle's .ebextensions."""

from __future__ import annotations

import pytest

from beanstack.archive import archive
from beanstack.eb.settings import Setting
from beanstack.extensions import ExtensionsError, option_settings

PROPERTIES = "aws:elasticbeanstalk:application:environment"


def read(**files: str) -> list[tuple[str | None, ...]]:
    bundle = archive({f".ebextensions/{name}.config": text.encode() for name, text in files.items()})
    return [setting[:4] for setting in option_settings(bundle)]


def test_a_mapping_of_namespaces_is_read() -> None:
    text = """
option_settings:
  aws:autoscaling:asg:
    MaxSize: 4
    EnableCapacityRebalancing: yes
  night.aws:autoscaling:scheduledaction:
    StartTime: 2026-01-31T06:00:00Z
  aws:ec2:instances:
    InstanceTypes: [t3.micro, t3.small]
  aws:elasticbeanstalk:healthreporting:system:
    ConfigDocument: {Version: 1}
"""
    assert read(a=text) == [
        ("aws:autoscaling:asg", "MaxSize", "4", ""),
        ("aws:autoscaling:asg", "EnableCapacityRebalancing", "true", ""),
        ("aws:autoscaling:scheduledaction", "StartTime", "2026-01-31T06:00:00Z", "night"),
        ("aws:ec2:instances", "InstanceTypes", "t3.micro,t3.small", ""),
        ("aws:elasticbeanstalk:healthreporting:system", "ConfigDocument", '{"Version": 1}', ""),
    ]


def test_a_list_of_settings_is_read() -> None:
    text = """
option_settings:
- {option_name: MODE, value: fast}
- {namespace: aws:autoscaling:asg, option_name: MinSize, value: 2}
- {namespace: aws:autoscaling:scheduledaction, resource_name: night, option_name: MinSize, value: 0}
"""
    assert read(a=text) == [
        (PROPERTIES, "MODE", "fast", ""),
        ("aws:autoscaling:asg", "MinSize", "2", ""),
        ("aws:autoscaling:scheduledaction", "MinSize", "0", "night"),
    ]


def test_files_are_read_in_order_of_their_names() -> None:
    text = "option_settings: {aws:autoscaling:asg: {MaxSize: %s}}"
    assert [setting[2] for setting in read(b=text % 2, a=text % 1)] == ["1", "2"]


def test_a_value_that_is_resolved_later_is_unknown() -> None:
    text = """
option_settings:
  aws:elasticbeanstalk:application:environment:
    TOPIC: '`{"Ref": "Topic"}`'
    QUEUE: {Ref: Queue}
"""
    assert [setting[2] for setting in read(a=text)] == [None, None]


def test_what_is_no_option_setting_is_ignored() -> None:
    assert read(a="commands: {}", b="", c="option_settings: ~", d="option_settings: {aws:autoscaling:asg: ~}") == []
    other = archive({"option.config": b"option_settings: {a: {b: c}}", ".ebextensions/notes.txt": b"{"})
    assert option_settings(other) == []


def test_the_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ExtensionsError, match=r"^\.ebextensions/a\.config is not YAML: "):
        read(a="{")
    with pytest.raises(ExtensionsError, match="not a readable zip"):
        option_settings(b"PK truncated")


def test_settings_name_their_file() -> None:
    bundle = archive({".ebextensions/a.config": b"option_settings: {aws:autoscaling:asg: {MaxSize: 1}}"})
    assert option_settings(bundle) == [Setting("aws:autoscaling:asg", "MaxSize", "1", "", ".ebextensions/a.config")]
