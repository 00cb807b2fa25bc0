"""A message names what is meant: the option's namespace, the value in Elastic Beanstalk's words, the form of a list."""

from __future__ import annotations

import json

import pytest

from beanstack.eb import FACTS
from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.settings import Context, Setting

EB = "aws:elasticbeanstalk"
COMMAND = f"{EB}:command"
ENVIRONMENT = f"{EB}:environment"
GROUP = "aws:autoscaling:asg"
INSTANCES = "aws:ec2:instances"
LAUNCH = "aws:autoscaling:launchconfiguration"
LISTENER = "aws:elbv2:listener:443"
LOGS = f"{EB}:cloudwatch:logs"
PROCESS = f"{EB}:environment:process:default"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
VPC = "aws:ec2:vpc"


def reported(*settings: tuple[str, str, str], context: Context | None = None) -> list[str]:
    """Return the findings as text on settings of a template that shows them all, but not the platform."""
    given = [Setting(*setting) for setting in settings]
    found = check_options(given, facts(), context or Context("web", None, complete=False))
    return [f"{finding.id} {finding.message}" for finding in found]


@pytest.mark.parametrize(
    ("namespace", "option", "says"),
    [
        (COMMAND, "PauseTime", f"; it is an option of {ROLLING}"),
        ("aws:elb:loadbalancer", "ConnectionDrainingEnabled", "; it is an option of aws:elb:policies"),
        (
            "aws:elb:loadbalancer",
            "ConnectionDrainingTimout",
            "; did you mean 'ConnectionDrainingTimeout' of aws:elb:pol",
        ),
        (ENVIRONMENT, "StreamLogs", f"; it is an option of {LOGS}"),
        (f"{EB}:managedactions", "UpdateLevel", f"; it is an option of {EB}:managedactions:platformupdate"),
        (f"{EB}:application", "HealthCheckPath", f"; it is an option of {PROCESS}"),
        ("aws:elbv2:loadbalancer", "SSLCertificateArns", "; it is an option of aws:elbv2:listener:PORT"),
        ("aws:autoscaling:trigger", "MinSize", f"; it is an option of {GROUP} or aws:autoscaling:scheduledaction"),
        (GROUP, "InstanceType", f"; did you mean 'InstanceTypes' of {INSTANCES}?"),
        (VPC, "MinSzie", f"; did you mean 'MinSize' of {GROUP} or aws:autoscaling:scheduledaction?"),
        (LAUNCH, "KeyName", "; did you mean 'EC2KeyName'?"),
        ("aws:rds:dbinstance", "MasterUsername", "; did you mean 'DBUser'?"),
        (LISTENER, "CertificateArn", "; did you mean 'SSLCertificateArns'?"),
        (GROUP, "DesiredCapacity", "; the group has MinSize and MaxSize, between which triggers choose"),
        (ENVIRONMENT, "RDS_DB_NAME", f"; environment variables belong in {EB}:application:environment"),
        (f"{EB}:application", "DEBUG", f"; environment variables belong in {EB}:application:environment"),
        (VPC, "VPC_ID", "; did you mean 'VPCId'?"),
        (COMMAND, "DeployPolicy", "; did you mean 'DeploymentPolicy'?"),
        (INSTANCES, "Colour", "; it has EnableSpot, InstanceTypes, SpotAllocationStrategy, SpotFleetOnDemandBase,"),
        (LAUNCH, "Colour", "has no option 'Colour'"),
    ],
)
def test_an_option_of_another_namespace_is_named_with_it(namespace: str, option: str, says: str) -> None:
    [message] = reported((namespace, option, "x"))
    assert message.startswith(f"E9502 {namespace} has no option {option!r}")
    assert says in message


def test_of_several_namespaces_those_of_the_environment_are_named() -> None:
    def named(balancer: str) -> str:
        kind = (ENVIRONMENT, "LoadBalancerType", balancer)
        [message] = reported(kind, (COMMAND, "SharedLoadBalancr", "x"), ("aws:elb:foo", "SecurityGroups", "x"))[1:]
        return message

    assert "SecurityGroups is an option of aws:autoscaling:launchconfiguration or aws:elb:loadbalancer" in named(
        "classic"
    )
    assert "SecurityGroups is an option of aws:autoscaling:launchconfiguration or aws:elbv2" in named("network")


@pytest.mark.parametrize(
    ("namespace", "option", "says"),
    [
        (f"{EB}:comand", "Timeout", f"; did you mean '{COMMAND}'?"),
        (f"{EB}:enviroment", "MinSize", f"; MinSize is an option of {GROUP} or aws:autoscaling:scheduledaction"),
        (f"{EB}:environment:variables", "MODE", f"; environment variables belong in {EB}:application:environment"),
        ("aws:alb:listener:443", "SSLCertificateArns", "; SSLCertificateArns is an option of aws:elbv2:listener:PORT"),
        (f"{EB}:container:docker", "ProxyServer", f"; ProxyServer is an option of {EB}:environment:proxy"),
        ("aws:elbv2:listener:443 ", "Protocol", "; did you mean 'aws:elbv2:listener:443'?"),
        ("aws:elasticbeanstalk: command", "Timeout", f"; did you mean '{COMMAND}'?"),
        ("foo:bar", "X", "unknown namespace 'foo:bar'"),
    ],
)
def test_an_unknown_namespace_is_named_with_the_one_that_is_meant(namespace: str, option: str, says: str) -> None:
    [message] = reported((namespace, option, "x"))
    assert message.startswith("E9501 ")
    assert message.endswith(says)


