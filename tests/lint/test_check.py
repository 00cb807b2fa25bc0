"""What is wrong with one setting: its names and its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from beanstack.lint.catalogue import facts
from beanstack.lint.check import check_options
from beanstack.lint.settings import Context, Setting
from beanstack.lint.table import Table

if TYPE_CHECKING:
    from tests.lint.conftest import Checked

GROUP = "aws:autoscaling:asg"
LAUNCH = "aws:autoscaling:launchconfiguration"
ACTION = "aws:autoscaling:scheduledaction"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
COMMAND = "aws:elasticbeanstalk:command"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
INSTANCES = "aws:ec2:instances"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
DATABASE = "aws:rds:dbinstance"
LAUNCHED = "2030-01-01T06:00:00Z"


class Case(NamedTuple):
    """A setting, the ids of what is wrong with it, and a part of the first message."""

    namespace: str
    option: str
    value: str
    ids: str
    message: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}-{self.option}-{self.value[:20]}"


CASES = (
    Case("aws:elasticbeanstalk:comand", "Timeout", "60", "E9501", "did you mean 'aws:elasticbeanstalk:command'?"),
    Case("aws:elbv2:listner:443", "Protocol", "HTTP", "E9501 W9512", "did you mean 'aws:elbv2:listener:443'?"),
    Case("something:else", "Timeout", "60", "E9501", "unknown namespace 'something:else'"),
    Case("", "", "", "E9501", "unknown namespace ''"),
    Case("aws:elasticbeanstalk:eks:alb", "Anything", "60", ""),
    Case(COMMAND, "DeployPolicy", "Rolling", "E9502", "did you mean 'DeploymentPolicy'?"),
    Case(COMMAND, "Colour", "red", "E9502", "has no option 'Colour'"),
    Case(PROPERTIES, "WITH SPACE", "1", "E9506", "the name 'WITH SPACE'"),
    Case(PROPERTIES, "lower", "1", "I9506"),
    Case("aws:elasticbeanstalk:customoption", "Whatever I like", "1", ""),
    Case(GROUP, "MinSize", "two", "E9503", "MinSize is 'two', not a whole number"),
    Case(GROUP, "MinSize", "1.5", "E9503"),
    Case(GROUP, "MinSize", "\u0661", "E9503"),
    Case(GROUP, "MinSize", "0", "I9504"),
    Case(GROUP, "MinSize", "", ""),
    Case(GROUP, "Cooldown", "10001", "E9504", "Cooldown is '10001', not 0 to 10000"),
    Case(GROUP, "Cooldown", "9" * 9999, "E9503"),
    Case(GROUP, "Cooldown", " 60 ", ""),
    Case(GROUP, "EnableCapacityRebalancing", "yes", "E9503", "not true or false"),
    Case(COMMAND, "IgnoreHealthCheck", "TRUE", ""),
    Case(INSTANCES, "EnableSpot", "maybe", "W9503"),
    Case(INSTANCES, "SpotMaxPrice", "dear", "E9503 W9522", "not a number"),
    Case("aws:autoscaling:trigger", "UpperThreshold", "-1", "E9504", "at least 0"),
    Case("aws:autoscaling:trigger", "UpperThreshold", "30000000", "I9504", "at most 20000000"),
    Case(ROLLING, "Timeout", "PT90M", "E9504", "PT5M to PT1H"),
    Case(ROLLING, "Timeout", "5 minutes", "E9503", "PT5M"),
    Case(ROLLING, "PauseTime", "PT", "E9503"),
    Case(ROLLING, "PauseTime", "PT5M30S", ""),
    Case(COMMAND, "DeploymentPolicy", "Rollin", "E9505", "did you mean 'Rolling'?"),
    Case(COMMAND, "DeploymentPolicy", "rolling", ""),
    Case(LAUNCH, "RootVolumeType", "GP3", "E9505", "did you mean 'gp3'?"),
    Case(LAUNCH, "RootVolumeType", "gp3", ""),
    Case(LAUNCH, "MonitoringInterval", "2 minute", "W9505"),
    Case(DATABASE, "DBDeletionPolicy", "snapshot", "W9516", "writes 'Snapshot'"),
    Case(DATABASE, "DBEngine", "mysl", "I9505", "did you mean 'mysql'?"),
    Case(DATABASE, "DBEngine", "mariadb", ""),
    Case(LAUNCH, "ImageId", "image", "E9506", "does not match"),
    Case(LAUNCH, "SSHSourceRestriction", "tcp, 22, 22, 10.0.0.0/8", ""),
    Case("aws:ec2:vpc", "VPCId", "vpc-x", "W9506 W9521"),
    Case("aws:elasticbeanstalk:managedactions", "PreferredStartTime", "sun:24:00", "E9506"),
    Case(SECRETS, "KEY", "hunter2", "E9503"),
    Case(SECRETS, "KEY", "arn:aws:s3:::bucket", "E9506"),
    Case(SECRETS, "KEY", "", "E9506", "is empty"),
    Case("aws:elb:listener:443", "SSLCertificateId", "", ""),
    Case("aws:elb:listener:443", "SSLCertificateId", "certificate", "E9503", "not an ARN"),
    Case(INSTANCES, "InstanceTypes", "t3.micro, t3.small", ""),
    Case(INSTANCES, "InstanceTypes", "t3.micro t3.small", "W9507", "holds 't3.micro t3.small'"),
    Case(INSTANCES, "InstanceTypes", "t3.micro,large", "E9507", "InstanceTypes holds 'large'"),
    Case(INSTANCES, "InstanceTypes", "t3.micro,t3.micro", "E9507", "repeated"),
    Case(INSTANCES, "InstanceTypes", ",".join(f"t{n}.micro" for n in range(41)), "E9507", "41 items, not 1 to 40"),
    Case(INSTANCES, "InstanceTypes", ",", "E9507", "0 items"),
    Case(INSTANCES, "SupportedArchitectures", "x86_64,arm", "E9507", "did you mean 'arm64'?"),
    Case("aws:cloudformation:template:parameter", "StaticFiles", "x", "E9503 I9519", "not name=value"),
    Case(LAUNCH, "EC2KeyName", "k" * 201, "E9508", "201 characters, more than 200"),
    Case(HEALTH, "ConfigDocument", "{", "E9503", "not JSON"),
    Case(HEALTH, "ConfigDocument", "[" * 20000, "E9503", "not JSON"),
    Case(HEALTH, "ConfigDocument", '{"Version": 1}', ""),
    Case(ACTION, "Suspend", "true", "E9509", "ResourceName"),
    Case("aws:AutoScaling:asg", "Cooldown", "60", "W9516", "writes the namespace 'aws:autoscaling:asg'"),
    Case(GROUP, "cooldown", "60", "W9516", "writes the option 'Cooldown'"),
    Case("aws:elb:listener:99999", "ListenerEnabled", "true", "E9504", "the port in"),
    Case("aws:ELB:listener:443", "ListenerEnabled", "true", "W9516", "'aws:elb:listener:443'"),
    Case("aws:elasticbeanstalk:environment:process:Default", "Port", "80", ""),
    Case(PROPERTIES, "DB_PASSWORD", "hunter2", "W9517", "plain text"),
    Case(PROPERTIES, "DB_PASSWORD", "{{resolve:ssm-secure:p}}", ""),
    Case(PROPERTIES, "DB_PASSWORD", '`{"Ref": "Password"}`', ""),
    Case(PROPERTIES, "DB_PASSWORD_ROTATION", "30", ""),
    Case(PROPERTIES, "API_TOKEN", "arn:aws:secretsmanager:us-east-1:1:secret:x", ""),
    Case(PROPERTIES, "DATABASE_URL", "mysql://app:hunter2@db/shop", "W9517"),
    Case(DATABASE, "DBPassword", "hunter2", "W9517"),
    Case("aws:elb:healthcheck", "Target", "TCP:80", "W9518", "use aws:elasticbeanstalk:application::"),
    Case("aws:elasticbeanstalk:container:nodejs", "ProxyServer", "nginx", "W9515 W9518", "for platforms"),
    Case("aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-2016-08", "W9512"),
    Case("aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-TLS13-1-2-2021", "W9506 W9512"),
    Case(COMMAND, "HealthCheckSuccessThreshold", "Ok", "W9518"),
    Case("aws:elasticbeanstalk:control", "DefaultSSHPort", "22", "I9519"),
    Case("aws:elasticbeanstalk:environment:proxy", "ProxyServer", "nginx", "W9515", "no proxy of its own"),
    Case("aws:elasticbeanstalk:container:php:phpini", "display_errors", "On", "W9515", "is for platforms php-*"),
    Case("aws:elasticbeanstalk:sqsd", "MaxRetries", "3", "W9514"),
    Case(PROCESS, "StickinessEnabled", "true", "W9512"),
    Case("aws:elbv2:loadbalancer", "IdleTimeout", "60", "W9512"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_setting_is_told_what_is_wrong_with_it_and_nothing_else(checked: Checked, case: Case) -> None:
    findings = checked((case.namespace, case.option, case.value))
    assert sorted(finding.id for finding in findings) == sorted(case.ids.split()), findings
    assert {finding.setting for finding in findings} <= {0}
    assert case.message in " ".join(finding.message for finding in findings)


@pytest.mark.parametrize(
    "time", ["2030-01-01T06:00:00Z", "2030-01-01T06:00:00+02:00", "tomorrow", "2030-13-01T00:00:00Z"]
)
def test_a_timestamp_is_one_of_iso_8601(checked: Checked, time: str) -> None:
    ids = [finding.id for finding in checked((ACTION, "EndTime", time, "a")) if finding.id.endswith("9503")]
    assert ids == ([] if time.startswith("2030-01") else ["E9503"])


def test_of_a_value_that_is_not_known_nothing_is_said(checked: Checked) -> None:
    options = [(name.name, option.name) for name in facts().namespaces for option in name.options.values()]
    for namespace, option in options:
        if "{" not in namespace:
            told = {finding.id[1:] for finding in checked((namespace, option, None, "a"))}
            assert not told & {"9503", "9504", "9505", "9506", "9507", "9508", "9517"}


@pytest.mark.parametrize("value", [None, "{{resolve:ssm:max}}", '`{"Ref": "Max"}`'])
def test_a_rule_between_options_is_skipped_where_one_cannot_be_known(checked: Checked, value: str | None) -> None:
    assert checked((GROUP, "MinSize", "9"), (GROUP, "MaxSize", value)) == []


def test_what_is_set_is_set_whatever_its_value(checked: Checked) -> None:
    listener = ("aws:elbv2:listener:443", "Protocol", "HTTPS")
    kind = (ENVIRONMENT, "LoadBalancerType", "application")
    assert [finding.id for finding in checked(kind, listener)] == ["E9521"]
    assert checked(kind, listener, ("aws:elbv2:listener:443", "SSLCertificateArns", None)) == []


def test_a_misspelt_option_counts_as_the_one_it_resembles(checked: Checked) -> None:
    assert [finding.id for finding in checked((GROUP, "MinSize", "9"), (GROUP, "MaxSiz", "10"))] == ["E9502"]
    assert [finding.id for finding in checked((GROUP, "MinSize", "9"), ("aws:autoscaling:as", "MaxSize", "10"))] == [
        "E9501"
    ]


def test_a_value_that_is_wrong_by_itself_breaks_no_other_rule(checked: Checked) -> None:
    kind = (ENVIRONMENT, "LoadBalancerType", "aplication")
    findings = checked(kind, ("aws:elbv2:loadbalancer", "IdleTimeout", "60"))
    assert [(finding.id, finding.setting) for finding in findings] == [("E9505", 0)]


@pytest.mark.parametrize(
    ("values", "ids"), [(("1", "2"), ["E9511"]), (("1", "1"), ["W9511"]), (("1", None), ["W9511"])]
)
def test_an_option_that_is_set_twice_is_told_at_the_second(
    checked: Checked, values: tuple[str, str | None], ids: list[str]
) -> None:
    findings = checked((GROUP, "MaxSize", values[0]), (GROUP.upper(), "maxsize", values[1]))
    twice = [finding for finding in findings if finding.id.endswith("9511")]
    assert [finding.id for finding in twice] == ids
    assert (twice[0].setting, twice[0].also) == (1, (0,))


def test_an_option_of_two_files_is_a_note_and_the_later_one_counts() -> None:
    unknown = Context(None, None, complete=False)
    settings = [Setting(GROUP, "MinSize", "9", source="a"), Setting(GROUP, "MaxSize", "4", source="a")]
    settings += [Setting(GROUP, "minsize", "1", source="b"), Setting(GROUP, "MaxSize", "5", source="b")]
    settings += [Setting(GROUP, "MaxSize", "6", source="b")]
    findings = check_options(settings, facts(), unknown)
    assert [(finding.id, finding.setting, finding.also) for finding in findings] == [
        ("I9511", 2, (0,)),
        ("W9516", 2, ()),
        ("I9511", 3, (1,)),
        ("W9511", 4, (3,)),
    ]


def test_an_empty_setting_takes_back_an_earlier_one(checked: Checked) -> None:
    settings = (GROUP, "MinSize", "3"), (GROUP, "MaxSize", "2"), (GROUP, "MaxSize", "")
    assert [finding.id for finding in checked(*settings)] == ["E9511"]


@pytest.mark.parametrize(
    ("platform", "namespace", "ids"),
    [
        ("ecs-*", "aws:elasticbeanstalk:container:python", ["W9515"]),
        ("python-*", "aws:elasticbeanstalk:container:python", []),
        ("unheard-of-*", "aws:elasticbeanstalk:container:python", []),
    ],
)
def test_a_platform_that_is_known_in_part_rules_out_what_none_of_its_kind_has(
    platform: str, namespace: str, ids: list[str]
) -> None:
    context = Context(None, platform, complete=False)
    findings = check_options([Setting(namespace, "NumThreads", "1")], facts(), context)
    assert [(finding.id, finding.part) for finding in findings] == [(found, "namespace") for found in ids]


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
    assert [(finding.id, finding.part) for finding in findings] == [(found, "resource") for found in ids]


def test_a_single_instance_has_no_load_balancer(checked: Checked) -> None:
    single = (ENVIRONMENT, "EnvironmentType", "singleinstance")
    ids = {finding.id for finding in checked(single, ("aws:elb:policies", "Stickiness Policy", "true"))}
    assert ids == {"W9512", "W9513"}


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


def test_the_order_is_that_of_the_settings_and_the_missing_come_first() -> None:
    settings = [Setting(GROUP, "MinSize", "two"), Setting(GROUP, "Cooldown", "none")]
    findings = check_options(settings, facts(), Context("web", "ecs-al2023", complete=True))
    assert [(finding.id, finding.setting) for finding in findings] == [("W9521", None), ("E9503", 0), ("E9503", 1)]
