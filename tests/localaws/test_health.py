"""Basic health, which has a colour and no status, beside enhanced health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

SYSTEM = ("aws:elasticbeanstalk:healthreporting:system", "SystemType")


@pytest.fixture
def basic(local: LocalAWS, template: Callable[..., Template], name: str) -> str:
    """Deploy an environment with basic health and return its name."""
    local.put("one.zip")
    assert local.create(name, template(name, options={SYSTEM: "basic"})) == "CREATE_COMPLETE"
    return name


def set_system(local: LocalAWS, environment: str, value: str) -> None:
    setting = {"Namespace": SYSTEM[0], "OptionName": SYSTEM[1], "Value": value}
    local.client("elasticbeanstalk").update_environment(EnvironmentName=environment, OptionSettings=[setting])


def test_basic_health_is_a_colour_alone(local: LocalAWS, basic: str) -> None:
    environment = local.environment(basic)
    assert (environment["Status"], environment["Health"]) == ("Ready", "Green")
    assert "HealthStatus" not in environment
    local.inject(basic, Health="Red")
    assert local.environment(basic)["Health"] == "Red"


@pytest.mark.parametrize("action", ["describe_environment_health", "describe_instances_health"])
def test_the_actions_of_enhanced_health_are_refused_with_basic_health(local: LocalAWS, basic: str, action: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(local.client("elasticbeanstalk"), action)(EnvironmentName=basic, AttributeNames=["All"])
    error = caught.value.response["Error"]
    name = "".join(word.capitalize() for word in action.split("_"))
    assert (error["Code"], error["Message"]) == ("InvalidRequestException", f"{name} is not supported.")


def test_the_kind_of_health_can_change(local: LocalAWS, deployed: str) -> None:
    assert local.environment(deployed)["HealthStatus"] == "Ok"
    set_system(local, deployed, "basic")
    assert "HealthStatus" not in local.environment(deployed)
    set_system(local, deployed, "Enhanced")
    environment = local.environment(deployed)
    assert (environment["Health"], environment["HealthStatus"]) == ("Green", "Ok")
