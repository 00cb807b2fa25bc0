"""The option table: whole for an environment that sets nothing, and what each setting changes in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from troposphere import encode_to_dict

from beanstack.resources import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Configured

    Tabled = Callable[[str], Any]

COMMAND = "aws:elasticbeanstalk:command"
DATABASE = "aws:rds:dbinstance"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
LAUNCH = "aws:autoscaling:launchconfiguration"
LISTENER = "aws:elbv2:listener:default"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
SCALING = "aws:autoscaling:asg"


@pytest.fixture
def table(shop: Configured) -> Tabled:
    """The option table of `dev` with some settings."""

    def made(settings: str) -> Any:
        application = shop(settings)
        made: dict[str, Any] = {}
        for (namespace, name, _), entry in options.table(application, application.environments["dev"]).items():
            made.setdefault(namespace, {})[name] = encode_to_dict(entry.value)
        return made

    return made


@pytest.fixture
def changes(table: Tabled) -> Tabled:
    """What some settings change in the table of an environment without any; what is missing then is None."""

    def made(settings: str) -> Any:
        before, after = table(""), table(settings)
        found: dict[str, Any] = {}
        for namespace in before.keys() | after.keys():
            old, new = before.get(namespace, {}), after.get(namespace)
            if new is None:
                found[namespace] = None
            elif new != old:
                names = old.keys() | new.keys()
                found[namespace] = {name: new.get(name) for name in names if new.get(name) != old.get(name)}
        return found

    return made


def test_environment_that_sets_nothing_has_these_options(table: Tabled) -> None:
    assert table("") == {
        SCALING: {"MinSize": "1", "MaxSize": "4"},
        LAUNCH: {
            "DisableIMDSv1": "true",
            "EC2KeyName": "",
            "IamInstanceProfile": {"Ref": "InstanceProfile"},
            "RootVolumeType": "gp3",
        },
        ROLLING: {
            "MaxBatchSize": "1",
            "MinInstancesInService": "1",
            "RollingUpdateEnabled": "true",
            "RollingUpdateType": "Health",
        },
        "aws:ec2:instances": {"InstanceTypes": "t3.micro"},
        COMMAND: {
            "BatchSize": "30",
            "BatchSizeType": "Percentage",
            "DeploymentPolicy": "AllAtOnce",
            "IgnoreHealthCheck": "false",
            "Timeout": "600",
        },
        "aws:elasticbeanstalk:environment": {
            "EnvironmentType": "LoadBalanced",
            "LoadBalancerType": "application",
            "ServiceRole": {"Fn::ImportValue": "shop-ServiceRole"},
        },
        PROCESS: {
            "HealthCheckInterval": "15",
            "HealthCheckPath": "/",
            "HealthCheckTimeout": "5",
            "HealthyThresholdCount": "3",
            "MatcherHTTPCode": "200",
            "Port": "80",
            "Protocol": "HTTP",
            "UnhealthyThresholdCount": "5",
        },
        "aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced"},
        "aws:elasticbeanstalk:managedactions": {"ManagedActionsEnabled": "false"},
        LISTENER: {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": "HTTP"},
        DATABASE: {"HasCoupledDatabase": "false"},
    }


@pytest.mark.parametrize("settings", ["load_balancer: {type: application}", "scaling: {min: 1, max: 4}"])
def test_default_that_is_written_out_changes_nothing(changes: Tabled, settings: str) -> None:
    assert changes(settings) == {}


def test_application_load_balancer_takes_every_part_of_the_health_check(changes: Tabled) -> None:
    settings = """\
containers: {web: {ports: ["8080:80"]}}
load_balancer: {port: 8080}
health_check: {path: /up?full=1, codes: "200-299,301", interval: 20, timeout: 10,
               healthy_threshold: 2, unhealthy_threshold: 9}
