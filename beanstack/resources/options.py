"""The option table of an environment: what its configuration declares, and what several keys make together.

What Beanstack manages is always written, defaults included, because EB keeps the value of an option that disappears:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html

Options, ranges and defaults: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import ImportValue, Ref
from troposphere.elasticbeanstalk import OptionSetting

from beanstack.config.option import Entry, declared, raw_options
from beanstack.config.sections import health_check_default
from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.eb.namespaces import (
    APPLICATION,
    CLASSIC_CHECK,
    CLASSIC_LISTENER,
    DATABASE,
    ENVIRONMENT,
    GROUP,
    HEALTH,
    LAUNCH,
    LISTENER,
    LOAD_BALANCED,
    MANAGED_ACTIONS,
    PROCESS,
    ROLLING,
    SINGLE_INSTANCE,
)
from beanstack.resources import database, exports, iam

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.config import Application, Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path

ACCEPTED: Path = ("deployment", "accepted_health")
IGNORE: Path = ("deployment", "ignore_4xx")
TYPE: Path = ("load_balancer", "type")
PORT: Path = ("load_balancer", "port")
PATH: Path = ("health_check", "path")
INTERVAL: Path = ("health_check", "interval")
HEALTHY_THRESHOLD: Path = ("health_check", "healthy_threshold")
SHARED = (ENVIRONMENT, "LoadBalancerIsShared", "")


def option_settings(application: Application, environment: Environment) -> list[OptionSetting]:
    """Return the table as CloudFormation takes it, sorted by namespace, option and resource."""
    settings = []
    for (namespace, name, resource), entry in sorted(table(application, environment).items()):
        of_resource = {"ResourceName": resource} if resource else {}
        settings.append(OptionSetting(Namespace=namespace, OptionName=name, Value=entry.value, **of_resource))
    return settings


def table(application: Application, environment: Environment) -> Table:
    """Return every option of an environment; keys win over what is made here, and config's own `options` over both."""
    given = dict(declared(environment, environment.balancer)) | dict(raw_options(environment.options))
    return {
        **constants(application),
        **scaling(environment, given),
        **load_balancer(environment, given),
        **coupled_database(environment),
        **health(environment),
        **given,
    }


def constants(application: Application) -> Table:
    """Return what no key changes. gp3 and IMDSv2 make EB use a launch template, which new accounts need."""
    return {
        **_options(
            LAUNCH,
            {"DisableIMDSv1": "true", "IamInstanceProfile": Ref(iam.INSTANCE_PROFILE), "RootVolumeType": "gp3"},
        ),
        **_options(ENVIRONMENT, {"ServiceRole": ImportValue(exports.name(application, exports.SERVICE_ROLE))}),
        **_options(HEALTH, {"SystemType": "enhanced"}),
        # The platform's version is pinned; EB must not move it behind the template's back.
        **_options(MANAGED_ACTIONS, {"ManagedActionsEnabled": "false"}),
    }


