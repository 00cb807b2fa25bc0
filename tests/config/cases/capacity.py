"""What keys on instances must be, and be together: each with the line that is to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.config.conftest import case

if TYPE_CHECKING:
    from tests.config.conftest import Case

SCALING = "scaling: {min: 1, max: 2}"
BALANCER = "load_balancer: {type: none}"


def scaling(name: str, key: str, *messages: str) -> Case:
    return case(name, SCALING, f"scaling:\n  max: 2\n  {key}", *messages)


def trigger(name: str, keys: str, *messages: str) -> Case:
    return scaling(name, f"trigger: {{{keys}}}", *messages)


def action(name: str, keys: str, *messages: str) -> Case:
    return scaling(name, f"schedule: {{night: {{{keys}}}}}", *messages)


def other(name: str, line: str, *messages: str) -> Case:
    """A case with a line behind the last of the environment's own."""
    return case(name, "deployment: {policy: Rolling}", f"deployment: {{policy: Rolling}}\n{line}", *messages)


CASES = (
    trigger(
        "a percentage that is never reached",
        "metric: CPUUtilization",
        "24:21: scaling.trigger.metric: A CPU is never used more than 100 percent, so no instance would be added "
        "(UpperThreshold is '6000000', MeasureName is 'CPUUtilization')",
    ),
    trigger(
        "thresholds out of order",
        "upper: 20, lower: 20",
        "24:31: scaling.trigger.lower: With a lower threshold that is not below the upper one, instances would be "
        "added and removed at once (LowerThreshold is '20', UpperThreshold is '20')",
    ),
    trigger(
        "another unit than the metric's",
        "metric: CPUUtilization, upper: 70, lower: 20, unit: Bytes",
        "24:65: scaling.trigger.unit: CPUUtilization is published in Percent; an alarm on another unit gets no data "
        "(Unit is 'Bytes', MeasureName is 'CPUUtilization')",
    ),
    trigger(
        "an unknown metric",
        "metric: CPU",
        "24:21: scaling.trigger.metric: expected 'CPUUtilization', 'NetworkIn', 'NetworkOut', 'DiskWriteOps', "
        "'DiskReadBytes', 'DiskReadOps', 'DiskWriteBytes', 'Latency', 'RequestCount', 'HealthyHostCount', "
        "'UnHealthyHostCount', 'UnhealthyHostCount' or 'TargetResponseTime', found 'CPU'; "
        "did you mean 'CPUUtilization'?",
    ),
    trigger(
        "a threshold that is no number",
        "upper: high",
        "24:20: scaling.trigger.upper: expected a number, found 'high'",
    ),
    trigger(
        "no instance to add",
        "add: 0",
        "24:18: scaling.trigger.add: expected a number of instances, or a percentage such as '50%', found '0'",
    ),
    trigger(
        "a breach of more than ten hours",
        "minutes: 300, periods: 3",
        "24:36: scaling.trigger.periods: `minutes` times `periods` is at most 600, found 900",
    ),
    action(
        "an action without a time",
        "min: 1, max: 2",
        "24:21: scaling.schedule.night: A scheduled action needs a start time or a recurrence "
        "(StartTime is not set, Recurrence is not set, aws:autoscaling:scheduledaction)",
    ),
    action(
        "an action without sizes",
        'max: 2, recurrence: "0 18 * * *"',
        "24:21: scaling.schedule.night.min: is missing",
    ),
    action(
        "an action with more desired than most instances",
        'min: 1, max: 2, desired: 3, recurrence: "0 18 * * *"',
        "24:47: scaling.schedule.night.desired: Sizes of one action must be in order "
        "(DesiredCapacity is '3', MaxSize is '2')",
    ),
    action(
        "an action with fewest above most instances",
        'min: 3, max: 2, recurrence: "0 18 * * *"',
        "24:27: scaling.schedule.night.min: Sizes of one action must be in order (MinSize is '3', MaxSize is '2')",
    ),
    action(
        "a schedule of four fields",
        'min: 1, max: 2, recurrence: "0 18 * *"',
        "24:50: scaling.schedule.night.recurrence: expected the five fields of cron, such as '0 18 * * 1-5', in UTC, "
        "found '0 18 * *'",
    ),
    action(
        "a schedule at no hour",
        'min: 1, max: 2, recurrence: "0 25 * * *"',
        "24:50: scaling.schedule.night.recurrence: the schedule '0 25 * * *': the hour '25' is not 0 to 23",
    ),
    action(
        "an action at no time",
        "min: 1, max: 2, start_time: tomorrow",
        "24:50: scaling.schedule.night.start_time: expected a time in UTC such as '2027-01-31T06:00:00Z', "
        "found 'tomorrow'",
    ),
    action(
        "an action that ends before it starts",
        'min: 1, max: 2, start_time: "2027-01-02T00:00:00Z", end_time: "2027-01-01T00:00:00Z"',
        "24:50: scaling.schedule.night.start_time: An action that ends before it starts never runs "
        "(StartTime is '2027-01-02T00:00:00Z', EndTime is '2027-01-01T00:00:00Z')",
    ),
    scaling(
        "two actions at one time",
        'schedule: {a: {min: 1, max: 2, start_time: "2027-01-01T00:00:00Z"}, '
        'b: {min: 1, max: 2, start_time: "2027-01-01T00:00:00Z"}}',
        "24:103: scaling.schedule.b.start_time: another scheduled action starts at 2027-01-01T00:00:00Z as well; "
        "EB takes each time only once",
    ),
    scaling(
        "an action's name with a space",
        "schedule: {the night: {min: 1, max: 2}}",
        "24:14: scaling.schedule.the night: invalid key: expected 1 to 255 letters, digits, _ and -, found 'the night'",
    ),
    other(
        "more operations than a volume of its size has",
        "root_volume: {size: 8, iops: 6000}",
        "24:30: root_volume.iops: A volume has at most 500 operations a second for each GiB "
        "(RootVolumeIOPS is '6000', RootVolumeSize is '8')",
    ),
    other(
        "more throughput than the operations allow",
        "root_volume: {throughput: 751}",
        "24:27: root_volume.throughput: A gp3 volume has at most a quarter of a MiB a second for each operation a "
        "second (RootVolumeThroughput is '751', RootVolumeIOPS is '3000', RootVolumeType is 'gp3')",
    ),
    other(
        "fewer operations than gp3 has",
        "root_volume: {iops: 2999}",
        "24:21: root_volume.iops: must be at least 3000, found 2999",
    ),
    other(
        "more On-Demand instances than the most",
        "spot: {on_demand_base: 3}",
        "24:24: spot.on_demand_base: The On-Demand base cannot exceed the group maximum, which is 4 by default "
        "(SpotFleetOnDemandBase is '3', MaxSize is '2', EnableSpot is 'true')",
    ),
    other(
        "output that is kept in no file",
        "output_limit: {files: 0}",
        "24:23: output_limit.files: must be at least 1, found 0",
    ),
    other("a price of nothing", "spot: {max_price: 0}", "24:19: spot.max_price: must be at least 0.001, found 0"),
    other(
        "an image that is none",
        "ami: nginx",
        "24:6: ami: expected the ID of an AMI, such as ami-0123456789abcdef0, found 'nginx'",
    ),
    other(
        "managed updates without a window",
        "managed_updates: {update_level: minor}",
        "24:18: managed_updates.preferred_start_time: is missing",
    ),
    other(
        "managed updates in a window without a time",
        "managed_updates: {preferred_start_time: Sunday}",
        "24:41: managed_updates.preferred_start_time: expected a day and time in UTC, such as Sun:03:00, "
        "found 'Sunday'",
    ),
    other(
        "managed updates with basic health",
        'managed_updates: {preferred_start_time: "Sun:03:00"}\n'
        "options: {aws:elasticbeanstalk:healthreporting:system: {SystemType: basic}}",
        "25:69: options.aws:elasticbeanstalk:healthreporting:system.SystemType: Managed updates depend on enhanced "
        "health (SystemType is 'basic', ManagedActionsEnabled is 'true')",
    ),
    case(
        "a pause that is no duration",
        "{policy: Rolling}",
        "{policy: Rolling, configuration: Time, pause: 5}",
        '23:59: deployment.pause: expected a string, found 5; write "5" in quotes',
    ),
    case(
        "a pause of more than an hour",
        "{policy: Rolling}",
        "{policy: Rolling, configuration: Time, pause: PT2H}",
        "23:59: deployment.pause: PauseTime is 'PT2H', not PT0S to PT1H",
    ),
    case(
        "a trigger without a load balancer",
        f"{SCALING}\ndeployment: {{policy: Rolling}}",
        f"scaling: {{trigger: {{}}}}\n{BALANCER}",
        "22:11: scaling.trigger: `scaling.trigger` needs a load balancer; `load_balancer.type: none` always runs one "
        "instance",
    ),
    case(
        "a schedule without a load balancer",
        f"{SCALING}\ndeployment: {{policy: Rolling}}",
        f'scaling: {{schedule: {{a: {{min: 1, max: 1, recurrence: "0 1 * * *"}}}}}}\n{BALANCER}',
        "22:11: scaling.schedule: `scaling.schedule` needs a load balancer; `load_balancer.type: none` always runs one "
        "instance",
    ),
    case(
        "replacement by a load balancer that is not there",
        f"{SCALING}\ndeployment: {{policy: Rolling}}",
        f"scaling: {{replace_unhealthy: {{}}}}\n{BALANCER}",
        "22:11: scaling.replace_unhealthy: `scaling.replace_unhealthy` needs a load balancer; "
        "`load_balancer.type: none` always runs one instance",
    ),
    case(
        "an On-Demand instance in place of the only Spot Instance",
        f"{SCALING}\ndeployment: {{policy: Rolling}}",
        f"spot: {{on_demand_percent: 10}}\n{BALANCER}",
        "22:27: spot.on_demand_percent: must be 0 without a load balancer: otherwise the only instance is an "
        "On-Demand one",
    ),
)
