"""Keys on instances through the Makefile: all at once, drift, and what is left of one that is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.recipes.test_operation import CONFIG, configure, deploy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

HERE = ("APP=shop", "ENV=dev", "LOCAL=1")
NIGHT = """\
      schedule:
        night: {recurrence: "0 1 * * *", min: 1, max: 1, desired: 1}
"""
KEYS = """\
    instance_types: [t4g.small, t4g.medium]
    spot: {on_demand_base: 1, max_price: 0.02}
    root_volume: {size: 40}
    output_limit: {}
    deployment: {configuration: Time, pause: PT2M}
    managed_updates: {preferred_start_time: "Sun:03:00", instance_refresh: true}
    scaling:
      min: 1
      max: 2
      cooldown: 60
      trigger: {metric: CPUUtilization, upper: 70, lower: 25.5, remove: 2}
      replace_unhealthy: {grace: 600}
"""
ALL = CONFIG.replace("    scaling: {min: 1, max: 2}\n", KEYS + NIGHT)
WITHOUT = ALL.replace(NIGHT, "")


@pytest.fixture(scope="module")
def shop(new_checkout: Callable[[], Checkout]) -> Checkout:
    made = configure(new_checkout(), ALL)
    deploy(made)
    return made


def settings(shop: Checkout) -> dict[tuple[str, str], Any]:
    found = shop.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="shop", EnvironmentName="shop-dev"
    )
    described = found["ConfigurationSettings"][0]["OptionSettings"]
    return {(one.get("ResourceName", ""), one["OptionName"]): one.get("Value") for one in described}


def test_eb_has_what_the_keys_say_and_nothing_drifts(shop: Checkout) -> None:
    found = settings(shop)
    assert found["night", "Recurrence"] == "0 1 * * *"
    assert found["AWSEBAutoScalingScaleDownPolicy", "LowerBreachScaleIncrement"] == "-2"
    assert found["", "EnableSpot"] == "true"
    drift = shop.make("drift", *HERE)
    assert drift.returncode == 0, drift.stdout + drift.stderr


def test_the_group_replaces_what_the_load_balancer_finds_unhealthy(shop: Checkout) -> None:
    [group] = shop.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (group["HealthCheckType"], group["HealthCheckGracePeriod"]) == ("ELB", 600)


def test_what_is_generated_passes_the_linters(shop: Checkout) -> None:
    checked = shop.make("lint")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_scheduled_action_that_is_taken_out_is_reported_and_removed(shop: Checkout) -> None:
    configure(shop, WITHOUT)
    planned = shop.make("plan", *HERE).stdout
    assert "EB keeps night.aws:autoscaling:scheduledaction Recurrence = '0 1 * * *'" in planned
    deploy(shop, "REMOVE_LEFTOVERS=1")
    assert not [name for name, _ in settings(shop) if name == "night"]
