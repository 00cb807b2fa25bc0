"""What EB would say of an environment's whole option table, told at the keys of its configuration.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import CLASSIC_LISTENER, COMMAND, PROCESS, PROPERTIES
from beanstack.eb.catalogue import facts
from beanstack.eb.check import check_options
from beanstack.eb.findings import Finding
from beanstack.eb.rules import Kind
from beanstack.eb.settings import Context, Setting, concerned
from beanstack.resources.options import GROUP, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.config import Application, Environment
    from beanstack.eb.findings import Path

# The keys that Beanstack's own options come from, by namespace and, where one key gives one option, by option.
KEYS: Mapping[str, Path] = {
    "aws:autoscaling:launchconfiguration": ("key_pair",),
    "aws:autoscaling:updatepolicy:rollingupdate": ("scaling",),
    "aws:ec2:instances": ("instance_types",),
    "aws:elasticbeanstalk:application": ("health_check", "path"),
    "aws:elasticbeanstalk:environment": ("load_balancer", "type"),
    "aws:elasticbeanstalk:trafficsplitting": ("deployment",),
    "aws:elb:healthcheck": ("health_check",),
    "aws:elbv2:listener:default": ("load_balancer", "type"),
    "aws:rds:dbinstance": ("database",),
    CLASSIC_LISTENER: ("load_balancer",),
    COMMAND: ("deployment",),
    GROUP: ("scaling",),
    PROCESS: ("health_check",),
    PROPERTIES: ("properties",),
}
OPTION_KEYS: Mapping[tuple[str, str], Path] = {
    ("aws:elasticbeanstalk:trafficsplitting", "EvaluationTime"): ("deployment", "evaluation_time"),
    ("aws:elasticbeanstalk:trafficsplitting", "NewVersionPercent"): ("deployment", "new_version_percent"),
    ("aws:elb:healthcheck", "HealthyThreshold"): ("health_check", "healthy_threshold"),
    ("aws:elb:healthcheck", "Interval"): ("health_check", "interval"),
    ("aws:elb:healthcheck", "Timeout"): ("health_check", "timeout"),
    ("aws:elb:healthcheck", "UnhealthyThreshold"): ("health_check", "unhealthy_threshold"),
    ("aws:rds:dbinstance", "DBAllocatedStorage"): ("database", "storage"),
    ("aws:rds:dbinstance", "DBDeletionPolicy"): ("database", "deletion_policy"),
    ("aws:rds:dbinstance", "DBEngine"): ("database", "engine"),
    ("aws:rds:dbinstance", "DBEngineVersion"): ("database", "version"),
    ("aws:rds:dbinstance", "DBInstanceClass"): ("database", "instance_class"),
    ("aws:rds:dbinstance", "DBUser"): ("database", "user"),
    ("aws:rds:dbinstance", "MultiAZDatabase"): ("database", "multi_az"),
    (CLASSIC_LISTENER, "InstancePort"): ("load_balancer", "port"),
    (COMMAND, "BatchSize"): ("deployment", "batch_size"),
    (COMMAND, "BatchSizeType"): ("deployment", "batch_size_type"),
    (COMMAND, "DeploymentPolicy"): ("deployment", "policy"),
    (COMMAND, "IgnoreHealthCheck"): ("deployment", "ignore_health_check"),
    (COMMAND, "Timeout"): ("deployment", "timeout"),
    (GROUP, "MaxSize"): ("scaling", "max"),
    (GROUP, "MinSize"): ("scaling", "min"),
    (PROCESS, "HealthCheckInterval"): ("health_check", "interval"),
    (PROCESS, "HealthCheckPath"): ("health_check", "path"),
    (PROCESS, "HealthCheckTimeout"): ("health_check", "timeout"),
    (PROCESS, "HealthyThresholdCount"): ("health_check", "healthy_threshold"),
    (PROCESS, "MatcherHTTPCode"): ("health_check", "codes"),
    (PROCESS, "Port"): ("load_balancer", "port"),
    (PROCESS, "UnhealthyThresholdCount"): ("health_check", "unhealthy_threshold"),
}


def judged(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield what Elastic Beanstalk would refuse, and warnings only on what config itself names as an option.

    Secrets in plain text have a rule of config's own, with exceptions that the facts do not know.
    """
    options = table(application, environment)
    settings = [
        Setting(namespace, name, value if isinstance(value, str) else None)
        for namespace, values in options.items()
        for name, value in values.items()
    ]
    role = frozenset({"executionRoleArn"}) if environment.execution_role_arn else frozenset[str]()
    context = Context("web", "ecs-al2023", complete=True, files={"Dockerrun.aws.json": role})
    for finding in check_options(settings, facts(), context):
        error, kind = finding.severity == "error", finding.kind
        indices = concerned(finding)
        raw = [index for index in indices if _raw(settings[index], environment)]
        if error or (raw and finding.severity == "warning" and kind is not Kind.SECRET):
            guilty, *others = sorted(indices, key=lambda index: index not in raw)
            yield _at_key(finding, settings[guilty], [settings[index] for index in others], environment)


def _at_key(finding: Finding, guilty: Setting, others: list[Setting], environment: Environment) -> Finding:
    path, part = _path(guilty, environment), finding.path[1]
    also = tuple(_path(other, environment) for other in others)
    if path[0] != "options":
        return Finding(path, finding.message, finding.rule, also=also)
    if part == "namespace":
        return Finding(path[:2], finding.message, finding.rule, at_key=True)
    return Finding(path, finding.message, finding.rule, at_key=part in ("option", "setting"), also=also)


def _path(setting: Setting, environment: Environment) -> Path:
    """The key that gives a setting, `options` before Beanstack's own."""
    namespace, name = setting.namespace, setting.option
    if _raw(setting, environment):
        return ("options", namespace, name)
    return OPTION_KEYS.get((namespace, name)) or KEYS.get(namespace, ("platform",))


def _raw(setting: Setting, environment: Environment) -> bool:
    return setting.option in environment.options.get(setting.namespace, {})
