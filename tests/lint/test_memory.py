"""Values that come to the same in several scenarios are resolved once, and only those."""

from __future__ import annotations

import pytest
from cfnlint.decode import decode_str
from cfnlint.template import Template

from beanstack.lint.rules.template import template_findings

TEMPLATE = """\
Parameters:
  Least: {Type: String, AllowedValues: ["1", "9"]}
  Most: {Type: String, Default: "4"}
Conditions:
  IsLarge: !Equals [!Ref Most, "4"]
Resources:
"""
ENVIRONMENT = """\
  %s:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      ApplicationName: shop
      OptionSettings:
      - {Namespace: "aws:elasticbeanstalk:command", OptionName: Timeout, Value: !Sub "${Least}%s"}
      - {Namespace: "aws:autoscaling:asg", OptionName: Cooldown, Value: !If [IsLarge, %s]}
"""


def sources(*environments: tuple[str, str, str]) -> list[tuple[str | int, ...]]:
    """Return the path of what determines each value that is out of range."""
    text = TEMPLATE + "".join(ENVIRONMENT % environment for environment in environments)
    decoded, problems = decode_str(text)
    assert not problems
    found = template_findings(Template(None, decoded, ["us-east-1"]))
    return [finding.path for finding in found if finding.id == "E9504"]


def test_each_value_of_a_parameter_is_judged() -> None:
    """A timeout is at most 3,600: 1000 is one, 9000 is not."""
    [path] = sources(("One", "000", "10, 10"))
    assert path[:2] == ("Resources", "One")


@pytest.mark.parametrize("branches", ["20000, 10", "10, 20000"])
def test_each_branch_of_a_condition_is_judged(branches: str) -> None:
    assert [path[1] for path in sources(("One", "00", branches))] == ["One"]


def test_environments_that_differ_in_one_value_are_not_confused() -> None:
    assert [
        path[1] for path in sources(("One", "00", "10, 10"), ("Two", "000", "10, 10"), ("Three", "00", "20000, 10"))
    ] == [
        "Two",
        "Three",
    ]
