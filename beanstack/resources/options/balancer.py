"""The load balancer: its listeners, and the health check as far as keys leave it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import Entry, written
from beanstack.config.sections.balancer import health_check_default
from beanstack.eb.namespaces import (
    APPLICATION,
    CLASSIC_CHECK,
    CLASSIC_LISTENER,
    ENVIRONMENT,
    LISTENER,
    PROCESS,
)

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path

TYPE: Path = ("load_balancer", "type")
PORT: Path = ("load_balancer", "port")
PATH: Path = ("health_check", "path")
INTERVAL: Path = ("health_check", "interval")
HEALTHY_THRESHOLD: Path = ("health_check", "healthy_threshold")
SHARED = (ENVIRONMENT, "LoadBalancerIsShared", "")


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
                **written(PROCESS, {"Protocol": "HTTP"}, TYPE),
                **({} if shared else _listener("HTTP")),
                **written(PROCESS, {"HealthCheckInterval": interval}, INTERVAL),
                **written(PROCESS, {"HealthyThresholdCount": threshold}, HEALTHY_THRESHOLD),
            }
        case "network":  # has one threshold for both
            unhealthy = given[PROCESS, "UnhealthyThresholdCount", ""]
            return {
                **written(PROCESS, {"Protocol": "TCP"}, TYPE),
                **_listener("TCP"),
                **written(PROCESS, {"HealthCheckInterval": interval}, INTERVAL),
                **written(PROCESS, {"HealthyThresholdCount": unhealthy.value}, *unhealthy.keys),
            }
        case "classic":
            return {
                **_classic_listener(environment),
                **written(CLASSIC_CHECK, {"Interval": interval}, INTERVAL),
                **written(CLASSIC_CHECK, {"HealthyThreshold": threshold}, HEALTHY_THRESHOLD),
            }
        case _:
            return {}


def _listener(protocol: str) -> Table:
    return written(LISTENER, {"DefaultProcess": "default", "ListenerEnabled": "true", "Protocol": protocol}, TYPE)


def _classic_listener(environment: Environment) -> Table:
    target = f"HTTP:{environment.load_balancer.port}{environment.health_check.path}"
    listener = {"InstanceProtocol": "HTTP", "ListenerEnabled": "true", "ListenerProtocol": "HTTP"}
    return {
        **written(APPLICATION, {"Application Healthcheck URL": target}, PATH, PORT),
        **written(CLASSIC_LISTENER, listener, TYPE),
    }
