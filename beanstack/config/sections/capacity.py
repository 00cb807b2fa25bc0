"""How many instances run, what they cost, and what they are started from."""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated

from pydantic import Field, model_validator

from beanstack.config.model import Boolean, Integer, Model, Number, NumberOrText, Shape, refuse
from beanstack.config.option import BALANCED, option
from beanstack.eb.namespaces import (
    GROUP,
    INSTANCES,
    LAUNCH,
    SCHEDULED_ACTION,
    TRIGGER,
)
from beanstack.eb.options.catalogue import facts

LONGEST = int(facts().option(TRIGGER, "BreachDuration").max or 0)  # minutes
COOLDOWN = facts().option(GROUP, "Cooldown").default
Amount = Annotated[NumberOrText, Shape(r"^[1-9][0-9]{0,4}%?$", "a number of instances, or a percentage such as '50%'")]
ActionName = Annotated[str, Shape(r"^[A-Za-z0-9_-]{1,255}$", "1 to 255 letters, digits, _ and -")]
Recurrence = Annotated[str, Shape(r"^\S+( \S+){4}$", "the five fields of cron, such as '0 18 * * 1-5', in UTC")]
Time = Annotated[str, Shape(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", "a time in UTC such as '2027-01-31T06:00:00Z'")]


class Trigger(Model):
    """The measurement by which instances are added and removed."""

    metric: str = option(TRIGGER, "MeasureName", only=BALANCED, description="CloudWatch metric that is measured.")
    statistic: str = option(
        TRIGGER, "Statistic", only=BALANCED, description="What is taken of the measurements of a period."
    )
    unit: str | None = option(
        TRIGGER,
        "Unit",
        only=BALANCED,
        default=None,
        description="Unit of the metric; by default the one that it is published in.",
    )
    upper: Number = option(
        TRIGGER, "UpperThreshold", only=BALANCED, description="Instances are added above this number."
    )
    lower: Number = option(
        TRIGGER, "LowerThreshold", only=BALANCED, description="Instances are removed below this number."
    )
    add: Amount = option(
        TRIGGER, "UpperBreachScaleIncrement", only=BALANCED, description="How many are added, or what percentage."
    )
    remove: Amount = Field("1", description="How many are removed, or what percentage.")
    minutes: Integer = option(
        TRIGGER, "Period", only=BALANCED, description="Minutes of a period, for which the metric is measured."
    )
    periods: Integer = option(
        TRIGGER, "EvaluationPeriods", only=BALANCED, description="Periods in a row that must be beyond a threshold."
    )

    @model_validator(mode="after")
    def _duration_is_limited(self) -> Trigger:
        duration = self.minutes * self.periods
        if duration > LONGEST:
            message = f"`minutes` times `periods` is at most {LONGEST}, found {duration}"
            raise refuse(message, "periods", "minutes")
        return self


class ScheduledAction(Model):
    """A change of the group's size at a time, once or again and again."""

    min: Integer = option(
        SCHEDULED_ACTION, "MinSize", only=BALANCED, default=..., description="Fewest instances from then on."
    )
    max: Integer = option(
        SCHEDULED_ACTION, "MaxSize", only=BALANCED, default=..., description="Most instances from then on."
    )
    desired: Integer | None = option(
        SCHEDULED_ACTION,
        "DesiredCapacity",
        only=BALANCED,
        default=None,
        description="Instances at first; later the trigger decides.",
    )
    recurrence: Recurrence | None = option(
        SCHEDULED_ACTION,
        "Recurrence",
        only=BALANCED,
        default=None,
        description="When it recurs: minute hour day month weekday, UTC.",
    )
    start_time: Time | None = option(
        SCHEDULED_ACTION,
        "StartTime",
        only=BALANCED,
        default=None,
        description="When it runs, or when it begins to recur; no two alike.",
    )
    end_time: Time | None = option(
        SCHEDULED_ACTION,
        "EndTime",
        only=BALANCED,
        default=None,
        description="When it stops to recur; the size stays as it is then.",
    )
    suspended: Boolean = option(
        SCHEDULED_ACTION, "Suspend", only=BALANCED, description="Whether it is left out until further notice."
    )


class ReplaceUnhealthy(Model):
    """Replacement of instances that the load balancer finds unhealthy."""

    grace: Integer = Field(
        300, ge=0, description="Seconds from the start of an instance until its health counts; a deployment's time."
    )


class Scaling(Model):
    """How many instances run."""

    min: Integer = option(GROUP, "MinSize", only=BALANCED, description="Fewest instances.")
    max: Integer = option(GROUP, "MaxSize", only=BALANCED, ge=1, description="Most instances.")
    cooldown: Integer | None = option(
        GROUP,
        "Cooldown",
        only=BALANCED,
        default=None,
        description=f"Seconds from one change of the size to the next; by default {COOLDOWN}.",
    )
    trigger: Trigger | None = Field(
        None, description="When instances are added and removed; by default EB's own, by the bytes that they send."
    )
    schedule: Annotated[Mapping[ActionName, ScheduledAction], Field(max_length=120)] = Field(
        {}, description="Sizes by the clock, by name."
    )
    replace_unhealthy: ReplaceUnhealthy | None = Field(
        None,
        description="Whether the group replaces instances that fail the load balancer's health check; by default only "
        "those that EC2 itself finds broken. `{}` takes the defaults.",
    )


class Spot(Model):
    """Spot Instances beside On-Demand ones."""

    on_demand_base: Integer | None = option(
        INSTANCES,
        "SpotFleetOnDemandBase",
        default=None,
        description="On-Demand instances before any Spot Instance; by default 1, with `load_balancer.type: none` 0.",
    )
    on_demand_percent: Integer | None = option(
        INSTANCES,
        "SpotFleetOnDemandAboveBasePercentage",
        default=None,
        description="Percentage of On-Demand instances above it; by default 50, with `load_balancer.type: none` 0.",
    )
    strategy: str = option(
        INSTANCES,
        "SpotAllocationStrategy",
        default="price-capacity-optimized",  # EB's ignores the price; EC2 recommends this one
        description="How EC2 chooses among `instance_types`; `capacity-optimized-prioritized` regards their order.",
    )
    max_price: Number | None = option(
        INSTANCES,
        "SpotMaxPrice",
        default=None,
        unset="null",  # the On-Demand price; left out, EB would keep a lower one
        description="Most that an hour may cost in USD; by default the On-Demand price.",
    )
    rebalancing: Boolean = option(
        GROUP,
        "EnableCapacityRebalancing",
        default=True,
        description="Replace an instance when EC2 warns that it may be interrupted.",
    )


class RootVolume(Model):
    """The gp3 volume that an instance starts from."""

    size: Integer | None = option(
        LAUNCH, "RootVolumeSize", default=None, description="GiB; by default the size of the platform's image."
    )
    iops: Integer = option(
        LAUNCH, "RootVolumeIOPS", default=3000, ge=3000, le=16000, description="Operations a second."
    )
    throughput: Integer = option(LAUNCH, "RootVolumeThroughput", default=125, description="MiB a second.")