def scaling(environment: Environment, given: Table) -> Table:
    """Return how instances are replaced when their configuration changes, a platform's version included."""
    if not environment.load_balanced:
        return {
            **_options(ENVIRONMENT, {"EnvironmentType": SINGLE_INSTANCE}, TYPE),
            **_options(GROUP, {"MinSize": "1", "MaxSize": "1"}, TYPE),
            **_options(ROLLING, {"RollingUpdateEnabled": "false"}, TYPE),
        }
    fewest, most = given[GROUP, "MinSize", ""], given[GROUP, "MaxSize", ""]
    least = _number(fewest, environment.scaling.min)
    kept = min(least, _number(most, environment.scaling.max) - 1)
    return {
        **_options(ENVIRONMENT, {"EnvironmentType": LOAD_BALANCED}, TYPE),
        **_options(ROLLING, {"RollingUpdateEnabled": "true", "RollingUpdateType": "Health"}, TYPE),
        # EB's own defaults, and what they would have to be where no instance needs to run: it refuses a batch of 0.
        **_options(ROLLING, {"MaxBatchSize": str(max(1, -(-least // 3)))}, *fewest.keys),
        **_options(ROLLING, {"MinInstancesInService": str(kept)}, *fewest.keys, *most.keys),
    }


def load_balancer(environment: Environment, given: Table) -> Table:
    """Return the listener, and the health check as far as keys leave it open, in the namespaces of the type.

    A shared load balancer has no default listener.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html
    """
    balancer = environment.balancer
    shared = given.get(SHARED, Entry("false")).value.lower() == "true"
    interval = health_check_default("HealthCheckInterval", balancer)
    threshold = health_check_default("HealthyThresholdCount", balancer)
    match balancer:
        case "application":
            return {
                **_options(PROCESS, {"Protocol": "HTTP"}, TYPE),
                **({} if shared else _listener("HTTP")),
                **_options(PROCESS, {"HealthCheckInterval": interval}, INTERVAL),
                **_options(PROCESS, {"HealthyThresholdCount": threshold}, HEALTHY_THRESHOLD),
            }
        case "network":  # has one threshold for both
            unhealthy = given[PROCESS, "UnhealthyThresholdCount", ""]
            return {
                **_options(PROCESS, {"Protocol": "TCP"}, TYPE),
                **_listener("TCP"),
                **_options(PROCESS, {"HealthCheckInterval": interval}, INTERVAL),
                **_options(PROCESS, {"HealthyThresholdCount": unhealthy.value}, *unhealthy.keys),
            }
        case "classic":
            return {
                **_classic_listener(environment),
                **_options(CLASSIC_CHECK, {"Interval": interval}, INTERVAL),
                **_options(CLASSIC_CHECK, {"HealthyThreshold": threshold}, HEALTHY_THRESHOLD),
            }
        case _:
            return {}


def coupled_database(environment: Environment) -> Table:
    """Return the options of a database. Without HasCoupledDatabase EB makes none, and does not say so.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html
    """
    settings = environment.database
    if not settings:
        return _options(DATABASE, {"HasCoupledDatabase": "false"}, ("database",))
    version = DEFAULT_VERSIONS[settings.engine]
    return {
        **_options(DATABASE, {"DBPassword": database.password(), "HasCoupledDatabase": "true"}, ("database",)),
        **_options(DATABASE, {"DBEngineVersion": version}, ("database", "version"), ("database", "engine")),
    }


def health(environment: Environment) -> Table:
    """Return what counts as healthy, which is EB's own default where no key says anything.

    EB ends a deployment by HealthCheckSuccessThreshold, which knows no Info:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-elasticbeanstalkhealthreporting
    The document: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-rules.html
    """
    settings = environment.deployment
    found: Table = {}
    if settings.accepted_health:
        threshold = "Warning" if settings.accepted_health == "Warning" else "Ok"
        found |= _options(HEALTH, {"HealthCheckSuccessThreshold": threshold}, ACCEPTED)
    if settings.ignore_4xx is not None:
        enabled = {"Enabled": not settings.ignore_4xx}
        rules: dict[str, Any] = {"Application": {"ApplicationRequests4xx": enabled}}
        if environment.load_balanced:
            rules["ELB"] = {"ELBRequests4xx": enabled}
        document = json.dumps({"Rules": {"Environment": rules}, "Version": 1})
        found |= _options(HEALTH, {"ConfigDocument": document}, IGNORE)
    return found


def _listener(protocol: str) -> Table:
    return _options(LISTENER, {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": protocol}, TYPE)


def _classic_listener(environment: Environment) -> Table:
    target = f"HTTP:{environment.load_balancer.port}{environment.health_check.path}"
    listener = {"InstanceProtocol": "HTTP", "ListenerEnabled": "true", "ListenerProtocol": "HTTP"}
    return {
        **_options(APPLICATION, {"Application Healthcheck URL": target}, PATH, PORT),
        **_options(CLASSIC_LISTENER, listener, TYPE),
    }


def _options(namespace: str, values: Mapping[str, Any], *keys: Path) -> Table:
    return {(namespace, name, ""): Entry(value, keys) for name, value in values.items()}


def _number(entry: Entry, size: int) -> int:
    """Return the group's size as EB gets it; where CloudFormation has yet to resolve it, config's own."""
    return int(entry.value) if entry.value.isdecimal() else size
