"""How new versions are deployed, and what a deployment must answer to count as successful."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from beanstack.config.model import Boolean, Integer, Model, RequestPath, Shape
from beanstack.config.option import BALANCED, option
from beanstack.eb.namespaces import COMMAND, MANAGED_ACTIONS, PLATFORM_UPDATES, ROLLING, TRAFFIC_SPLITTING
from beanstack.eb.options.catalogue import facts

START_TIME = facts().option(MANAGED_ACTIONS, "PreferredStartTime")
StartTime = Annotated[str, Shape(START_TIME.pattern, START_TIME.form)]
Pause = Annotated[str, Shape(r"^PT(?=[0-9])([0-9]{1,2}H)?([0-9]{1,2}M)?([0-9]{1,4}S)?$", "a duration such as PT5M30S")]


class SmokeCheck(Model):
    """A request that the environment must answer after each deployment."""

    path: RequestPath = Field(
        description="Path, with a query if needed; requested from the environment's URL with GET."
    )
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

    configuration: Literal["Time", "Health", "Immutable"] = option(
        ROLLING,
        "RollingUpdateType",
        only=BALANCED,
        default="Health",  # EB's waits for a time alone
        description="How a change that replaces instances proceeds: in batches that wait for a time or for health, or "
        "with a second set of instances, as `policy: Immutable` needs.",
    )
    pause: Pause | None = option(
        ROLLING,
        "PauseTime",
        only=BALANCED,
        default=None,
        description="With `configuration: Time`, how long a batch waits before the next, such as `PT5M30S`; up to one "
        "hour. By default EB chooses.",
    )

    @property
    def splits_traffic(self) -> bool:
        """Whether a new version first gets a share of the requests."""
        return self.policy == "TrafficSplitting"


class ManagedUpdates(Model):
    """Updates of the platform by EB, as immutable updates, in a window of two hours."""

    preferred_start_time: StartTime = option(
        MANAGED_ACTIONS,
        "PreferredStartTime",
        default=...,
        description="Beginning of the window, as day and time in UTC, such as `Sun:03:00`.",
    )
    update_level: Literal["patch", "minor"] = option(
        PLATFORM_UPDATES, "UpdateLevel", default="patch", description="`minor`: newer minor versions as well."
    )
    instance_refresh: Boolean = option(
        PLATFORM_UPDATES, "InstanceRefreshEnabled", description="Replace all instances every week, update or not."
    )