@pytest.mark.parametrize(
    ("namespace", "option", "value", "meant"),
    [
        (VPC, "ELBScheme", "internet-facing", "public"),
        (VPC, "ELBScheme", "private", "internal"),
        (VPC, "AssociatePublicIpAddress", "yes", "true"),
        (ENVIRONMENT, "LoadBalancerType", "ALB", "application"),
        (ENVIRONMENT, "LoadBalancerType", "nlb", "network"),
        (ENVIRONMENT, "EnvironmentType", "LoadBalance", "LoadBalanced"),
        (ENVIRONMENT, "EnvironmentType", "single-instance", "SingleInstance"),
        (COMMAND, "DeploymentPolicy", "all-at-once", "AllAtOnce"),
        (COMMAND, "DeploymentPolicy", "rolling_with_additional_batch", "RollingWithAdditionalBatch"),
        (COMMAND, "DeploymentPolicy", "canary", "TrafficSplitting"),
        (COMMAND, "BatchSizeType", "percent", "Percentage"),
        (COMMAND, "Timeout", "600s", "600"),
        (COMMAND, "Timeout", "10 minutes", "600"),
        (LOGS, "StreamLogs", "on", "true"),
        (LOGS, "DeleteOnTerminate", "0", "false"),
        (LOGS, "DeleteOnTerminate", "'true'", "true"),
        (COMMAND, "DeploymentPolicy", '"Rolling"', "Rolling"),
        (LOGS, "RetentionInDays", "15", "14"),
        (LAUNCH, "RootVolumeType", "ssd", "gp3"),
        (LAUNCH, "RootVolumeSize", "20GB", "20"),
        (LAUNCH, "DisableIMDSv1", "required", "true"),
        (LAUNCH, "MonitoringInterval", "60", "1 minute"),
        (GROUP, "Availability Zones", "2", "Any 2"),
        (INSTANCES, "SupportedArchitectures", "amd64", "x86_64"),
        (INSTANCES, "SpotAllocationStrategy", "capacityOptimized", "capacity-optimized"),
        (LISTENER, "Protocol", "SSL", "TLS"),
        (f"{EB}:environment:proxy", "ProxyServer", "httpd", "apache"),
        (f"{EB}:healthreporting:system", "SystemType", "enhanced_health", "enhanced"),
        (f"{EB}:managedactions:platformupdate", "UpdateLevel", "major", "minor"),
        (ROLLING, "PauseTime", "300", "PT5M"),
        (ROLLING, "PauseTime", "90 min", "PT1H30M"),
        (ROLLING, "RollingUpdateType", "time-based", "Time"),
        ("aws:autoscaling:trigger", "Statistic", "avg", "Average"),
        ("aws:autoscaling:trigger", "MeasureName", "CPU", "CPUUtilization"),
        ("aws:elb:listener:443", "ListenerProtocol", "tls", "SSL"),
        ("aws:elbv2:loadbalancer", "IpAddressType", "dual-stack", "dualstack"),
        ("aws:rds:dbinstance", "DBDeletionPolicy", "keep", "Retain"),
    ],
)
def test_a_value_in_the_words_of_others_is_answered_with_the_right_one(
    namespace: str, option: str, value: str, meant: str
) -> None:
    [message] = reported((namespace, option, value))
    assert message.startswith(("E950", "W950"))
    assert message.endswith(f"; did you mean '{meant}'?")


def test_what_is_suggested_is_accepted() -> None:
    """Each word of the facts leads to a value that the option has, or to an option that exists."""
    written = json.loads((FACTS / "synonyms.json").read_text())
    options = [option for namespace in facts().namespaces for option in namespace.options.values()]
    for name, fact in written["values"].items():
        assert fact["from"].startswith("https://")
        allowed = {
            value for option in options if option.name == name for value in (*option.values, *option.known_values)
        }
        if any(option.name == name and option.type == "boolean" for option in options):
            allowed |= {"true", "false"}
        assert set(fact["means"].values()) <= allowed
    for reference in written["options"].values():
        namespace, _, option = reference.rpartition("::")
        found = facts().families.get(namespace) or facts().named[namespace]
        assert option in {one.name for one in found.options.values()}