"""
    assert changes(settings) == {
        PROCESS: {
            "HealthCheckInterval": "20",
            "HealthCheckPath": "/up?full=1",
            "HealthCheckTimeout": "10",
            "HealthyThresholdCount": "2",
            "MatcherHTTPCode": "200-299,301",
            "Port": "8080",
            "UnhealthyThresholdCount": "9",
        }
    }


NETWORK_CHECKS = [
    ("{}", {"HealthCheckInterval": "30", "HealthyThresholdCount": "5"}),
    (
        "{unhealthy_threshold: 2}",
        {"HealthCheckInterval": "30", "HealthyThresholdCount": "2", "UnhealthyThresholdCount": "2"},
    ),
    (
        "{interval: 10, healthy_threshold: 2, unhealthy_threshold: 2}",
        {"HealthCheckInterval": "10", "HealthyThresholdCount": "2", "UnhealthyThresholdCount": "2"},
    ),
]


@pytest.mark.parametrize(("check", "changed"), NETWORK_CHECKS)
def test_network_load_balancer_checks_the_port_alone(changes: Tabled, check: str, changed: dict[str, str]) -> None:
    http = dict.fromkeys(("HealthCheckPath", "HealthCheckTimeout", "MatcherHTTPCode"))
    assert changes(f"load_balancer: {{type: network}}\nhealth_check: {check}") == {
        "aws:elasticbeanstalk:environment": {"LoadBalancerType": "network"},
        PROCESS: {"Protocol": "TCP", **changed, **http},
        LISTENER: {"Protocol": "TCP"},
    }


def test_classic_load_balancer_has_namespaces_of_its_own(changes: Tabled) -> None:
    settings = """\
containers: {web: {ports: ["8080:80"]}}
load_balancer: {type: classic, port: 8080}
health_check: {path: /up}
"""
    assert changes(settings) == {
        "aws:elasticbeanstalk:application": {"Application Healthcheck URL": "HTTP:8080/up"},
        "aws:elasticbeanstalk:environment": {"LoadBalancerType": "classic"},
        PROCESS: None,
        "aws:elb:healthcheck": {"HealthyThreshold": "3", "Interval": "15", "Timeout": "5", "UnhealthyThreshold": "5"},
        "aws:elb:listener": {
            "InstancePort": "8080",
            "InstanceProtocol": "HTTP",
            "ListenerEnabled": "true",
            "ListenerProtocol": "HTTP",
        },
        LISTENER: None,
    }


def test_a_shared_load_balancer_has_no_default_listener(changes: Tabled) -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/one/0123456789abcdef"
    settings = f"""\
options:
  aws:elasticbeanstalk:environment: {{LoadBalancerIsShared: "true"}}
  aws:elbv2:loadbalancer: {{SharedLoadBalancer: {arn}}}
"""
    assert changes(settings) == {
        "aws:elasticbeanstalk:environment": {"LoadBalancerIsShared": "true"},
        "aws:elbv2:loadbalancer": {"SharedLoadBalancer": arn},
        LISTENER: None,
    }


def test_one_instance_runs_without_a_load_balancer(table: Tabled, changes: Tabled) -> None:
    found = changes("load_balancer: {type: none}")
    found.pop(ROLLING)
    assert found == {
        SCALING: {"MaxSize": "1"},
        "aws:elasticbeanstalk:environment": {"EnvironmentType": "SingleInstance", "LoadBalancerType": None},
        PROCESS: None,
        LISTENER: None,
    }
    assert table("load_balancer: {type: none}")[ROLLING] == {"RollingUpdateEnabled": "false"}


DEFAULT_DATABASE = {
    "DBAllocatedStorage": "20",
    "DBDeletionPolicy": "Snapshot",
    "DBInstanceClass": "db.t3.micro",
    "DBPassword": {"Fn::Sub": "{{resolve:secretsmanager:${DatabasePassword}}}"},
    "DBUser": "ebroot",
    "HasCoupledDatabase": "true",
    "MultiAZDatabase": "false",
}


@pytest.mark.parametrize(("engine", "version"), [("mysql", "8.4.11"), ("postgres", "17.11")])
def test_default_database_is_small_and_kept_as_a_snapshot(changes: Tabled, engine: str, version: str) -> None:
    assert changes(f"database: {{engine: {engine}}}") == {
        DATABASE: DEFAULT_DATABASE | {"DBEngine": engine, "DBEngineVersion": version}
    }


def test_database_takes_every_setting(changes: Tabled) -> None:
    settings = """\
