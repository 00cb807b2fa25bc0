"""The option table, whole, for each kind of load balancer and each section that adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from troposphere import encode_to_dict

from beanstack.resources import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Configured

    Tabled = Callable[[str], Any]

LAUNCH, COMMAND = "aws:autoscaling:launchconfiguration", "aws:elasticbeanstalk:command"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
ALWAYS: dict[str, dict[str, Any]] = {
    LAUNCH: {
        "DisableIMDSv1": "true",
        "EC2KeyName": "",
        "IamInstanceProfile": {"Ref": "InstanceProfile"},
        "RootVolumeType": "gp3",
    },
    "aws:ec2:instances": {"InstanceTypes": "t3.micro"},
    COMMAND: {
        "BatchSize": "30",
        "BatchSizeType": "Percentage",
        "DeploymentPolicy": "AllAtOnce",
        "IgnoreHealthCheck": "false",
        "Timeout": "600",
    },
    "aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced"},
    "aws:elasticbeanstalk:managedactions": {"ManagedActionsEnabled": "false"},
    "aws:rds:dbinstance": {"HasCoupledDatabase": "false"},
}


def rolling(batch: str, kept: str) -> dict[str, str]:
    """How instances behind a load balancer are replaced."""
    return {
        "MaxBatchSize": batch,
        "MinInstancesInService": kept,
        "RollingUpdateEnabled": "true",
        "RollingUpdateType": "Health",
    }


def balanced(kind: str) -> dict[str, dict[str, Any]]:
    """What every environment with a load balancer has."""
    return ALWAYS | {
        "aws:autoscaling:asg": {"MinSize": "1", "MaxSize": "4"},
        ROLLING: rolling("1", "1"),
        "aws:elasticbeanstalk:environment": {
            "EnvironmentType": "LoadBalanced",
            "LoadBalancerType": kind,
            "ServiceRole": {"Fn::ImportValue": "shop-ServiceRole"},
        },
    }


APPLICATION = balanced("application") | {
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
    "aws:elbv2:listener:default": {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": "HTTP"},
}
DATABASE = {
    "DBAllocatedStorage": "20",
    "DBDeletionPolicy": "Snapshot",
    "DBInstanceClass": "db.t3.micro",
    "DBPassword": {"Fn::Sub": "{{resolve:secretsmanager:${DatabasePassword}}}"},
    "DBUser": "ebroot",
    "HasCoupledDatabase": "true",
    "MultiAZDatabase": "false",
}


@pytest.fixture
def table(shop: Configured) -> Tabled:
    """The option table of `dev` with some settings."""

    def made(settings: str) -> Any:
        application = shop(settings)
        return encode_to_dict(options.table(application, application.environments["dev"]))

    return made


@pytest.mark.parametrize("settings", ["", "load_balancer: {type: application}", "scaling: {min: 1, max: 4}"])
def test_an_application_load_balancer_is_the_default(table: Tabled, settings: str) -> None:
    assert table(settings) == APPLICATION


def test_an_application_load_balancer_takes_every_part_of_the_health_check(table: Tabled) -> None:
    settings = """\
containers: {web: {ports: ["8080:80"]}}
load_balancer: {port: 8080}
health_check: {path: /up?full=1, codes: "200-299,301", interval: 20, timeout: 10,
               healthy_threshold: 2, unhealthy_threshold: 9}
"""
    assert table(settings) == APPLICATION | {
        PROCESS: {
            "HealthCheckInterval": "20",
            "HealthCheckPath": "/up?full=1",
            "HealthCheckTimeout": "10",
            "HealthyThresholdCount": "2",
            "MatcherHTTPCode": "200-299,301",
            "Port": "8080",
            "Protocol": "HTTP",
            "UnhealthyThresholdCount": "9",
        }
    }


NETWORK_CHECKS = [
    ("{}", "30", "5"),
    ("{unhealthy_threshold: 2}", "30", "2"),
    ("{interval: 10, healthy_threshold: 2, unhealthy_threshold: 2}", "10", "2"),
]


@pytest.mark.parametrize(("check", "interval", "limit"), NETWORK_CHECKS)
def test_a_network_load_balancer_looks_at_the_port_alone(table: Tabled, check: str, interval: str, limit: str) -> None:
    assert table(f"load_balancer: {{type: network}}\nhealth_check: {check}") == balanced("network") | {
        PROCESS: {
            "HealthCheckInterval": interval,
            "HealthyThresholdCount": limit,
            "Port": "80",
            "Protocol": "TCP",
            "UnhealthyThresholdCount": limit,
        },
        "aws:elbv2:listener:default": {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": "TCP"},
    }


def test_a_classic_load_balancer_has_namespaces_of_its_own(table: Tabled) -> None:
    settings = """\