@pytest.mark.parametrize(
    ("namespace", "option", "value", "id_", "advice"),
    [
        (INSTANCES, "InstanceTypes", "c5.large m5.large", "W9507", "separate its items by commas: c5.large,m5.large"),
        (INSTANCES, "InstanceTypes", "t3.micro;t3.small", "E9507", "separate its items by commas: t3.micro,t3.small"),
        (INSTANCES, "InstanceTypes", "['t3.micro', 't3.small']", "E9507", "by commas: t3.micro,t3.small"),
        (INSTANCES, "InstanceTypes", "t3.micro, t3.small c5.large", "W9507", "t3.micro,t3.small,c5.large"),
        (INSTANCES, "InstanceTypes", "[t3.micro]", "E9507", "; write t3.micro alone"),
        (INSTANCES, "InstanceTypes", "t3.micro,large", "E9507", "holds 'large', not an instance type such as t3.micro"),
        (INSTANCES, "SupportedArchitectures", "arm64 x86_64", "W9507", "by commas: arm64,x86_64"),
        (VPC, "Subnets", "subnet-0a1b2c3d subnet-4e5f6a7b", "W9507", "by commas: subnet-0a1b2c3d,subnet-4e5f6a7b"),
        (VPC, "ELBSubnets", "subnet-0a1b2c3d|subnet-4e5f6a7b", "W9507", "subnet-0a1b2c3d,subnet-4e5f6a7b"),
        (LAUNCH, "SecurityGroups", "sg-0a1b2c3d sg-4e5f6a7b", "W9507", "by commas: sg-0a1b2c3d,sg-4e5f6a7b"),
        (GROUP, "Custom Availability Zones", "us-east-1a us-east-1b", "W9507", "by commas: us-east-1a,us-east-1b"),
        (PROCESS, "MatcherHTTPCode", "200 301", "W9507", "by commas: 200,301"),
        (PROCESS, "MatcherHTTPCode", "2xx", "E9507", "not a code such as 200, or a range such as 200-299"),
    ],
)
def test_a_list_with_other_separators_is_one_finding(
    namespace: str, option: str, value: str, id_: str, advice: str
) -> None:
    [message] = reported((namespace, option, value))
    assert message.startswith(f"{id_} {option} ")
    assert advice in message


@pytest.mark.parametrize(
    ("namespace", "option", "value"),
    [
        (INSTANCES, "InstanceTypes", "t3.micro, t3.small"),
        (LAUNCH, "SecurityGroups", "web servers,default"),
        (GROUP, "Custom Availability Zones", "us-west-2-lax-1a"),
        (PROCESS, "HealthCheckPath", "/health?deep=1;x"),
        (PROCESS, "MatcherHTTPCode", "200-299, 301"),
    ],
)
def test_a_valid_list_has_no_finding(namespace: str, option: str, value: str) -> None:
    assert reported((namespace, option, value)) == []


@pytest.mark.parametrize(
    ("settings", "ids"),
    [
        ([(INSTANCES, "InstanceTypes", "c5.large m5.large"), (INSTANCES, "EnableSpot", "true")], ["W9507"]),
        ([(GROUP, "MinSize", "99999999"), (GROUP, "MaxSize", "4")], ["E9504"]),
        ([(f"{EB}:managedactions", "PreferredStartTime", "Sunday at 3:00")], ["E9506"]),
        ([(COMMAND, "MinSize", "9"), (GROUP, "MaxSize", "4")], ["E9502"]),
        ([(COMMAND, "PauseTime", "5")], ["E9502"]),
    ],
)
def test_one_mistake_has_one_finding(settings: list[tuple[str, str, str]], ids: list[str]) -> None:
    assert [message.partition(" ")[0] for message in reported(*settings)] == ids


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ([(GROUP, "MinSize", "1"), (GROUP, "MinSize", "2")], "E9511 MinSize is set twice, to '1' and '2'"),
        ([("aws:rds:dbinstance", "DBPassword", "{{resolve:x}}")] * 2, "W9511 DBPassword is set twice"),
        (
            [(LAUNCH, "IamInstanceProfile", "arn:aws:iam::111122223333:role/web")],
            "W9506 IamInstanceProfile is 'arn:aws",
        ),
        ([("aws:elb:loadbalancer", "LoadBalancerHTTPSPort", "443")], "aws:elb:listener:PORT::ListenerEnabled"),
        (
            [(f"{EB}:application:environment", "DeploymentPolicy", "Rolling")],
            f"capital letters, digits and _; DeploymentPolicy is an option of {COMMAND}",
        ),
        ([(f"{EB}:application:environment", "lower", "x")], "I9506 the name 'lower' is usually a word of capital"),
        ([(f"{EB}:application:environment", "", "x")], "E9506 the name is empty, not a word of"),
    ],
)
def test_a_message_says_what_is_written_and_what_to_write(settings: list[tuple[str, str, str]], says: str) -> None:
    assert says in " ".join(reported(*settings))


def test_values_that_may_be_secrets_are_not_repeated() -> None:
    twice = [(f"{EB}:application:environment", "API_KEY", value) for value in ("hunter2", "hunter3")]
    assert "hunter" not in " ".join(reported(*twice))


def test_no_message_shows_a_regular_expression() -> None:
    for namespace in facts().namespaces:
        for option in (*namespace.options.values(), namespace.free_value):
            assert bool(option.form) == bool(option.pattern or option.item_pattern), (namespace.name, option.name)
        form = namespace.free_name
        assert form is None or ("form" in form and ("recommended_pattern" in form) == ("recommended_form" in form))