database: {engine: postgres, version: "16.4", instance_class: db.m7g.large, storage: 100, user: shopkeeper, %s}
"""
    assert changes(settings % "deletion_policy: Retain, multi_az: true") == {
        DATABASE: {
            "DBAllocatedStorage": "100",
            "DBDeletionPolicy": "Retain",
            "DBEngine": "postgres",
            "DBEngineVersion": "16.4",
            "DBInstanceClass": "db.m7g.large",
            "DBPassword": DEFAULT_DATABASE["DBPassword"],
            "DBUser": "shopkeeper",
            "HasCoupledDatabase": "true",
            "MultiAZDatabase": "true",
        }
    }


def test_traffic_splitting_has_options_of_its_own(changes: Tabled) -> None:
    assert changes("deployment: {policy: TrafficSplitting, new_version_percent: 25, timeout: 900}") == {
        COMMAND: {"DeploymentPolicy": "TrafficSplitting", "Timeout": "900"},
        "aws:elasticbeanstalk:trafficsplitting": {"EvaluationTime": "5", "NewVersionPercent": "25"},
    }


def test_instances_scaling_and_batches_are_the_configurations(changes: Tabled) -> None:
    settings = """\
instance_types: [t3.small, t3a.small]
key_pair: shop key
scaling: {min: 0, max: 9}
deployment: {policy: Rolling, batch_size: 2, batch_size_type: Fixed, ignore_health_check: true}
"""
    assert changes(settings) == {
        SCALING: {"MinSize": "0", "MaxSize": "9"},
        ROLLING: {"MinInstancesInService": "0"},
        LAUNCH: {"EC2KeyName": "shop key"},
        "aws:ec2:instances": {"InstanceTypes": "t3.small,t3a.small"},
        COMMAND: {
            "BatchSize": "2",
            "BatchSizeType": "Fixed",
            "DeploymentPolicy": "Rolling",
            "IgnoreHealthCheck": "true",
        },
    }


@pytest.mark.parametrize(
    ("settings", "batch", "kept"),
    [
        ("scaling: {min: 0, max: 1}", "1", "0"),
        ("scaling: {min: 1, max: 1}", "1", "0"),
        ("scaling: {min: 3, max: 4}", "1", "3"),
        ("scaling: {min: 4, max: 4}", "2", "3"),
        ("scaling: {min: 10000, max: 10000}", "3334", "9999"),
        ("options: {'aws:autoscaling:asg': {MinSize: 7, MaxSize: 7}}", "3", "6"),
        ("options: {'aws:autoscaling:asg': {MaxSize: 1}}", "1", "0"),
        ("options: {'aws:autoscaling:asg': {MinSize: '{{resolve:ssm:min}}'}}", "1", "1"),
    ],
)
def test_instances_are_replaced_in_batches_that_eb_accepts(table: Tabled, settings: str, batch: str, kept: str) -> None:
    rolling = table(settings)[ROLLING]
    assert (rolling["MaxBatchSize"], rolling["MinInstancesInService"]) == (batch, kept)


def test_properties_reach_elastic_beanstalk_as_they_are_written(changes: Tabled) -> None:
    settings = """\
properties:
  GREETING: "it's 100% ${HOME} # no"
  TOKEN: "{{resolve:secretsmanager:shop:SecretString:token}}"
"""
    assert changes(settings) == {
        "aws:elasticbeanstalk:application:environment": {
            "GREETING": "it's 100% ${HOME} # no",
            "TOKEN": "{{resolve:secretsmanager:shop:SecretString:token}}",
        }
    }


def test_the_name_of_a_resource_comes_before_the_namespace(shop: Configured) -> None:
    application = shop("""\
options:
  EveningOff.aws:autoscaling:scheduledaction: {MinSize: 0, MaxSize: 0, DesiredCapacity: 0, Recurrence: "0 20 * * *"}
  MorningOn.aws:autoscaling:scheduledaction: {MinSize: 1, MaxSize: 4, DesiredCapacity: 1, Recurrence: "0 6 * * *"}
""")
    settings = encode_to_dict(options.option_settings(application, application.environments["dev"]))
    named = [setting for setting in settings if "ResourceName" in setting]
    assert [(setting["ResourceName"], setting["OptionName"], setting["Value"]) for setting in named] == [
        ("EveningOff", "DesiredCapacity", "0"),
        ("MorningOn", "DesiredCapacity", "1"),
        ("EveningOff", "MaxSize", "0"),
        ("MorningOn", "MaxSize", "4"),
        ("EveningOff", "MinSize", "0"),
        ("MorningOn", "MinSize", "1"),
        ("EveningOff", "Recurrence", "0 20 * * *"),
        ("MorningOn", "Recurrence", "0 6 * * *"),
    ]
    assert {setting["Namespace"] for setting in named} == {"aws:autoscaling:scheduledaction"}


def test_raw_options_win_and_leave_their_neighbours_alone(changes: Tabled) -> None:
    settings = """\
