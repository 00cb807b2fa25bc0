"""A secret from a parameter that CloudFormation shows is a warning, and so is an output that shows it."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from cfnlint.decode import decode_str
from cfnlint.template import Template

from beanstack.lint.rules.template import template_findings

PROPERTIES = "aws:elasticbeanstalk:application:environment"
DATABASE = "aws:rds:dbinstance"
SHOWN, MASKED = "{Type: String}", "{Type: String, NoEcho: true}"


def secrets(parameter: str, namespace: str, option: str, value: str, more: str = "") -> list[tuple[str, str]]:
    """Return the findings on secrets, each with the first key of its path, in a template with a parameter `Given`."""
    text = dedent(
        f"""\
        Parameters:
          Given: {parameter}
          DBPassword: {parameter}
        Resources:
          Environment:
            Type: AWS::ElasticBeanstalk::Environment
            Properties:
              ApplicationName: shop
              OptionSettings:
              - {{Namespace: "{namespace}", OptionName: {option}, Value: {value}}}
        """
    )
    decoded, problems = decode_str(text + indent(more, ""))
    assert not problems
    found = template_findings(Template(None, decoded, ["us-east-1"]))
    return [(finding.id, str(finding.path[0])) for finding in found if finding.id[1:] == "9517"]


@pytest.mark.parametrize(
    ("namespace", "option", "value"),
    [
        (PROPERTIES, "DB_PASSWORD", "!Ref Given"),
        (PROPERTIES, "API_TOKEN", '!Sub "${Given}"'),
        (PROPERTIES, "SECRET_KEY_BASE", '!Join ["", ["a", !Ref Given]]'),
        (DATABASE, "DBPassword", "!Ref Given"),
        (PROPERTIES, "DATABASE_URL", '!Sub "mysql://shop:${DBPassword}@db.example.net/shop"'),
        (PROPERTIES, "DATABASE_URL", '!Join ["", ["mysql://shop:", !Ref DBPassword, "@db.example.net/shop"]]'),
    ],
)
def test_a_secret_from_a_parameter_without_noecho_is_a_warning(namespace: str, option: str, value: str) -> None:
    assert secrets(SHOWN, namespace, option, value) == [("W9517", "Resources")]
    assert secrets("{Type: String, NoEcho: 'false'}", namespace, option, value) == [("W9517", "Resources")]
    assert secrets(MASKED, namespace, option, value) == []
    assert secrets("{Type: String, NoEcho: 'true'}", namespace, option, value) == []


@pytest.mark.parametrize(
    ("namespace", "option", "value"),
    [
        (PROPERTIES, "DB_HOST", "!Ref Given"),
        (PROPERTIES, "DB_PASSWORD", '"{{resolve:ssm-secure:/shop/db:1}}"'),
        (PROPERTIES, "DB_PASSWORD", '!Sub "{{resolve:secretsmanager:db:SecretString:password}}"'),
        (PROPERTIES, "DB_PASSWORD", '!Ref "AWS::StackName"'),
        (DATABASE, "DBUser", "!Ref Given"),
        ("aws:autoscaling:launchconfiguration", "EC2KeyName", "!Ref Given"),
    ],
)
def test_other_values_of_parameters_are_not_reported(namespace: str, option: str, value: str) -> None:
    assert secrets(SHOWN, namespace, option, value) == []


def test_a_default_that_is_a_secret_is_reported_once() -> None:
    default = "{Type: String, Default: correct-horse-9}"
    assert [id_ for id_, _ in secrets(default, PROPERTIES, "DB_PASSWORD", "!Ref Given")] == ["W9517"]
    masked = "{Type: String, NoEcho: true, Default: correct-horse-9}"
    assert [id_ for id_, _ in secrets(masked, PROPERTIES, "DB_PASSWORD", "!Ref Given")] == ["W9517"]
    assert [id_ for id_, _ in secrets("{Type: String, Default: ''}", DATABASE, "DBPassword", "!Ref Given")] == ["W9517"]


def test_an_output_that_shows_a_secret_is_a_warning() -> None:
    outputs = "Outputs:\n  Url: {Value: !Sub 'mysql://shop:${Given}@db'}\n  Name: {Value: !Ref AWS::StackName}\n"
    assert secrets(MASKED, PROPERTIES, "DB_PASSWORD", "!Ref Given", outputs) == [("W9517", "Outputs")]
    assert secrets(MASKED, PROPERTIES, "DB_HOST", "!Ref Given", outputs) == []
