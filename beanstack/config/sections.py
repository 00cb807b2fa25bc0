"""The sections of an environment's settings, each a mapping of its own.

A key that becomes one EB option takes range, values and default from the facts on it, unless it narrows them here.
"""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Literal

from pydantic import Field, model_validator

from beanstack.config.ecs import Ecs, Wrapped
from beanstack.config.model import (
    AbsolutePath,
    Boolean,
    Integer,
    Model,
    Shape,
    ShellName,
    UserId,
    refuse,
)
from beanstack.config.option import BALANCED, option
from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.eb.kept import kept
from beanstack.eb.namespaces import (
    CLASSIC_CHECK,
    CLASSIC_LISTENER,
    COMMAND,
    DATABASE,
    ENVIRONMENT,
    GROUP,
    PROCESS,
    TRAFFIC_SPLITTING,
)
from beanstack.eb.options.changes import default_of
from beanstack.eb.options.rds import USER, USER_FORM

HttpCodes = Annotated[
    str,
    Shape(r"^[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*$", "HTTP codes such as '200', '200,301' or '200-299'"),
]
Path = Annotated[str, Shape(r"^/[!-~]*$", "a path that starts with /, percent-encoded where needed")]
CheckPath = Annotated[Path, Field(max_length=kept("elb")["target_group"]["path_length"][1])]
DatabaseVersion = Annotated[str, Shape(r"^[0-9]+(\.[0-9]+)*(-rds\.[0-9]{8})?$", "a version such as '8.4'")]
DatabaseClass = Annotated[str, Shape(r"^db\.[a-z0-9-]+\.[a-z0-9]+$", "an RDS instance class such as db.t3.micro")]
DatabaseUser = Annotated[str, Shape(f"^{USER.pattern}$", USER_FORM)]


def _versions() -> str:
    return ", ".join(f"`{version}` of {engine}" for engine, version in DEFAULT_VERSIONS.items())


def health_check_default(name: str, balancer: str) -> str | None:
    """Return EB's default of an option on health checks with a type of load balancer."""
    return default_of(PROCESS, name, {"load_balancer_type": balancer})


INTERVAL = health_check_default("HealthCheckInterval", "application")
INTERVAL_OF_NLB = health_check_default("HealthCheckInterval", "network")
THRESHOLD = health_check_default("HealthyThresholdCount", "application")


class Versions(Model):
    """How many application versions EB keeps."""

    keep: Integer = Field(
        50, ge=1, le=1000, description="Versions kept; EB deletes older ones that no environment runs."
    )


class Volume(Model):
    """A folder of the instance that containers mount; by default below /var/app-data/<application>."""

    owner: UserId | None = Field(None, description="uid; by default the one of the bootstrapped containers, else 0.")
    host_path: Annotated[AbsolutePath | None, Ecs("host", Wrapped("sourcePath"))] = Field(
        None,
        description="A folder of the host instead; made only where `owner` is set, and then the owner's.",
    )


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


class Scaling(Model):
    """How many instances run."""

    min: Integer = option(GROUP, "MinSize", only=BALANCED, description="Fewest instances.")
    max: Integer = option(GROUP, "MaxSize", only=BALANCED, ge=1, description="Most instances.")


class SmokeCheck(Model):
    """A request that the environment must answer after each deployment."""

    path: Path = Field(description="Path, with a query if needed; requested from the environment's URL with GET.")
    status: Annotated[Integer, Field(ge=200, le=599)] = Field(
        200, description="HTTP status that it must answer with. No redirect is followed."
    )
    text: Annotated[str, Shape(r"^[^\r\n]+$", "text on one line")] | None = Field(
        None, description="Text that the answer must contain, within its first MiB; by default any."
    )


