"""The option table of an environment: {namespace: {option: value}}.

The home of EB's namespaces, but for those that config's rules judge (`config/option.py`). A nested dict cannot hold an
option twice; it becomes a sorted list at the end. What Beanstack manages is always written, defaults included, because
EB keeps the value of an option that disappears:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html

Options, ranges and defaults: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from troposphere import AWSHelperFn, ImportValue, Ref
from troposphere.elasticbeanstalk import OptionSetting

from beanstack.config.option import CLASSIC_LISTENER, COMMAND, PROCESS, PROPERTIES
from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.resources import database, exports, iam

if TYPE_CHECKING:
    from beanstack.config import Application, Environment

Value: TypeAlias = str | AWSHelperFn
Table: TypeAlias = dict[str, dict[str, Value]]

GROUP = "aws:autoscaling:asg"
HEALTH_CHECK_INTERVAL = {"network": 30}


def option_settings(application: Application, environment: Environment) -> list[OptionSetting]:
    """The table as CloudFormation takes it, sorted by namespace and option."""
    options = table(application, environment)
    return [
        OptionSetting(Namespace=namespace, OptionName=name, Value=value)
        for namespace, values in sorted(options.items())
        for name, value in sorted(values.items())
    ]


def table(application: Application, environment: Environment) -> Table:
    """Every option of an environment; config's own `options` win."""
    options: Table = {
        **instances(environment),
        **scaling(environment),
        **health(application, environment),
        **deployment(environment),
        **load_balancer(environment),
        **coupled_database(environment),
        **properties(environment),
    }
    for namespace, values in environment.options.items():
        options[namespace] = {**options.get(namespace, {}), **values}
    return options


def instances(environment: Environment) -> Table:
    """gp3 and IMDSv2 make EB use a launch template, which new accounts need."""
    launch: dict[str, Value] = {
        "DisableIMDSv1": "true",
        "EC2KeyName": environment.key_pair or "",  # empty takes one away; left out, EB would keep it
        "IamInstanceProfile": Ref(iam.INSTANCE_PROFILE),
        "RootVolumeType": "gp3",
    }
    return {
        "aws:autoscaling:launchconfiguration": launch,
        "aws:ec2:instances": {"InstanceTypes": ",".join(environment.instance_types)},
    }


