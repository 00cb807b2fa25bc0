"""How new versions are deployed, and what a deployment must answer to count as successful."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from beanstack.config.model import Boolean, Integer, Model, RequestPath, Shape
from beanstack.config.option import option
from beanstack.eb.namespaces import COMMAND, TRAFFIC_SPLITTING


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

    @property
    def splits_traffic(self) -> bool:
        """Whether a new version first gets a share of the requests."""
        return self.policy == "TrafficSplitting"