class Deployment(Model):
    """How a new version reaches the instances."""

    policy: str = option(COMMAND, "DeploymentPolicy", description="EB's deployment policy.")
    batch_size: Integer = option(
        COMMAND,
        "BatchSize",
        default=30,  # EB's is 100, all instances at once
        description="Size of a batch of a rolling deployment.",
    )
    batch_size_type: str = option(COMMAND, "BatchSizeType", description="Unit of `batch_size`.")
    timeout: Integer = option(COMMAND, "Timeout", description="Seconds that an instance's commands may take.")
    ignore_health_check: Boolean = option(
        COMMAND, "IgnoreHealthCheck", description="Continue with the next batch even if one is unhealthy."
    )
    accepted_health: Literal["Ok", "Info", "Warning"] | None = Field(
        None,
        description="The worst health with which `make stack` counts a deployment as successful; by default `Ok`. Once "
        "it is set, EB's option HealthCheckSuccessThreshold follows, `Warning` or `Ok`: write `Ok` to go back.",
    )
    ignore_4xx: Boolean | None = Field(
        None,
        description="Whether health ignores answers 4xx of the application and of the load balancer, which clients "
        "cause. By default EB counts them. It becomes EB's option ConfigDocument; write `false` to go back.",
    )
    new_version_percent: Integer = option(
        TRAFFIC_SPLITTING,
        "NewVersionPercent",
        when=lambda deployment: deployment.splits_traffic,
        description="TrafficSplitting: share sent to the new version.",
    )
    evaluation_time: Integer = option(
        TRAFFIC_SPLITTING,
        "EvaluationTime",
        when=lambda deployment: deployment.splits_traffic,
        description="TrafficSplitting: minutes before the rest follows.",
    )

    @property
    def splits_traffic(self) -> bool:
        """Whether a new version first gets a share of the requests."""
        return self.policy == "TrafficSplitting"


class Database(Model):
    """A database coupled to the environment; its name is always `ebdb`."""

    engine: Literal["mysql", "postgres"] = option(
        DATABASE, "DBEngine", default=..., description="RDS engine. Cannot change later."
    )
    version: DatabaseVersion | None = option(
        DATABASE,
        "DBEngineVersion",
        default=None,
        description=f"Cannot change later, so better named; by default {_versions()}.",
    )
    instance_class: DatabaseClass = option(
        DATABASE,
        "DBInstanceClass",
        default="db.t3.micro",  # EB's, db.t2.micro, is of a retired generation
        description="RDS instance class.",
    )
    storage: Integer = option(DATABASE, "DBAllocatedStorage", default=20, ge=20, description="GiB. Can only grow.")
    user: DatabaseUser = option(DATABASE, "DBUser", description="Master user. Cannot change later.")
    deletion_policy: str = option(
        DATABASE,
        "DBDeletionPolicy",
        default="Snapshot",  # EB's is Delete
        description="What happens to the database when the environment ends.",
    )
    multi_az: Boolean = option(DATABASE, "MultiAZDatabase", description="A standby in another zone.")
    variables: Mapping[
        ShellName, Literal["RDS_HOSTNAME", "RDS_PORT", "RDS_DB_NAME", "RDS_USERNAME", "RDS_PASSWORD"]
    ] = Field({}, description="Variables of bootstrapped containers, each from one of EB's.")


class Sections(Model):
    """The sections of an environment's settings that a mapping of their own holds."""

    load_balancer: LoadBalancer = Field(LoadBalancer(), description="Load balancer.")
    health_check: HealthCheck = Field(HealthCheck(), description="The load balancer's health check.")
    scaling: Scaling = Field(Scaling(), description="Number of instances; without a load balancer always one.")
    deployment: Deployment = Field(Deployment(), description="Deployment of new versions.")
    smoke_test: tuple[SmokeCheck, ...] = Field(
        (), description="Requests that must be answered as expected once EB reports good health."
    )
    database: Database | None = Field(
        None,
        description="Coupled RDS database; by default none. Removing it decouples the database, whose fate is the "
        "deletion policy that is deployed.",
    )
