"""The processes that requests go to, and the rules by which the load balancer's listeners choose among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import DEFAULT, PLACEHOLDER, written
from beanstack.config.sections.healthcheck import health_check_default
from beanstack.eb.namespaces import ANY_PROCESS, CLASSIC_CHECK, HTTPS_LISTENER, LISTENER, LISTENERS

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path

TYPE: Path = ("load_balancer", "type")
PROCESSES: Path = ("load_balancer", "processes")
RULES: Path = ("load_balancer", "rules")
PROTOCOLS = {"application": "HTTP", "network": "TCP"}


def namespace(process: str) -> str:
    """Return the namespace of a process."""
    return PLACEHOLDER.sub(process, ANY_PROCESS)


def processes(environment: Environment, given: Table) -> Table:
    """Return what keys leave open of the further processes.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-environmentprocess-process
    """
    found: Table = {}
    for name, process in environment.load_balancer.processes.items():
        path = (*PROCESSES, name)
        found |= checks(environment, name, (*path, "health_check"), given)
        if environment.balancer == "application" and process.stickiness is None:
            found |= written(namespace(name), {"StickinessEnabled": "false"}, (*path, "stickiness"))
        found |= sticky(name, process.stickiness, path)
    return found


def sticky(process: str, seconds: int | None, section: Path) -> Table:
    """Return what makes a process sticky for some seconds."""
    if seconds is None:
        return {}
    return written(namespace(process), {"StickinessEnabled": "true"}, (*section, "stickiness"))


def checks(environment: Environment, process: str, section: Path, given: Table) -> Table:
    """Return what the keys of a health check leave open, and the protocol of the process."""
    balancer = environment.balancer
    interval = {"HealthCheckInterval": health_check_default("HealthCheckInterval", balancer)}
    threshold = health_check_default("HealthyThresholdCount", balancer)
    at_interval, at_threshold = (*section, "interval"), (*section, "healthy_threshold")
    if balancer == "classic":
        return {
            **written(CLASSIC_CHECK, {"Interval": interval["HealthCheckInterval"]}, at_interval),
            **written(CLASSIC_CHECK, {"HealthyThreshold": threshold}, at_threshold),
        }
    space = namespace(process)
    found = {
        **written(space, {"Protocol": PROTOCOLS[balancer]}, TYPE),
        **written(space, interval, at_interval),
    }
    if balancer == "application":
        return {**found, **written(space, {"HealthyThresholdCount": threshold}, at_threshold)}
    unhealthy = given[space, "UnhealthyThresholdCount", ""]  # a network load balancer has one threshold for both
    return {**found, **written(space, {"HealthyThresholdCount": unhealthy.value}, *unhealthy.keys)}


def rules(environment: Environment, table: Table) -> Table:
    """Return the rules of the listeners that answer requests, in the order in which they are tried.

    A shared load balancer gets EB's own rule for all other requests, which it would otherwise add to port 80.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    """
    settings = environment.load_balancer
    names = sorted(settings.rules, key=lambda name: settings.rules[name].priority)
    if settings.shared:
        listener = f"{LISTENERS}{settings.shared_port}"
        return written(listener, {"Rules": ",".join([DEFAULT, *names])}, RULES, ("load_balancer", "shared_port"))
    found: Table = {}
    for listener in listeners(environment, table) if names else ():
        found |= written(listener, {"Rules": ",".join(names)}, RULES)
    return found


def listeners(environment: Environment, table: Table) -> list[str]:
    """Return the listeners of ports 80 and 443 that answer: the table has them, and they do not redirect.

    A rule comes before what a listener does by default, so that a redirect would not get the requests of the rules.
    """
    redirects = environment.https is not None and environment.https.redirects
    found = []
    for listener in (HTTPS_LISTENER,) if redirects else (LISTENER, HTTPS_LISTENER):
        enabled = table.get((listener, "ListenerEnabled", ""))
        is_there = any(name == listener for name, _, _ in table)
        if is_there and (enabled is None or enabled.value != "false"):
            found.append(listener)
    return found
