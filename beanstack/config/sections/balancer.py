"""The load balancer: what it is, what it does with requests, and what it keeps of them."""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from beanstack.config.model import Boolean, Integer, Model, Shape, refuse
from beanstack.config.option import BALANCED, option
from beanstack.config.sections.network import Clients
from beanstack.config.sections.processes import ListenerRule, Process, ProcessName, RuleName
from beanstack.eb.namespaces import (
    ANY_PROCESS,
    CLASSIC_LISTENER,
    CLASSIC_POLICIES,
    ENVIRONMENT,
    LOAD_BALANCER,
    PROCESS,
    VPC,
)
from beanstack.eb.options.catalogue import facts
from beanstack.eb.references import RESOLVED
from beanstack.eb.webacls import FORM as WEB_ACL_FORM
from beanstack.eb.webacls import WEB_ACL

SHARED = facts().option(LOAD_BALANCER, "SharedLoadBalancer")
BUCKET = facts().option(LOAD_BALANCER, "AccessLogsS3Bucket")
PREFIX = facts().option(LOAD_BALANCER, "AccessLogsS3Prefix")
BalancerArn = Annotated[str, Shape(f"{SHARED.pattern}|^{RESOLVED}$", SHARED.form)]
WebAclArn = Annotated[str, Shape(f"^{WEB_ACL}$|^{RESOLVED}$", WEB_ACL_FORM)]
BucketName = Annotated[str, Shape(f"{BUCKET.pattern}|^{RESOLVED}$", BUCKET.form)]
Prefix = Annotated[str, Shape(PREFIX.pattern, PREFIX.form)]


class AccessLogs(Model):
    """Where an Application Load Balancer writes what it was asked; `true` is a bucket of the application's own."""

    enabled: Boolean = option(
        LOAD_BALANCER,
        "AccessLogsS3Enabled",
        only=("application",),
        default=True,
        description="Whether there are logs; `access_logs: false` is short for `enabled: false`.",
    )
    bucket: BucketName | None = option(
        LOAD_BALANCER,
        "AccessLogsS3Bucket",
        only=("application",),
        when=lambda logs: logs.enabled,
        default=None,
        description="An existing bucket in the environment's Region whose policy allows the load balancer to write; by "
        "default one in the application's stack, for all environments of the Region.",
    )
    prefix: Prefix | None = option(
        LOAD_BALANCER,
        "AccessLogsS3Prefix",
        only=("application",),
        when=lambda logs: logs.enabled,
        default=None,
        description="What the objects' names begin with; in the application's own bucket the environment's name.",
    )

    @model_validator(mode="after")
    def _prefix_of_a_bucket(self) -> AccessLogs:
        """Refuse a prefix that the policy of the application's own bucket does not know."""
        if self.prefix is not None and self.bucket is None:
            raise refuse(
                "is for `bucket`; in the application's own bucket the environment's name is the prefix", "prefix"
            )
        return self


def _written_out(value: Any) -> Any:
    return {"enabled": value} if isinstance(value, bool) else value


LogsOrNot = Annotated[AccessLogs | None, BeforeValidator(_written_out, json_schema_input_type=bool | AccessLogs | None)]


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
    sources: Clients | None = Field(
        None,
        description="Who may send requests: blocks of addresses such as `203.0.113.0/24`, or prefix lists; by default "
        "everybody. With a network load balancer or `none` these are the addresses that instances admit.",
    )
    idle_timeout: Integer | None = option(
        LOAD_BALANCER,
        "IdleTimeout",
        classic=(CLASSIC_POLICIES, "ConnectionSettingIdleTimeout"),
        only=("application", "classic"),
        default=None,
        description="Seconds without data after which a connection is closed; by default Elastic Load Balancing's 60.",
    )
    stickiness: Integer | None = option(
        ANY_PROCESS,
        "StickinessLBCookieDuration",
        classic=(CLASSIC_POLICIES, "Stickiness Cookie Expiration"),
        only=("application", "classic"),
        default=None,
        description="Seconds for which a client's requests go to the same instance, by a cookie; by default to any.",
    )
    deregistration_delay: Integer | None = option(
        ANY_PROCESS,
        "DeregistrationDelay",
        only=("application", "network"),
        default=None,
        description="Seconds that requests in progress get on an instance that is taken out; by default EB's 20. With "
        "a classic load balancer connection draining.",
    )
    access_logs: LogsOrNot = Field(
        None, description="`true`, or where to: access logs of an Application Load Balancer; by default none."
    )
    waf: WebAclArn | None = Field(
        None,
        description="ARN of a web ACL of AWS WAF that protects an Application Load Balancer, of the environment's "
        "Region and account.",
    )
    shared: BalancerArn | None = option(
        LOAD_BALANCER,
        "SharedLoadBalancer",
        only=("application",),
        default=None,
        description="ARN of an existing Application Load Balancer, which several environments share, instead of one of "
        "the environment's own.",
    )
    shared_port: Integer = Field(
        443,
        ge=1,
        le=65535,
        description="The listener of the shared load balancer that gets the environment's rules. EB cannot change it "
        "later.",
    )
    processes: Mapping[ProcessName, Process] = Field(
        {}, description="Further ports of the instances that requests go to, by name, each with a health check."
    )
    rules: Mapping[RuleName, ListenerRule] = Field(
        {}, description="Which requests go to which process, by name; all others go to `port`."
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
