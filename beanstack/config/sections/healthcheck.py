"""How a load balancer checks the instances behind it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from beanstack.config.model import Integer, Model, RequestPath, Shape
from beanstack.config.option import BALANCED, option
from beanstack.eb.kept import kept
from beanstack.eb.namespaces import ANY_PROCESS, CLASSIC_CHECK, PROCESS
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


class HealthCheck(Model):
    """How the load balancer judges an instance."""

    path: CheckPath = option(
        ANY_PROCESS, "HealthCheckPath", only=("application",), description="Path that must answer."
    )
    codes: HttpCodes = option(
        ANY_PROCESS,
        "MatcherHTTPCode",
        only=("application",),
        description="HTTP codes that count as healthy: `200`, `200,301`, `200-299`; from 200 to 499.",
    )
    interval: Integer | None = option(
        ANY_PROCESS,
        "HealthCheckInterval",
        classic=(CLASSIC_CHECK, "Interval"),
        only=BALANCED,
        default=None,
        description=f"Seconds between checks; by default {INTERVAL}, with a network load balancer {INTERVAL_OF_NLB}.",
    )
    timeout: Integer = option(
        ANY_PROCESS,
        "HealthCheckTimeout",
        classic=(CLASSIC_CHECK, "Timeout"),
        only=("application", "classic"),
        description="Seconds until a check counts as failed.",
    )
    healthy_threshold: Integer | None = option(
        ANY_PROCESS,
        "HealthyThresholdCount",
        classic=(CLASSIC_CHECK, "HealthyThreshold"),
        only=BALANCED,
        default=None,
        description=f"Checks passed in a row until healthy; by default {THRESHOLD}, network as `unhealthy_threshold`.",
    )
    unhealthy_threshold: Integer = option(
        ANY_PROCESS,
        "UnhealthyThresholdCount",
        classic=(CLASSIC_CHECK, "UnhealthyThreshold"),
        only=BALANCED,
        description="Checks failed in a row until unhealthy.",
    )
