"""What keys on instances become: options, and changes of EB's own Auto Scaling group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from troposphere import encode_to_dict
from yaml import safe_load as read

from beanstack.bundle import bundle
from beanstack.resources import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Configured

    Changed = Callable[[str], dict[tuple[str, str, str], Any]]

GROUP = "aws:autoscaling:asg"
INSTANCES = "aws:ec2:instances"
LAUNCH = "aws:autoscaling:launchconfiguration"
MANAGED = "aws:elasticbeanstalk:managedactions"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
SCHEDULE = "aws:autoscaling:scheduledaction"
TRIGGER = "aws:autoscaling:trigger"


@pytest.fixture
def changed(shop: Configured) -> Changed:
    """The options that some settings add or change, by namespace, option and resource."""

    def table(settings: str) -> dict[tuple[str, str, str], Any]:
        application = shop(settings)
        found = options.table(application, application.environments["dev"])
        return {key: encode_to_dict(entry.value) for key, entry in found.items()}

    def made(settings: str) -> dict[tuple[str, str, str], Any]:
        before, after = table(""), table(settings)
        assert before.keys() <= after.keys()
        return {key: value for key, value in after.items() if before.get(key) != value}

    return made


def of(namespace: str, resource: str = "", /, **values: Any) -> dict[tuple[str, str, str], Any]:
    return {(namespace, name, resource): value for name, value in values.items()}


def test_instance_types_keep_their_order(changed: Changed) -> None:
    assert changed("instance_types: [t4g.small, t4g.micro]") == of(INSTANCES, InstanceTypes="t4g.small,t4g.micro")


def test_an_image_takes_the_place_of_the_platforms(changed: Changed) -> None:
    assert changed("ami: ami-0123456789abcdef0") == of(LAUNCH, ImageId="ami-0123456789abcdef0")


def test_a_root_volume_has_the_numbers_of_gp3_unless_it_names_others(changed: Changed) -> None:
    assert changed("root_volume: {size: 20}") == of(
        LAUNCH, RootVolumeSize="20", RootVolumeIOPS="3000", RootVolumeThroughput="125"
    )
    assert changed("root_volume: {iops: 6000, throughput: 500}") == of(
        LAUNCH, RootVolumeIOPS="6000", RootVolumeThroughput="500"
    )


def test_spot_begins_with_one_on_demand_instance_and_a_half(changed: Changed) -> None:
    assert changed("spot: {}") == {
        **of(GROUP, EnableCapacityRebalancing="true"),
        **of(
            INSTANCES,
            EnableSpot="true",
            SpotAllocationStrategy="price-capacity-optimized",
            SpotFleetOnDemandAboveBasePercentage="50",
            SpotFleetOnDemandBase="1",
            SpotMaxPrice="null",
        ),
    }


def test_each_key_of_spot_is_an_option(changed: Changed) -> None:
    settings = "{on_demand_base: 0, on_demand_percent: 0, strategy: lowest-price, max_price: 0.05, rebalancing: false}"
    assert changed(f"spot: {settings}") == {
        **of(GROUP, EnableCapacityRebalancing="false"),
        **of(
            INSTANCES,
            EnableSpot="true",
            SpotAllocationStrategy="lowest-price",
            SpotFleetOnDemandAboveBasePercentage="0",
            SpotFleetOnDemandBase="0",
            SpotMaxPrice="0.05",
        ),
    }


def test_the_only_instance_is_a_spot_instance_where_spot_is_asked_for(shop: Configured) -> None:
    application = shop("load_balancer: {type: none}\nspot: {}")
    found = options.table(application, application.environments["dev"])
    names = ("SpotFleetOnDemandBase", "SpotFleetOnDemandAboveBasePercentage")
    assert [found[INSTANCES, name, ""].value for name in names] == ["0", "0"]


def test_a_cooldown_is_an_option(changed: Changed) -> None:
    assert changed("scaling: {cooldown: 120}") == of(GROUP, Cooldown="120")


def test_a_trigger_writes_all_that_the_service_knows_of_it(changed: Changed) -> None:
    assert changed("scaling: {trigger: {metric: CPUUtilization, upper: 70, lower: 25.5}}") == of(
        TRIGGER,
        BreachDuration="5",
        EvaluationPeriods="1",
        LowerBreachScaleIncrement="-1",
        LowerThreshold="25.5",
        MeasureName="CPUUtilization",
        Period="5",
        Statistic="Average",
        Unit="Percent",
        UpperBreachScaleIncrement="1",
        UpperThreshold="70",
    )


def test_each_key_of_a_trigger_counts(changed: Changed) -> None:
    settings = "{metric: RequestCount, statistic: Sum, unit: Count, upper: 1000000000000, lower: 0.5, add: 50%, "
    settings += "remove: 2, minutes: 1, periods: 3}"
    assert changed(f"scaling: {{trigger: {settings}}}") == of(
        TRIGGER,
        BreachDuration="3",
        EvaluationPeriods="3",
        LowerBreachScaleIncrement="-2",
        LowerThreshold="0.5",
        MeasureName="RequestCount",
        Period="1",
        Statistic="Sum",
        Unit="Count",
        UpperBreachScaleIncrement="50%",
        UpperThreshold="1000000000000",
    )


@pytest.mark.parametrize(
    ("metric", "unit"),
    [("NetworkIn", "Bytes"), ("TargetResponseTime", "Seconds"), ("UnHealthyHostCount", "Count")],
)
def test_the_unit_is_the_metrics_own(changed: Changed, metric: str, unit: str) -> None:
    assert changed(f"scaling: {{trigger: {{metric: {metric}}}}}")[TRIGGER, "Unit", ""] == unit


def test_raw_options_win_over_a_trigger_and_what_is_made_of_it_follows(changed: Changed) -> None:
    raw = "options: {aws:autoscaling:trigger: {Period: 2, MeasureName: NetworkIn}}"
    found = changed(f"scaling: {{trigger: {{metric: CPUUtilization, upper: 70, lower: 1, periods: 3}}}}\n{raw}")
    assert found[TRIGGER, "BreachDuration", ""] == "6"
    assert found[TRIGGER, "Unit", ""] == "Bytes"


def test_scheduled_actions_are_named_resources(changed: Changed) -> None:
    settings = """\