containers: {web: {ports: ["8080:80"]}}
load_balancer: {type: classic, port: 8080}
health_check: {path: /up}
"""
    assert table(settings) == balanced("classic") | {
        "aws:elasticbeanstalk:application": {"Application Healthcheck URL": "HTTP:8080/up"},
        "aws:elb:healthcheck": {"HealthyThreshold": "3", "Interval": "15", "Timeout": "5", "UnhealthyThreshold": "5"},
        "aws:elb:listener": {
            "InstancePort": "8080",
            "InstanceProtocol": "HTTP",
            "ListenerEnabled": "true",
            "ListenerProtocol": "HTTP",
        },
    }


def test_without_a_load_balancer_one_instance_runs(table: Tabled) -> None:
    assert table("load_balancer: {type: none}") == ALWAYS | {
        "aws:autoscaling:asg": {"MinSize": "1", "MaxSize": "1"},
        ROLLING: {"RollingUpdateEnabled": "false"},
        "aws:elasticbeanstalk:environment": {
            "EnvironmentType": "SingleInstance",
            "ServiceRole": {"Fn::ImportValue": "shop-ServiceRole"},
        },
    }


@pytest.mark.parametrize(("engine", "version"), [("mysql", "8.4.11"), ("postgres", "17.11")])
def test_a_database_by_default_is_small_and_kept_as_a_snapshot(table: Tabled, engine: str, version: str) -> None:
    assert table(f"database: {{engine: {engine}}}") == APPLICATION | {
        "aws:rds:dbinstance": DATABASE | {"DBEngine": engine, "DBEngineVersion": version}
    }


def test_a_database_takes_every_setting(table: Tabled) -> None:
    settings = """\
database: {engine: postgres, version: "16.4", instance_class: db.m7g.large, storage: 100, user: shopkeeper, %s}
"""
    assert table(settings % "deletion_policy: Retain, multi_az: true") == APPLICATION | {
        "aws:rds:dbinstance": {
            "DBAllocatedStorage": "100",
            "DBDeletionPolicy": "Retain",
            "DBEngine": "postgres",
            "DBEngineVersion": "16.4",
            "DBInstanceClass": "db.m7g.large",
            "DBPassword": DATABASE["DBPassword"],
            "DBUser": "shopkeeper",
            "HasCoupledDatabase": "true",
            "MultiAZDatabase": "true",
        }
    }


def test_traffic_splitting_has_options_of_its_own(table: Tabled) -> None:
    assert table("deployment: {policy: TrafficSplitting, new_version_percent: 25, timeout: 900}") == APPLICATION | {
        COMMAND: ALWAYS[COMMAND] | {"DeploymentPolicy": "TrafficSplitting", "Timeout": "900"},
        "aws:elasticbeanstalk:trafficsplitting": {"EvaluationTime": "5", "NewVersionPercent": "25"},
    }


def test_instances_scaling_and_batches_are_the_configurations(table: Tabled) -> None:
    settings = """\
instance_types: [t3.small, t3a.small]
key_pair: shop key
scaling: {min: 0, max: 9}
deployment: {policy: Rolling, batch_size: 2, batch_size_type: Fixed, ignore_health_check: true}
"""
    assert table(settings) == APPLICATION | {
        "aws:autoscaling:asg": {"MinSize": "0", "MaxSize": "9"},
        ROLLING: rolling("1", "0"),
        LAUNCH: ALWAYS[LAUNCH] | {"EC2KeyName": "shop key"},
        "aws:ec2:instances": {"InstanceTypes": "t3.small,t3a.small"},
        COMMAND: {
            "BatchSize": "2",
            "BatchSizeType": "Fixed",
            "DeploymentPolicy": "Rolling",
            "IgnoreHealthCheck": "true",
            "Timeout": "600",
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
    assert table(settings)[ROLLING] == rolling(batch, kept)


def test_properties_reach_elastic_beanstalk_as_they_are_written(table: Tabled) -> None:
    settings = """\
properties:
  GREETING: "it's 100% ${HOME} # no"
  TOKEN: "{{resolve:secretsmanager:shop:SecretString:token}}"
"""
    assert table(settings) == APPLICATION | {
        "aws:elasticbeanstalk:application:environment": {
            "GREETING": "it's 100% ${HOME} # no",
            "TOKEN": "{{resolve:secretsmanager:shop:SecretString:token}}",
        }
    }


def test_raw_options_win_and_leave_their_neighbours_alone(table: Tabled) -> None:
    settings = """\
options:
  aws:autoscaling:launchconfiguration: {RootVolumeSize: 30, RootVolumeType: io1}
  aws:elasticbeanstalk:cloudwatch:logs: {StreamLogs: true, RetentionInDays: 7}
"""
    assert table(settings) == APPLICATION | {
        LAUNCH: ALWAYS[LAUNCH] | {"RootVolumeSize": "30", "RootVolumeType": "io1"},
        "aws:elasticbeanstalk:cloudwatch:logs": {"StreamLogs": "true", "RetentionInDays": "7"},
    }


def test_option_settings_are_the_table_sorted(shop: Configured) -> None:
    application = shop("options: {'aws:a': {z: 1, A: 2}}\nload_balancer: {type: none}")
    settings = encode_to_dict(options.option_settings(application, application.environments["dev"]))
    assert settings[:3] == [
        {"Namespace": "aws:a", "OptionName": "A", "Value": "2"},
        {"Namespace": "aws:a", "OptionName": "z", "Value": "1"},
        {"Namespace": "aws:autoscaling:asg", "OptionName": "MaxSize", "Value": "1"},
    ]
    names = [(setting["Namespace"], setting["OptionName"]) for setting in settings]
    assert names == sorted(set(names))
