"""What is wrong with settings together, and with those of an environment of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.options.table import Table
from beanstack.eb.settings import Context, Setting, concerned

if TYPE_CHECKING:
    from tests.eb.conftest import Checked

GROUP = "aws:autoscaling:asg"
LAUNCH = "aws:autoscaling:launchconfiguration"
ACTION = "aws:autoscaling:scheduledaction"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
DATABASE = "aws:rds:dbinstance"


@pytest.mark.parametrize(
    ("values", "ids"), [(("1", "2"), ["E9511"]), (("1", "1"), ["W9511"]), (("1", None), ["W9511"])]
)
def test_an_option_that_is_set_twice_is_reported_at_the_second(
    checked: Checked, values: tuple[str, str | None], ids: list[str]
) -> None:
    findings = checked((GROUP, "MaxSize", values[0]), (GROUP.upper(), "maxsize", values[1]))
    twice = [finding for finding in findings if finding.id.endswith("9511")]
    assert [finding.id for finding in twice] == ids
    assert concerned(twice[0]) == [1, 0]


def test_several_subscriptions_are_no_error_since_the_guide_allows_them(checked: Checked) -> None:
    topics = "aws:elasticbeanstalk:sns:topics"
    endpoints = [(topics, "Notification Endpoint", f"{name}@example.com") for name in ("ops", "shop")]
    protocols = [(topics, "Notification Protocol", name) for name in ("email", "email-json")]
    findings = checked(*endpoints, *protocols)
    assert [(finding.id, *finding.path[:1]) for finding in findings] == [("W9511", 1), ("W9511", 3)]
    assert "users that only one is made" in findings[0].message


def test_a_message_names_a_default_only_where_the_rule_goes_by_it(checked: Checked) -> None:
    own = checked((LAUNCH, "DisableDefaultEC2SecurityGroup", "true"))[0].message
    assert "(SecurityGroups is not set, " in own
    assert "MaxSize is '4' by default" in checked((GROUP, "MinSize", "5"))[0].message


def test_an_option_of_two_files_is_a_note_and_the_later_one_counts() -> None:
    unknown = Context(None, None, complete=False)
    settings = [Setting(GROUP, "MinSize", "9", source="a"), Setting(GROUP, "MaxSize", "4", source="a")]
    settings += [Setting(GROUP, "minsize", "1", source="b"), Setting(GROUP, "MaxSize", "5", source="b")]
    settings += [Setting(GROUP, "MaxSize", "6", source="b")]
    findings = check_options(settings, facts(), unknown)
    assert [(finding.id, *concerned(finding)) for finding in findings] == [
        ("I9511", 2, 0),
        ("W9516", 2),
        ("I9511", 3, 1),
        ("W9511", 4, 3),
    ]


def test_an_empty_setting_takes_back_an_earlier_one(checked: Checked) -> None:
    settings = (GROUP, "MinSize", "3"), (GROUP, "MaxSize", "2"), (GROUP, "MaxSize", "")
    assert [finding.id for finding in checked(*settings)] == ["E9511"]


@pytest.mark.parametrize(
    ("platform", "namespace", "ids"),
    [
        ("ecs-*", "aws:elasticbeanstalk:container:python", ["E9515"]),
        ("python-*", "aws:elasticbeanstalk:container:python", []),
        ("unheard-of-*", "aws:elasticbeanstalk:container:python", []),
    ],
)
def test_a_platform_that_is_known_in_part_rules_out_what_none_of_its_kind_has(
    platform: str, namespace: str, ids: list[str]
) -> None:
    context = Context(None, platform, complete=False)
    findings = check_options([Setting(namespace, "NumThreads", "1")], facts(), context)
    assert [(finding.id, finding.path[1]) for finding in findings] == [(found, "namespace") for found in ids]


def test_a_platform_that_is_known_in_part_has_the_defaults_that_all_of_its_kind_have() -> None:
    defaults = {
        platform: Table(facts(), Context("web", platform, complete=True)).default(f"{LAUNCH}::DisableIMDSv1")
        for platform in ("ecs-al2023", "ecs-al2023*", "ecs-*")
    }
    assert defaults == {"ecs-al2023": "true", "ecs-al2023*": "true", "ecs-*": None}


def test_properties_that_differ_in_case_are_two(checked: Checked) -> None:
    assert checked((PROPERTIES, "LEVEL", "1"), (PROPERTIES, "Level", "2"))[0].id == "I9506"


def test_actions_of_two_names_are_two(checked: Checked) -> None:
    sizes = [(ACTION, name, "1", action) for action in ("day", "night") for name in ("MinSize", "MaxSize")]
    starts = [(ACTION, "StartTime", f"2030-01-0{day}T06:00:00Z", action) for day, action in ((1, "day"), (2, "night"))]
    assert checked(*sizes, *starts) == []


@pytest.mark.parametrize(
    ("namespace", "option", "resource", "ids"),
    [
        (GROUP, "Cooldown", "mine", ["W9510"]),
        (GROUP, "Cooldown", "AWSEBAutoScalingGroup", []),  # as the service reports it itself
        ("aws:autoscaling:trigger", "Period", "mine", []),
    ],
)
def test_a_resource_name_is_needless_where_the_namespace_has_no_use_for_it(
    checked: Checked, namespace: str, option: str, resource: str, ids: list[str]
) -> None:
    findings = checked((namespace, option, "5", resource))
    assert [(finding.id, finding.path[1]) for finding in findings] == [(found, "resource") for found in ids]


def test_a_single_instance_has_no_load_balancer(checked: Checked) -> None:
    single = (ENVIRONMENT, "EnvironmentType", "singleinstance")
    assert [finding.id for finding in checked(single, ("aws:elb:policies", "Stickiness Policy", "true"))] == ["W9513"]


@pytest.mark.parametrize(("namespace", "option"), [("aws:elb", "ListenerProtocol"), ("aws:elbv2", "Protocol")])
def test_a_setting_without_effect_needs_nothing_else(checked: Checked, namespace: str, option: str) -> None:
    secure = (f"{namespace}:listener:443", option, "HTTPS")  # which would need a certificate
    single = (ENVIRONMENT, "EnvironmentType", "SingleInstance")
    assert [finding.id for finding in checked(single, secure)] == ["W9513"]
    worker = Context("worker", None, complete=True)
    assert [finding.id for finding in checked(secure, context=worker)] == ["W9514"]
    other = (f"{namespace}:listener:80", option, "HTTP")
    assert [finding.id for finding in checked(other, secure, context=worker)] == ["W9514"]


def test_a_refused_value_is_reported_even_if_the_setting_has_no_effect(checked: Checked) -> None:
    single = (ENVIRONMENT, "EnvironmentType", "SingleInstance")
    found = checked(single, ("aws:elbv2:loadbalancer", "IpAddressType", "dualstack"))
    assert [finding.id for finding in found] == ["E9512", "W9513"]


def test_a_worker_needs_no_load_balancer_options(checked: Checked) -> None:
    worker = Context("worker", "ecs-al2023", complete=True)
    own = (LAUNCH, "DisableDefaultEC2SecurityGroup", "true"), (LAUNCH, "SecurityGroups", "sg-0123456789abcdef0")
    assert checked(*own, ("aws:elasticbeanstalk:sqsd", "MaxRetries", "3"), context=worker) == []
    assert [finding.id for finding in checked(*own, (PROCESS, "Port", "80"), context=worker)] == ["W9514"]


def test_where_the_environment_is_not_known_nothing_is_said_of_it(checked: Checked) -> None:
    unknown = Context(None, None, complete=False)
    settings = [
        ("aws:elasticbeanstalk:sqsd", "MaxRetries", "3"),
        ("aws:elasticbeanstalk:xray", "XRayEnabled", "true"),
        ("aws:elbv2:loadbalancer", "IdleTimeout", "60"),
        ("aws:elasticbeanstalk:windows:activedirectory", "DirectoryId", "d-0123456789"),
    ]
    assert checked(*settings, context=unknown) == []


def test_a_finding_never_shows_a_secret(checked: Checked) -> None:
    settings = [(DATABASE, "DBPassword", "hunter2"), (PROPERTIES, "API_KEY", "hunter2")]
    settings += [(DATABASE, "HasCoupledDatabase", "true"), (PROPERTIES, "URL", "http://u:hunter2@host")]
    findings = checked(*settings)
    assert len(findings) == 4
    assert "hunter2" not in " ".join(finding.message for finding in findings)


def test_findings_follow_the_order_of_settings_after_missing_ones() -> None:
    settings = [Setting(GROUP, "MinSize", "two"), Setting(GROUP, "Cooldown", "none")]
    findings = check_options(settings, facts(), Context("web", "ecs-al2023", complete=True))
    assert [(finding.id, *finding.path[:1]) for finding in findings] == [("W9521",), ("E9503", 0), ("E9503", 1)]
