"""The number of instances, how they are paid for, and how a change of their configuration replaces them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.config.option import written
from beanstack.eb.namespaces import ENVIRONMENT, GROUP, INSTANCES, LOAD_BALANCED, ROLLING, SINGLE_INSTANCE, TRIGGER
from beanstack.eb.options.triggers import unit_of

if TYPE_CHECKING:
    from beanstack.config import Environment
    from beanstack.config.option import Entry, Table
    from beanstack.eb.findings import Path

TYPE: Path = ("load_balancer", "type")
SPOT: Path = ("spot",)
METRIC: Path = ("scaling", "trigger", "metric")
REMOVE: Path = ("scaling", "trigger", "remove")
# On-Demand instances of an environment with Spot that says nothing of them, by whether it has a load balancer. Without
# one, any other than none makes its only instance On-Demand.
ON_DEMAND = {True: ("1", "50"), False: ("0", "0")}


def scaling(environment: Environment, given: Table) -> Table:
    """Return how instances are replaced when their configuration changes, a platform's version included."""
    if not environment.load_balanced:
        return {
            **written(ENVIRONMENT, {"EnvironmentType": SINGLE_INSTANCE}, TYPE),
            **written(GROUP, {"MinSize": "1", "MaxSize": "1"}, TYPE),
            **written(ROLLING, {"RollingUpdateEnabled": "false"}, TYPE),
        }
    fewest, most = given[GROUP, "MinSize", ""], given[GROUP, "MaxSize", ""]
    least = _number(fewest, environment.scaling.min)
    kept = min(least, _number(most, environment.scaling.max) - 1)
    return {
        **written(ENVIRONMENT, {"EnvironmentType": LOAD_BALANCED}, TYPE),
        **written(ROLLING, {"RollingUpdateEnabled": "true"}, TYPE),
        # EB's own defaults, and what they would have to be where no instance needs to run: it refuses a batch of 0.
        **written(ROLLING, {"MaxBatchSize": str(max(1, -(-least // 3)))}, *fewest.keys),
        **written(ROLLING, {"MinInstancesInService": str(kept)}, *fewest.keys, *most.keys),
    }


def _number(entry: Entry, size: int) -> int:
    """Return the group's size as EB gets it; where CloudFormation has yet to resolve it, config's own."""
    return int(entry.value) if entry.value.isdecimal() else size


def spot(environment: Environment) -> Table:
    """Return what makes EB ask for Spot Instances, and how many others there are where keys leave it open.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-autoscaling-spot-and-demand.html
    """
    if not environment.spot:
        return {}
    base, percent = ON_DEMAND[environment.load_balanced]
    return {
        **written(INSTANCES, {"EnableSpot": "true"}, SPOT),
        **written(INSTANCES, {"SpotFleetOnDemandBase": base}, SPOT),
        **written(INSTANCES, {"SpotFleetOnDemandAboveBasePercentage": percent}, SPOT),
    }


def trigger(environment: Environment, given: Table) -> Table:
    """Return what several keys of the trigger make, or none of them alone.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-autoscalingtrigger
    """
    settings = environment.scaling.trigger
    if not settings or not environment.load_balanced:
        return {}
    metric = given[TRIGGER, "MeasureName", ""]
    period, periods = given[TRIGGER, "Period", ""], given[TRIGGER, "EvaluationPeriods", ""]
    duration = _number(period, settings.minutes) * _number(periods, settings.periods)
    return {
        **written(TRIGGER, {"BreachDuration": str(duration)}, *period.keys, *periods.keys),
        **written(TRIGGER, {"LowerBreachScaleIncrement": f"-{settings.remove}"}, REMOVE),
        **written(TRIGGER, {"Unit": unit_of(metric.value)}, *metric.keys),
    }