options:
  aws:autoscaling:launchconfiguration: {RootVolumeSize: 30, RootVolumeType: io1}
  aws:elasticbeanstalk:cloudwatch:logs: {StreamLogs: true, RetentionInDays: 7}
"""
    assert changes(settings) == {
        LAUNCH: {"RootVolumeSize": "30", "RootVolumeType": "io1"},
        "aws:elasticbeanstalk:cloudwatch:logs": {"StreamLogs": "true", "RetentionInDays": "7"},
    }


CONSTANTS = {
    (LAUNCH, "DisableIMDSv1"),
    (LAUNCH, "IamInstanceProfile"),
    (LAUNCH, "RootVolumeType"),
    ("aws:elasticbeanstalk:environment", "ServiceRole"),
    ("aws:elasticbeanstalk:healthreporting:system", "SystemType"),
    ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"),
}


@pytest.mark.parametrize("kind", ["application", "network", "classic", "none"])
def test_every_option_but_the_constants_names_keys_that_exist(shop: Configured, kind: str) -> None:
    more = "database: {engine: mysql}\nproperties: {LEVEL: info}\noptions: {'aws:autoscaling:asg': {Cooldown: 60}}"
    application = shop(f"load_balancer: {{type: {kind}}}\n{more}")
    environment = application.environments["dev"]
    without_keys = set()
    for (namespace, name, _), entry in options.table(application, environment).items():
        if not entry.keys:
            without_keys.add((namespace, name))
        for key in entry.keys:
            section: Any = environment
            for step in key:
                section = section[step] if isinstance(section, Mapping) else getattr(section, str(step))
    assert without_keys == CONSTANTS


def test_options_that_follow_from_a_raw_option_name_it(shop: Configured) -> None:
    application = shop("options: {'aws:autoscaling:asg': {MinSize: 4}}")
    made = options.table(application, application.environments["dev"])
    assert made[ROLLING, "MaxBatchSize", ""] == ("2", (("options", SCALING, "MinSize"),))
    assert made[ROLLING, "MinInstancesInService", ""].keys == (("options", SCALING, "MinSize"), ("scaling", "max"))


def test_option_settings_are_the_table_sorted(shop: Configured) -> None:
    application = shop(
        "options: {'aws:autoscaling:asg': {Cooldown: 1, 'Availability Zones': Any 1}}\nload_balancer: {type: none}"
    )
    settings = encode_to_dict(options.option_settings(application, application.environments["dev"]))
    assert settings[:3] == [
        {"Namespace": "aws:autoscaling:asg", "OptionName": "Availability Zones", "Value": "Any 1"},
        {"Namespace": "aws:autoscaling:asg", "OptionName": "Cooldown", "Value": "1"},
        {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "1"},
    ]
    names = [(setting["Namespace"], setting["OptionName"]) for setting in settings]
    assert names == sorted(set(names))


NO_4XX = {
    "Environment": {
        "Application": {"ApplicationRequests4xx": {"Enabled": False}},
        "ELB": {"ELBRequests4xx": {"Enabled": False}},
    }
}


def test_answers_4xx_are_ignored_by_a_document_on_health(changes: Tabled) -> None:
    """As https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-rules.html has it."""
    document = json.loads(changes("deployment: {ignore_4xx: true}")[HEALTH]["ConfigDocument"])
    assert document == {"Rules": NO_4XX, "Version": 1}


def test_a_single_instance_has_no_rule_for_a_load_balancer(table: Tabled) -> None:
    document = json.loads(
        table("deployment: {ignore_4xx: true}\nload_balancer: {type: none}")[HEALTH]["ConfigDocument"]
    )
    assert list(document["Rules"]["Environment"]) == ["Application"]


def test_answers_4xx_count_again_once_that_is_said(table: Tabled) -> None:
    document = table("deployment: {ignore_4xx: false}")[HEALTH]["ConfigDocument"]
    assert document == json.dumps({"Rules": NO_4XX, "Version": 1}).replace("false", "true")


@pytest.mark.parametrize(("accepted", "threshold"), [("Ok", "Ok"), ("Info", "Ok"), ("Warning", "Warning")])
def test_eb_accepts_the_health_that_the_config_accepts(changes: Tabled, accepted: str, threshold: str) -> None:
    found = changes(f"deployment: {{accepted_health: {accepted}}}")
    assert found == {HEALTH: {"HealthCheckSuccessThreshold": threshold}}