scaling:
  schedule:
    evening: {recurrence: "0 18 * * 1-5", min: 0, max: 1, desired: 0}
    sale: {start_time: "2027-11-26T00:00:00Z", end_time: "2027-11-30T00:00:00Z", min: 4, max: 9, suspended: true}
"""
    assert changed(settings) == {
        **of(SCHEDULE, "evening", DesiredCapacity="0", MaxSize="1", MinSize="0", Recurrence="0 18 * * 1-5"),
        **of(SCHEDULE, "evening", Suspend="false"),
        **of(SCHEDULE, "sale", MaxSize="9", MinSize="4", Suspend="true"),
        **of(SCHEDULE, "sale", StartTime="2027-11-26T00:00:00Z", EndTime="2027-11-30T00:00:00Z"),
    }


def test_the_template_names_the_resource_of_a_scheduled_action(shop: Configured) -> None:
    application = shop('scaling: {schedule: {night: {recurrence: "0 1 * * *", min: 1, max: 1}}}')
    found = options.option_settings(application, application.environments["dev"])
    named = {one.OptionName: one.ResourceName for one in found if one.Namespace == SCHEDULE}
    assert set(named.values()) == {"night"}


@pytest.mark.parametrize("settings", ["", "managed_updates: null"])
def test_managed_updates_are_off_unless_they_are_asked_for(changed: Changed, settings: str) -> None:
    assert changed(settings) == {}


def test_managed_updates_run_under_the_environments_own_service_role(changed: Changed) -> None:
    assert changed('managed_updates: {preferred_start_time: "Sun:03:00"}') == {
        **of(
            MANAGED,
            ManagedActionsEnabled="true",
            PreferredStartTime="Sun:03:00",
            ServiceRoleForManagedUpdates={"Fn::ImportValue": "shop-ServiceRole"},
        ),
        **of(f"{MANAGED}:platformupdate", InstanceRefreshEnabled="false", UpdateLevel="patch"),
    }


def test_managed_updates_follow_a_service_role_of_raw_options(changed: Changed) -> None:
    raw = "options: {aws:elasticbeanstalk:environment: {ServiceRole: own}}"
    found = changed(f'managed_updates: {{preferred_start_time: "Sun:03:00", update_level: minor}}\n{raw}')
    assert found[MANAGED, "ServiceRoleForManagedUpdates", ""] == "own"
    assert found[f"{MANAGED}:platformupdate", "UpdateLevel", ""] == "minor"


def test_configuration_updates_may_wait_for_a_time_or_be_immutable(changed: Changed) -> None:
    assert changed("deployment: {configuration: Immutable}") == of(ROLLING, RollingUpdateType="Immutable")
    assert changed("deployment: {configuration: Time, pause: PT5M30S}") == of(
        ROLLING, RollingUpdateType="Time", PauseTime="PT5M30S"
    )


@pytest.mark.parametrize(("settings", "grace"), [("{}", 300), ("{grace: 900}", 900)])
def test_replacement_of_unhealthy_instances_changes_the_group(shop: Configured, settings: str, grace: int) -> None:
    application = shop(f"scaling: {{replace_unhealthy: {settings}}}")
    made = bundle(application, application.environments["dev"])
    assert read(made[".ebextensions/resources.config"].decode()) == {
        "Resources": {
            "AWSEBAutoScalingGroup": {
                "Type": "AWS::AutoScaling::AutoScalingGroup",
                "Properties": {"HealthCheckType": "ELB", "HealthCheckGracePeriod": grace},
            }
        }
    }
