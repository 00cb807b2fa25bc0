"""The load balancer, and how it checks the instances behind it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from beanstack.config.model import Integer, Model, RequestPath, Shape, refuse
from beanstack.config.option import BALANCED, option
from beanstack.config.sections.network import Client
from beanstack.eb.kept import kept
from beanstack.eb.namespaces import CLASSIC_CHECK, CLASSIC_LISTENER, ENVIRONMENT, LOAD_BALANCER, PROCESS, VPC
from beanstack.eb.options.changes import default_of

HttpCodes = Annotated[
    str,
    Shape(r"^[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*$", "HTTP codes such as '200', '200,301' or '200-299'"),
]
CheckPath = Annotated[RequestPath, Field(max_length=kept("elb")["target_group"]["path_length"][1])]


def health_check_default(name: str, balancer: str) -> str | None:
    """Return EB's default of an option on health checks with a type of load balancer."""
    return default_of(PROCESS, name, {"load_balancer_type": balancer})


INTERVAL = health_check_default("HealthCheckInterval", "application")
INTERVAL_OF_NLB = health_check_default("HealthCheckInterval", "network")
THRESHOLD = health_check_default("HealthyThresholdCount", "application")


class LoadBalancer(Model):
    """The load balancer in front of the instances."""

    type: Literal["application", "network", "classic", "none"] = option(
        ENVIRONMENT,
        "LoadBalancerType",
        only=BALANCED,
        default="application",  # EB's is classic
        description="`none`: one instance without one.",
    )
    port: Integer = option(
        PROCESS,
        "Port",
        classic=(CLASSIC_LISTENER, "InstancePort"),
        only=BALANCED,
        description="The instances' port that requests go to; some container must map it. With `none` always 80.",
    )
    scheme: Literal["public", "internal"] | None = option(
        VPC,
        "ELBScheme",
        only=BALANCED,
        default=None,
        description="`internal`: only from the VPC and networks connected to it; by default `public`. A change "
        "replaces the load balancer, whose address changes.",
    )
    ip_address_type: Literal["ipv4", "dualstack"] | None = option(
        LOAD_BALANCER,
        "IpAddressType",
        only=("application", "network"),
        default=None,
        description="`dualstack` serves IPv6 as well: the VPC and its subnets must have IPv6 addresses. By default "
        "`ipv4`.",
    )
    sources: Annotated[tuple[Client, ...], Field(min_length=1)] | None = Field(
        None,
        description="Who may send requests: blocks of addresses such as `203.0.113.0/24`, or prefix lists; by default "
        "everybody. With a network load balancer or `none` these are the addresses that instances admit.",
    )

    @model_validator(mode="after")
    def _port_can_be_reached(self) -> LoadBalancer:
        """Refuse a port that EB does not open on a single instance.

        https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers.html
        """
        if self.type == "none" and self.port != 80:
            message = f"without a load balancer requests cannot reach port {self.port}: EB opens 80 alone"
            raise refuse(message, "port", "type")
        return self


class HealthCheck(Model):
    """How the load balancer judges an instance."""

    path: CheckPath = option(PROCESS, "HealthCheckPath", only=("application",), description="Path that must answer.")
    codes: HttpCodes = option(
        PROCESS,
        "MatcherHTTPCode",
        only=("application",),
        description="HTTP codes that count as healthy: `200`, `200,301`, `200-299`; from 200 to 499.",
    )
    interval: Integer | None = option(
        PROCESS,
        "HealthCheckInterval",
        classic=(CLASSIC_CHECK, "Interval"),
        only=BALANCED,
        default=None,
        description=f"Seconds between checks; by default {INTERVAL}, with a network load balancer {INTERVAL_OF_NLB}.",
    )
    timeout: Integer = option(
        PROCESS,
        "HealthCheckTimeout",
        classic=(CLASSIC_CHECK, "Timeout"),
        only=("application", "classic"),
        description="Seconds until a check counts as failed.",
    )
    healthy_threshold: Integer | None = option(
        PROCESS,
        "HealthyThresholdCount",
        classic=(CLASSIC_CHECK, "HealthyThreshold"),
        only=BALANCED,
        default=None,
        description=f"Checks passed in a row until healthy; by default {THRESHOLD}, network as `unhealthy_threshold`.",
    )
    unhealthy_threshold: Integer = option(
        PROCESS,
        "UnhealthyThresholdCount",
        classic=(CLASSIC_CHECK, "UnhealthyThreshold"),
        only=BALANCED,
        description="Checks failed in a row until unhealthy.",
    )