def scaling(environment: Environment) -> Table:
    """How many instances, and how they are replaced when their configuration changes, a platform's version included."""
    rolling: dict[str, Value] = {"RollingUpdateEnabled": _boolean(environment.load_balanced)}
    if environment.load_balanced:
        fewest = _size(environment, "MinSize", environment.scaling.min)
        most = _size(environment, "MaxSize", environment.scaling.max)
        # EB's own defaults, and what they would have to be where no instance needs to run: it refuses a batch of 0.
        rolling["MaxBatchSize"] = str(max(1, -(-fewest // 3)))
        rolling["MinInstancesInService"] = str(min(fewest, most - 1))
        rolling["RollingUpdateType"] = "Health"
    return {
        GROUP: {
            "MinSize": str(environment.scaling.min if environment.load_balanced else 1),
            "MaxSize": str(environment.scaling.max if environment.load_balanced else 1),
        },
        "aws:autoscaling:updatepolicy:rollingupdate": rolling,
    }


def health(application: Application, environment: Environment) -> Table:
    """The kind of environment, who watches it, and no updates but those that config names."""
    kind: dict[str, Value] = {
        "EnvironmentType": "LoadBalanced" if environment.load_balanced else "SingleInstance",
        "ServiceRole": ImportValue(exports.name(application, exports.SERVICE_ROLE)),
    }
    if environment.load_balanced:
        kind["LoadBalancerType"] = environment.load_balancer.type  # EB's default is classic
    return {
        "aws:elasticbeanstalk:environment": kind,
        "aws:elasticbeanstalk:healthreporting:system": {"SystemType": "enhanced"},
        # The platform's version is pinned; EB must not move it behind the template's back.
        "aws:elasticbeanstalk:managedactions": {"ManagedActionsEnabled": "false"},
    }


def deployment(environment: Environment) -> Table:
    """How a new version reaches the instances."""
    settings = environment.deployment
    options: Table = {
        COMMAND: {
            "BatchSize": str(settings.batch_size),
            "BatchSizeType": settings.batch_size_type,
            "DeploymentPolicy": settings.policy,
            "IgnoreHealthCheck": _boolean(settings.ignore_health_check),
            "Timeout": str(settings.timeout),
        }
    }
    if settings.policy == "TrafficSplitting":
        options["aws:elasticbeanstalk:trafficsplitting"] = {
            "EvaluationTime": str(settings.evaluation_time),
            "NewVersionPercent": str(settings.new_version_percent),
        }
    return options


def load_balancer(environment: Environment) -> Table:
    """Listener, instance port and health check, in the namespaces of the load balancer's type."""
    match environment.load_balancer.type:
        case "none":
            return {}
        case "classic":
            return classic_load_balancer(environment)
        case _:
            return elbv2_load_balancer(environment)


def elbv2_load_balancer(environment: Environment) -> Table:
    """An application load balancer asks for a path, a network load balancer looks at the port alone.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
    """
    kind, check = environment.load_balancer.type, environment.health_check
    protocol = "TCP" if kind == "network" else "HTTP"
    healthy, unhealthy = _thresholds(environment)
    process: dict[str, Value] = {
        "HealthCheckInterval": str(_interval(environment)),
        "HealthyThresholdCount": str(healthy),
        "Port": str(environment.load_balancer.port),
        "Protocol": protocol,
        "UnhealthyThresholdCount": str(unhealthy),
    }
    if kind == "application":
        process["HealthCheckPath"] = check.path
        process["HealthCheckTimeout"] = str(check.timeout)
        process["MatcherHTTPCode"] = check.codes
    return {
        PROCESS: process,
        "aws:elbv2:listener:default": {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": protocol},
    }


def classic_load_balancer(environment: Environment) -> Table:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html"""
    port, check = environment.load_balancer.port, environment.health_check
    healthy, unhealthy = _thresholds(environment)
    return {
        "aws:elasticbeanstalk:application": {"Application Healthcheck URL": f"HTTP:{port}{check.path}"},
        "aws:elb:healthcheck": {
            "HealthyThreshold": str(healthy),
            "Interval": str(_interval(environment)),
            "Timeout": str(check.timeout),
            "UnhealthyThreshold": str(unhealthy),
        },
        CLASSIC_LISTENER: {
            "InstancePort": str(port),
            "InstanceProtocol": "HTTP",
            "ListenerEnabled": "true",
            "ListenerProtocol": "HTTP",
        },
    }


def coupled_database(environment: Environment) -> Table:
    """Without HasCoupledDatabase EB silently makes no database, whatever the other options say.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    settings = environment.database
    if not settings:
        return {"aws:rds:dbinstance": {"HasCoupledDatabase": "false"}}
    return {
        "aws:rds:dbinstance": {
            "DBAllocatedStorage": str(settings.storage),
            "DBDeletionPolicy": settings.deletion_policy,
            "DBEngine": settings.engine,
            "DBEngineVersion": settings.version or DEFAULT_VERSIONS[settings.engine],
            "DBInstanceClass": settings.instance_class,
            "DBPassword": database.password(),
            "DBUser": settings.user,
            "HasCoupledDatabase": "true",
            "MultiAZDatabase": _boolean(settings.multi_az),
        }
    }


def properties(environment: Environment) -> Table:
    """Environment properties; the platform hands them to every container as environment variables."""
    if not environment.properties:
        return {}
    return {PROPERTIES: dict(environment.properties)}


def _size(environment: Environment, name: str, size: int) -> int:
    """The group's size as EB gets it; where CloudFormation has yet to resolve it, config's own."""
    raw = environment.effective(GROUP, name, str(size)).value
    return int(raw) if raw.isdecimal() else size


def _interval(environment: Environment) -> int:
    default = HEALTH_CHECK_INTERVAL.get(environment.load_balancer.type, 15)
    return environment.health_check.interval or default


def _thresholds(environment: Environment) -> tuple[int, int]:
    """Checks until healthy and until unhealthy; a network load balancer has one number for both."""
    check = environment.health_check
    by_default = check.unhealthy_threshold if environment.load_balancer.type == "network" else 3
    return check.healthy_threshold or by_default, check.unhealthy_threshold


def _boolean(value: bool) -> str:
    return "true" if value else "false"
