"""Keys that are declared as EB options: what the facts give them, and what they become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from pydantic import ValidationError

from beanstack.config.model import Boolean, Integer, Model
from beanstack.config.option import Entry, declared, option, references
from beanstack.eb.namespaces import ANY_PROCESS, CLASSIC_CHECK, COMMAND, INSTANCES, LAUNCH, PROCESS

ACTIONS = "aws:autoscaling:scheduledaction"


class Spot(Model):
    """A section that Beanstack does not have."""

    enabled: Boolean = option(INSTANCES, "EnableSpot", description="")
    on_demand_base: Integer = option(INSTANCES, "SpotFleetOnDemandBase", description="")
    timeout: Integer = option(
        PROCESS, "HealthCheckTimeout", classic=(CLASSIC_CHECK, "Timeout"), le=30, only=("classic",), description=""
    )
    policy: str = option(COMMAND, "DeploymentPolicy", when=lambda spot: spot.enabled, description="")
    batch: Literal["Fixed"] = option(COMMAND, "BatchSizeType", default="Fixed", description="")
    key: str | None = option(LAUNCH, "EC2KeyName", default=None, unset="", description="")
    types: tuple[str, ...] = option(INSTANCES, "InstanceTypes", default=("t3.micro", "t3.nano"), description="")


class Around(Model):
    """Settings with that section."""

    spot: Spot = Spot()


def entry(value: str, key: str) -> Entry:
    return Entry(value, (("spot", key),))


def test_a_declared_key_becomes_an_entry_that_names_it() -> None:
    made = dict(declared(Around(spot=Spot(enabled=True)), "classic"))
    assert made == {
        (INSTANCES, "EnableSpot", ""): entry("true", "enabled"),
        (INSTANCES, "SpotFleetOnDemandBase", ""): entry("0", "on_demand_base"),
        (CLASSIC_CHECK, "Timeout", ""): entry("5", "timeout"),
        (COMMAND, "DeploymentPolicy", ""): entry("AllAtOnce", "policy"),
        (COMMAND, "BatchSizeType", ""): entry("Fixed", "batch"),
        (LAUNCH, "EC2KeyName", ""): entry("", "key"),
        (INSTANCES, "InstanceTypes", ""): entry("t3.micro,t3.nano", "types"),
    }


def test_a_key_is_left_out_where_its_option_does_not_apply() -> None:
    names = [name for _, name, _ in dict(declared(Spot(), "application"))]
    assert names == ["EnableSpot", "SpotFleetOnDemandBase", "BatchSizeType", "EC2KeyName", "InstanceTypes"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timeout", 1),  # the range of both options, of which one begins at 2
        ("timeout", 31),
        ("on_demand_base", -1),
        ("policy", "Roling"),
        ("batch", "Percentage"),
    ],
)
def test_what_the_facts_or_the_key_rule_out_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Spot.model_validate({key: value})


@pytest.mark.parametrize("timeout", [2, 30])
def test_the_ends_of_a_range_are_accepted(timeout: int) -> None:
    assert Spot(timeout=timeout).timeout == timeout


class Check(Model):
    """A section of each process, and of the one that every environment has."""

    path: str = option(ANY_PROCESS, "HealthCheckPath", description="")


class Process(Model):
    """A section that a mapping names."""

    port: Integer = option(ANY_PROCESS, "Port", description="")
    check: Check = Check()


class Action(Model):
    """A section that is a resource of its mapping's name."""

    size: Integer = option(ACTIONS, "MinSize", default=1, description="")


class Named(Model):
    """Settings with mappings of sections."""

    check: Check = Check()
    processes: Mapping[str, Process] = {}
    actions: Mapping[str, Action] = {}


def test_sections_of_a_mapping_give_their_names_to_namespaces_and_resources() -> None:
    settings = Named(processes={"admin": Process(port=8081)}, actions={"night": Action()})
    process = ANY_PROCESS.replace("{process_name}", "admin")
    assert dict(declared(settings, "application")) == {
        (PROCESS, "HealthCheckPath", ""): Entry("/", (("check", "path"),)),
        (process, "Port", ""): Entry("8081", (("processes", "admin", "port"),)),
        (process, "HealthCheckPath", ""): Entry("/", (("processes", "admin", "check", "path"),)),
        (ACTIONS, "MinSize", "night"): Entry("1", (("actions", "night", "size"),)),
    }


def test_the_reference_shows_a_name_where_the_mapping_has_one() -> None:
    def shown(model: type[Model], key: str) -> list[str]:
        return [one.shown for one in references(model.model_fields[key], "application")]

    assert shown(Process, "port") == ["`aws:elasticbeanstalk:environment:process:NAME` Port"]
    assert shown(Action, "size") == ["`NAME.aws:autoscaling:scheduledaction` MinSize"]


def test_an_unknown_option_cannot_be_declared() -> None:
    with pytest.raises(LookupError, match="no option 'SpotBase'"):
        option(INSTANCES, "SpotBase", description="")
