"""Rules of governed accounts, restated: what the shop's prod passes, and a broken copy of it does not.

AWS Control Tower's proactive controls refuse the creation of a stack; cdk-nag reports. Both read the template alone.
https://docs.aws.amazon.com/controltower/latest/controlreference/ebs-rules.html
https://github.com/cdklabs/cdk-nag/tree/main/src/rules/elasticbeanstalk
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.operate.committed import template
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

PROD: dict[str, Any] = template((PROJECT / "examples/shop/output/shop/prod.yaml").read_text("utf-8"))
HEALTH = ("aws:elasticbeanstalk:healthreporting:system", "SystemType")
UPDATES = ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")
LEVEL = ("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel")
VPC = ("aws:ec2:vpc", "VPCId")


def settings(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the option settings of a template's one environment; none is a failure of each control."""
    [environment] = [one for one in given["Resources"].values() if one["Type"] == "AWS::ElasticBeanstalk::Environment"]
    found: list[dict[str, Any]] = environment["Properties"].get("OptionSettings", [])
    return found


def values(given: dict[str, Any], option: tuple[str, str]) -> list[Any]:
    return [one.get("Value") for one in settings(given) if (one.get("Namespace"), one.get("OptionName")) == option]


def all_are(found: list[Any], *accepted: Any) -> bool:
    """Return whether an option is set, and each time to an accepted value."""
    return bool(found) and all(value in accepted for value in found)


def has_enhanced_health(given: dict[str, Any]) -> bool:
    """CT.ELASTICBEANSTALK.PR.1."""
    return all_are(values(given, HEALTH), "enhanced")


def has_managed_updates(given: dict[str, Any]) -> bool:
    """CT.ELASTICBEANSTALK.PR.2, which takes the value as a text or as a boolean."""
    return all_are(values(given, UPDATES), "true", True)


def names_a_vpc(given: dict[str, Any]) -> bool:
    """AwsSolutions-EB1."""
    return any(value is not None for value in values(given, VPC))


def names_the_level_of_managed_updates(given: dict[str, Any]) -> bool:
    """AwsSolutions-EB3, which takes the value as a text alone."""
    return any(value in (None, "true") for value in values(given, UPDATES)) and any(
        value in ("minor", "patch") for value in values(given, LEVEL)
    )


CONTROLS = [has_enhanced_health, has_managed_updates, names_a_vpc, names_the_level_of_managed_updates]


@pytest.mark.parametrize("control", CONTROLS)
def test_prod_passes(control: Callable[[dict[str, Any]], bool]) -> None:
    assert control(PROD)


@pytest.mark.parametrize(
    ("control", "option", "value"),
    [
        (has_enhanced_health, HEALTH, "basic"),
        (has_enhanced_health, HEALTH, None),
        (has_managed_updates, UPDATES, "false"),
        (has_managed_updates, UPDATES, None),
        (names_a_vpc, VPC, None),
        (names_the_level_of_managed_updates, UPDATES, "false"),
        (names_the_level_of_managed_updates, LEVEL, None),
    ],
)
def test_a_copy_with_another_value_or_without_the_option_fails(
    control: Callable[[dict[str, Any]], bool], option: tuple[str, str], value: str | None
) -> None:
    copy = deepcopy(PROD)
    found = settings(copy)
    found[:] = [one for one in found if (one["Namespace"], one["OptionName"]) != option]
    if value is not None:
        found.append({"Namespace": option[0], "OptionName": option[1], "Value": value})
    assert not control(copy)


@pytest.mark.parametrize("control", CONTROLS)
def test_an_environment_without_settings_fails(control: Callable[[dict[str, Any]], bool]) -> None:
    copy = deepcopy(PROD)
    settings(copy).clear()
    assert not control(copy)


def test_what_checkov_does_not_check_has_a_reason() -> None:
    skipped = [
        skip
        for path in sorted((PROJECT / "examples/shop/output/shop").glob("*.yaml"))
        for resource in template(path.read_text("utf-8"))["Resources"].values()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", ())
    ]
    assert {skip["id"] for skip in skipped} >= {"CKV_AWS_18", "CKV_AWS_111", "CKV_AWS_136"}
    assert all(len(skip["comment"].split()) > 3 for skip in skipped)
