"""The load balancer: its listeners, what it does with connections, and its access logs and web ACL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ImportValue

from beanstack.config.option import DEFAULT, written
from beanstack.eb.namespaces import (
    APPLICATION,
    CLASSIC_LISTENER,
    CLASSIC_POLICIES,
    CUSTOM,
    ENVIRONMENT,
    LISTENER,
    LOAD_BALANCER,
)
from beanstack.resources import access_logs, exports, waf
from beanstack.resources.options.processes import checks, sticky

if TYPE_CHECKING:
    from beanstack.config import Application, Environment
    from beanstack.config.option import Table
    from beanstack.eb.findings import Path

SECTION: Path = ("load_balancer",)
TYPE: Path = (*SECTION, "type")
PORT: Path = (*SECTION, "port")
SHARED: Path = (*SECTION, "shared")
PATH: Path = ("health_check", "path")


def load_balancer(application: Application, environment: Environment, given: Table) -> Table:
    """Return the listener, and the health check as far as keys leave it open, in the namespaces of the type.

    A shared load balancer has no default listener.
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb-shared.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-nlb.html
    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html
    """
    balancer = environment.balancer
    if balancer == "none":
        return {}
    checked = checks(environment, DEFAULT, ("health_check",), given)
    if balancer == "classic":
        return {**_classic_listener(environment), **checked, **_classic_policies(environment)}
    return {
        **checked,
        **sticky(DEFAULT, environment.load_balancer.stickiness, SECTION),
        **({} if environment.shares_balancer else _listener("HTTP" if balancer == "application" else "TCP")),
        **(written(ENVIRONMENT, {"LoadBalancerIsShared": "true"}, SHARED) if environment.load_balancer.shared else {}),
        **_access_logs(application, environment),
        **_web_acl(environment),
    }


def _listener(protocol: str) -> Table:
    return written(LISTENER, {"DefaultProcess": DEFAULT, "ListenerEnabled": "true", "Protocol": protocol}, TYPE)


def _classic_listener(environment: Environment) -> Table:
    target = f"HTTP:{environment.load_balancer.port}{environment.health_check.path}"
    listener = {"InstanceProtocol": "HTTP", "ListenerEnabled": "true", "ListenerProtocol": "HTTP"}
    return {
        **written(APPLICATION, {"Application Healthcheck URL": target}, PATH, PORT),
        **written(CLASSIC_LISTENER, listener, TYPE),
    }


def _classic_policies(environment: Environment) -> Table:
    """Return what makes stickiness and connection draining of their seconds; EB takes none of 0 for draining.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-elbpolicies
    """
    settings = environment.load_balancer
    found: Table = {}
    if settings.stickiness is not None:
        sticky = {"LoadBalancerPorts": ":all", "Stickiness Policy": "true"}
        found |= written(CLASSIC_POLICIES, sticky, (*SECTION, "stickiness"))
    delay = settings.deregistration_delay
    if delay is not None:
        draining = {"ConnectionDrainingEnabled": "true", "ConnectionDrainingTimeout": str(delay)}
        found |= written(
            CLASSIC_POLICIES,
            draining if delay else {"ConnectionDrainingEnabled": "false"},
            (*SECTION, "deregistration_delay"),
        )
    return found


def _access_logs(application: Application, environment: Environment) -> Table:
    """Return the application's own bucket, where the environment's logs have its name as their prefix."""
    if not access_logs.uses_own_bucket(environment):
        return {}
    bucket = ImportValue(exports.name(application, exports.ACCESS_LOG_BUCKET))
    own = {"AccessLogsS3Bucket": bucket, "AccessLogsS3Prefix": environment.name}
    return written(LOAD_BALANCER, own, (*SECTION, "access_logs"))


def _web_acl(environment: Environment) -> Table:
    """Return the ARN by which the bundle's own resources know the web ACL."""
    if not environment.load_balancer.waf:
        return {}
    return written(CUSTOM, {waf.OPTION: environment.load_balancer.waf}, (*SECTION, "waf"))
