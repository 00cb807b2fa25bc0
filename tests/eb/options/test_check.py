"""What is wrong with one setting: its names and its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.settings import Context, Setting

if TYPE_CHECKING:
    from tests.eb.conftest import Checked

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
    Case("aws:elbv2:listner:443", "Protocol", "HTTP", "E9501", "did you mean 'aws:elbv2:listener:443'?"),
    Case("aws:elbv2:listener:https", "Protocol", "HTTP", "E9501", "did you mean 'aws:elbv2:listener:PORT'?"),
    Case("aws:elbv2:listener:defualt", "Protocol", "HTTP", "E9501", "mean 'aws:elbv2:listener:default'?"),
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
    Case("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays", "15", "E9505", "did you mean '14'?"),
    Case(LAUNCH, "RootVolumeType", "gp3", ""),
    Case(LAUNCH, "MonitoringInterval", "2 minute", "W9505"),
    Case(DATABASE, "DBDeletionPolicy", "snapshot", "W9516", "writes 'Snapshot'"),
    Case(PROCESS, "HealthCheckPath", "/a b", "E9506", "printable ASCII characters without spaces"),
    Case(PROCESS, "HealthCheckPath", "/\xe9", "E9506"),
    Case(PROCESS, "HealthCheckPath", "a b", "E9506"),
    Case(PROCESS, "HealthCheckPath", f"/{1024 * 'a'}", "E9506"),
    Case(PROCESS, "HealthCheckPath", f"/{1023 * 'a'}", ""),
    Case(PROCESS, "HealthCheckPath", "/a%20b?x={y}", ""),
    Case(PROCESS, "HealthCheckPath", "{{resolve:ssm:/path}}", ""),
    Case(PROCESS, "HealthCheckTimeout", "1", "E9504 W9512"),
    Case(
        INSTANCES, "InstanceTypes", "t3.mikro", "W9554", "unknown size in the instance type 't3.mikro'; t3 has 2xlarge"
    ),
    Case(INSTANCES, "InstanceTypes", "t3.micro,zz9.plural", "W9554", "unknown instance type 'zz9.plural'"),
    Case(INSTANCES, "InstanceTypes", "m5o.large", "W9554", "did you mean 'm5.large'?"),
    Case(INSTANCES, "InstanceTypes", "t3.micro, m9g.large", ""),
    Case(INSTANCES, "InstanceTypes", "{{resolve:ssm:/type}}", ""),
    Case(LAUNCH, "EC2KeyName", " x", "E9506", "is ' x', not the name of a key pair"),
    Case(LAUNCH, "EC2KeyName", "x ", "E9506"),
    Case(LAUNCH, "EC2KeyName", "my ops key", ""),
    Case(DATABASE, "DBEngine", "mysl", "W9505", "did you mean 'mysql'?"),
    Case(DATABASE, "DBEngine", "mariadb", ""),
    Case(LAUNCH, "ImageId", "image", "E9506", "not the ID of an AMI"),
    Case(ENVIRONMENT, "ServiceRole", "arn:aws:iam::111122223333:instance-profile/eb", "W9506", "the ARN of a role"),
    Case(ENVIRONMENT, "ServiceRole", "arn:aws:iam::111122223333:role/service-role/eb", ""),
    Case(LAUNCH, "SSHSourceRestriction", "tcp, 22, 22, 10.0.0.0/8", ""),
    Case("aws:ec2:vpc", "VPCId", "vpc-x", "W9506 W9521"),
    Case("aws:elasticbeanstalk:managedactions", "PreferredStartTime", "sun:24:00", "E9506"),
    Case(SECRETS, "KEY", "hunter2", "E9503"),
    Case(SECRETS, "KEY", "arn:aws:s3:::bucket", "E9506"),
    Case(SECRETS, "KEY", "", "E9506", "is empty"),
    Case("aws:elb:listener:443", "SSLCertificateId", "", ""),
    Case("aws:elb:listener:443", "SSLCertificateId", "certificate", "E9503", "not the ARN of a certificate"),
    Case("aws:elb:listener:443", "SSLCertificateId", "arn:aws:s3:::bucket", "E9506", "a certificate of ACM or IAM"),
    Case("aws:elbv2:listener:443", "SSLCertificateArns", "arn:aws:iam::111122223333:server-certificate/shop", "W9512"),
    Case("aws:elbv2:listener:443", "SSLCertificateArns", "arn:aws:s3:::bucket", "E9507 W9512", "of ACM or IAM"),
    Case(INSTANCES, "InstanceTypes", "t3.micro, t3.small", ""),
    Case(INSTANCES, "InstanceTypes", "t3.micro t3.small", "W9507", "by commas: t3.micro,t3.small"),
    Case(INSTANCES, "InstanceTypes", "t3.micro,large", "E9507", "InstanceTypes holds 'large'"),
    Case(INSTANCES, "InstanceTypes", "t3.micro,t3.micro", "E9507", "more than once"),
    Case(INSTANCES, "InstanceTypes", ",".join(f"t{n}.micro" for n in range(41)), "E9507", "41 items, not 1 to 40"),
    Case(INSTANCES, "InstanceTypes", ",", "E9507", "0 items"),
    Case(INSTANCES, "SupportedArchitectures", "x86_64,arm", "E9507", "did you mean 'arm64'?"),
    Case("aws:cloudformation:template:parameter", "StaticFiles", "x", "E9503 W9519", "not name=value"),
    Case(LAUNCH, "EC2KeyName", "k" * 201, "E9508", "201 characters, more than 200"),
    Case(HEALTH, "ConfigDocument", "{", "E9503", "not JSON"),
    Case(HEALTH, "ConfigDocument", "[" * 20000, "E9503", "not JSON"),
    Case(HEALTH, "ConfigDocument", '{"Version": 1}', ""),
    Case(ACTION, "Suspend", "true", "E9509", "ResourceName"),
    Case("aws:AutoScaling:asg", "Cooldown", "60", "W9516", "writes the namespace 'aws:autoscaling:asg'"),
    Case(GROUP, "cooldown", "60", "W9516", "writes the option 'Cooldown'"),
    Case("aws:elb:listener:99999", "ListenerEnabled", "true", "E9504", "the port in"),
    Case("aws:ELB:listener:443", "ListenerEnabled", "true", "W9516", "'aws:elb:listener:443'"),
    Case("aws:elasticbeanstalk:environment:process:Default", "Port", "80", "W9524"),
    Case(PROPERTIES, "DB_PASSWORD", "hunter2", "W9517", "plain text"),
    Case(PROPERTIES, "DB_PASSWORD", "{{resolve:ssm-secure:p}}", ""),
    Case(PROPERTIES, "DB_PASSWORD", '`{"Ref": "Password"}`', ""),
    Case(PROPERTIES, "DB_PASSWORD_ROTATION", "30", ""),
    Case(PROPERTIES, "API_TOKEN", "arn:aws:secretsmanager:us-east-1:1:secret:x", ""),
    Case(PROPERTIES, "DATABASE_URL", "mysql://app:hunter2@db/shop", "W9517"),
    Case(DATABASE, "DBPassword", "hunter2", "W9517"),
    Case("aws:elb:healthcheck", "Target", "TCP:80", "W9518", "use aws:elasticbeanstalk:application::"),
    Case("aws:elasticbeanstalk:container:nodejs", "ProxyServer", "nginx", "E9515", "refuses it on ECS"),
    Case("aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-2016-08", "W9512"),
    Case("aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-TLS13-1-2-2021", "W9506 W9512"),
    Case(COMMAND, "HealthCheckSuccessThreshold", "Ok", "W9518"),
    Case("aws:elasticbeanstalk:control", "DefaultSSHPort", "22", "I9519"),
    Case("aws:elasticbeanstalk:environment:proxy", "ProxyServer", "nginx", "W9515", "no proxy of its own"),
    Case("aws:elasticbeanstalk:container:php:phpini", "display_errors", "On", "E9515", "exists only on PHP"),
    Case("aws:elasticbeanstalk:sqsd", "MaxRetries", "3", "W9514"),
    Case(PROCESS, "StickinessEnabled", "true", "W9512"),
    Case("aws:elbv2:loadbalancer", "IdleTimeout", "60", "W9512"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_setting_gets_only_the_expected_findings(checked: Checked, case: Case) -> None:
    findings = checked((case.namespace, case.option, case.value))
    assert sorted(finding.id for finding in findings) == sorted(case.ids.split()), findings
    assert {finding.path[0] for finding in findings} <= {0}
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
            found = {finding.id[1:] for finding in checked((namespace, option, None, "a"))}
            assert not found & {"9503", "9504", "9505", "9506", "9507", "9508", "9517"}


FIELDS = {
    "a namespace": (Setting("aws:autoscaling:agg", "MinSize", "1"), "aws:autoscaling:agg", GROUP),
    "an option": (Setting(GROUP, "MinSzie", "1"), "MinSzie", "MinSize"),
    "a range": (Setting(COMMAND, "Timeout", "7200"), "7200", "1 to 3600 seconds"),
    "a type": (Setting(GROUP, "MinSize", "one"), "one", "a whole number"),
    "a case": (Setting(GROUP, "minsize", "1"), "minsize", "MinSize"),
    "a name for nothing": (Setting(GROUP, "MinSize", "1", "Group"), "Group", ""),
    "a successor": (Setting(LAUNCH, "InstanceType", "t3.micro"), "InstanceType", f"{INSTANCES}::InstanceTypes"),
    "a secret": (Setting(PROPERTIES, "DB_PASSWORD", "hunter2"), "", ""),
}


@pytest.mark.parametrize(("setting", "value", "allowed"), FIELDS.values(), ids=list(FIELDS))
def test_a_finding_has_what_is_wrong_and_what_would_be_right(setting: Setting, value: str, allowed: str) -> None:
    [finding] = check_options([setting], facts(), Context("web", "ecs-al2023", complete=False))
    assert (finding.value, finding.allowed) == (value, allowed)


@pytest.mark.parametrize("value", [None, "{{resolve:ssm:max}}", '`{"Ref": "Max"}`'])
def test_a_rule_between_options_is_skipped_where_one_cannot_be_known(checked: Checked, value: str | None) -> None:
    assert checked((GROUP, "MinSize", "9"), (GROUP, "MaxSize", value)) == []


def test_a_setting_of_any_value_counts_as_set(checked: Checked) -> None:
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
    assert [(finding.id, finding.path[0]) for finding in findings] == [("E9505", 0)]


TOPICS, BALANCER = "aws:elasticbeanstalk:sns:topics", "aws:elbv2:loadbalancer"


@pytest.mark.parametrize(
    ("namespace", "option", "value", "ids"),
    [
        (TOPICS, "Notification Topic Name", "a b", ["E9506"]),
        (TOPICS, "Notification Topic Name", 257 * "a", ["E9506"]),
        (TOPICS, "Notification Topic Name", "Shop_alarms-1", []),
        (TOPICS, "Notification Topic Name", f"{251 * 'a'}.fifo", []),
        (BALANCER, "AccessLogsS3Bucket", "Shop_logs", ["W9506"]),
        (BALANCER, "AccessLogsS3Bucket", "ab", ["W9506"]),
        (BALANCER, "AccessLogsS3Bucket", "shop.logs-1", []),
    ],
)
def test_names_of_what_other_services_hold_have_their_forms(
    namespace: str, option: str, value: str, ids: list[str]
) -> None:
    found = check_options([Setting(namespace, option, value)], facts(), Context("web", complete=False))
    assert [finding.id for finding in found if finding.id.endswith("9506")] == ids
