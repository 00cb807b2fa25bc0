"""Which option settings exist according to the facts."""

from __future__ import annotations

import pytest

from beanstack.eb.options.keys import Key
from beanstack.localaws.api import ServiceError
from beanstack.localaws.optionsettings import check, described, exists, settings, value


@pytest.mark.parametrize(
    ("namespace", "option", "known"),
    [
        ("aws:autoscaling:asg", "MaxSize", True),
        ("aws:autoscaling:asg", "maxsize", True),
        ("AWS:autoscaling:ASG", "MaxSize", True),
        ("aws:autoscaling:asg", "Max Size", False),
        ("aws:autoscaling", "MaxSize", False),
        ("aws:elasticbeanstalk:application:environment", "ANY_NAME", True),
        ("aws:elasticbeanstalk:application:environment", "no spaces", False),
        ("aws:elasticbeanstalk:environment:process:default", "HealthCheckPath", True),
        ("aws:elasticbeanstalk:environment:process:admin", "HealthCheckPath", True),
        ("aws:elasticbeanstalk:environment:process:admin", "HealthPath", False),
        ("aws:elbv2:listener:443", "Protocol", True),
        ("aws:elbv2:listener:https", "Protocol", False),
        ("aws:elasticbeanstalk:eks:environment", "Anything", True),
        ("", "", False),
    ],
)
def test_known_namespaces_and_options_exist(namespace: str, option: str, known: bool) -> None:
    assert exists(namespace, option) is known


def test_the_error_names_the_option() -> None:
    with pytest.raises(ServiceError) as caught:
        check([Key("aws:none", "None")])
    assert caught.value.message == (
        "Configuration validation exception: Invalid option specification "
        "(Namespace: 'aws:none', OptionName: 'None'): Unknown configuration setting."
    )


def test_a_secret_is_never_described() -> None:
    table = settings([{"Namespace": "aws:rds:dbinstance", "OptionName": "DBPassword", "Value": "secret"}])
    assert [record["Value"] for record in described(table)] == ["********"]


def test_settings_of_different_resources_are_kept_apart() -> None:
    action = {"Namespace": "aws:autoscaling:scheduledaction", "OptionName": "MinSize"}
    table = settings([{**action, "ResourceName": "day", "Value": "2"}, {**action, "ResourceName": "night", "Value": 0}])
    assert {record["ResourceName"]: record["Value"] for record in described(table)} == {
        "day": "2",
        "night": "0",
    }


def test_a_template_may_hold_booleans_and_numbers() -> None:
    namespace = "aws:autoscaling:asg"
    table = settings(
        [
            {"Namespace": namespace, "OptionName": "EnableCapacityRebalancing", "Value": True},
            {"Namespace": namespace, "OptionName": "MaxSize", "Value": 4},
            {"Namespace": namespace, "OptionName": "MaxSize", "Value": 5},
        ]
    )
    assert value(table, (namespace, "EnableCapacityRebalancing")) == "true"
    assert value(table, (namespace, "MaxSize")) == "5"
    assert value(table, (namespace, "MinSize")) == ""
