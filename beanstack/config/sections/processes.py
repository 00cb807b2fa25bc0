"""Further processes behind a load balancer, and the rules by which it chooses among them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from beanstack.config.model import Integer, Model, Shape
from beanstack.config.option import option
from beanstack.config.sections.healthcheck import HealthCheck
from beanstack.eb.namespaces import ANY_PROCESS, ANY_RULE
from beanstack.eb.options.catalogue import facts

NAME = "letters, digits, _ and -"
ProcessName = Annotated[
    str, Shape(r"^(?!default$)[A-Za-z0-9_-]{1,255}$", f"{NAME}; `default` is `port` and `health_check`")
]
RuleName = Annotated[
    str, Shape(r"^(?!default$)[A-Za-z0-9_-]{1,255}$", f"{NAME}; `default` is EB's own rule for all other requests")
]
PATH = facts().option(ANY_RULE, "PathPatterns")
HOST = facts().option(ANY_RULE, "HostHeaders")
PathPattern = Annotated[str, Shape(PATH.item_pattern, PATH.form)]
HostPattern = Annotated[str, Shape(HOST.item_pattern, HOST.form)]


class Process(Model):
    """A port of the instances at which some container answers, with a target group of its own."""

    port: Integer = option(
        ANY_PROCESS,
        "Port",
        only=("application", "network"),
        description="The instances' port; some container must map it.",
    )
    protocol: Literal["HTTP", "HTTPS"] = option(
        ANY_PROCESS,
        "Protocol",
        only=("application",),
        default="HTTP",
        description="How the load balancer speaks to it; a network load balancer passes TCP on.",
    )
    health_check: HealthCheck = Field(HealthCheck(), description="Its own health check.")
    stickiness: Integer | None = option(
        ANY_PROCESS,
        "StickinessLBCookieDuration",
        only=("application",),
        default=None,
        description="As that of the load balancer, for this process.",
    )
    deregistration_delay: Integer = option(
        ANY_PROCESS,
        "DeregistrationDelay",
        only=("application", "network"),
        description="As that of the load balancer, for this process.",
    )


class ListenerRule(Model):
    """Requests that go to another process: those of any of its `hosts` for any of its `paths`."""

    priority: Integer = option(
        ANY_RULE,
        "Priority",
        only=("application",),
        description="The rule with the lowest number decides; no two have the same.",
    )
    paths: tuple[PathPattern, ...] = option(
        ANY_RULE,
        "PathPatterns",
        only=("application",),
        when=lambda rule: bool(rule.paths),
        default=(),
        description="Paths such as `/admin/*`; `*` is any text, `?` one character. With `hosts` at most five.",
    )
    hosts: tuple[HostPattern, ...] = option(
        ANY_RULE,
        "HostHeaders",
        only=("application",),
        when=lambda rule: bool(rule.hosts),
        default=(),
        description="Host names such as `admin.example.com` or `*.example.com`.",
    )
    process: str = option(
        ANY_RULE, "Process", only=("application",), description="A name of `processes`, or `default`."
    )
