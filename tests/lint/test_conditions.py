"""Whether a condition of a template is true, and which conditions can be true together."""

from __future__ import annotations

from typing import Any

import pytest
from cfnlint.template import Template

from beanstack.lint.rules.conditions import Conditions

STAGE, REGION = {"Ref": "Stage"}, {"Ref": "AWS::Region"}


def equals(left: object, right: object) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


def column(name: str) -> dict[str, Any]:
    return {"Fn::FindInMap": ["Stages", STAGE, name]}


TRUE = equals(column("Tier"), "small")
FALSE = equals(column("Tier"), "large")
UNKNOWN = equals({"Ref": "Other"}, "large")
CONDITIONS = {
    "true": (TRUE, True),
    "false": (FALSE, False),
    "an unknown parameter": (UNKNOWN, None),
    "a missing key": (equals(column("Size"), "small"), None),
    "a number and a boolean": (equals(1, "1"), True),
    "case": (equals(STAGE, "Dev"), False),
    "not": ({"Fn::Not": [FALSE]}, True),
    "not true": ({"Fn::Not": [TRUE]}, False),
    "not of the unknown": ({"Fn::Not": [UNKNOWN]}, None),
    "and": ({"Fn::And": [TRUE, FALSE]}, False),
    "and of the unknown": ({"Fn::And": [TRUE, UNKNOWN]}, None),
    "and of the unknown and the false": ({"Fn::And": [UNKNOWN, FALSE]}, False),
    "or": ({"Fn::Or": [FALSE, TRUE]}, True),
    "or of two that are false": ({"Fn::Or": [FALSE, FALSE]}, False),
    "or of the unknown": ({"Fn::Or": [FALSE, UNKNOWN]}, None),
    "or of the unknown and the true": ({"Fn::Or": [UNKNOWN, TRUE]}, True),
    "another condition": ({"Fn::Not": [{"Condition": "IsLarge"}]}, True),
    "a missing condition": ({"Condition": "Missing"}, None),
    "itself": ({"Condition": "Asked"}, None),
    "joined": (equals({"Fn::Join": ["-", ["shop", STAGE]]}, "shop-dev"), True),
    "the region that cfn-lint invents": (equals(REGION, "us-east-1"), None),
    "joined with the unknown": (equals({"Fn::Join": ["-", [STAGE, REGION]]}, "dev-us-east-1"), None),
    "joined with the unknown, and different": (equals({"Fn::Join": ["-", [STAGE, REGION]]}, "prod-us-east-1"), False),
    "two texts with unknown parts": (equals({"Fn::Join": ["", [STAGE, REGION]]}, REGION), None),
    "substituted": (equals({"Fn::Sub": "shop-${Stage}"}, "shop-dev"), True),
    "substituted with the unknown": (equals({"Fn::Sub": "${Stage}/${AWS::Region}"}, "dev/us-east-1"), None),
    "substituted with the unknown, and different": (
        equals({"Fn::Sub": "${Stage}/${AWS::Region}"}, "prod/us-east-1"),
        False,
    ),
    "nothing": ({}, None),
    "not a list": ({"Fn::Or": "x"}, None),
    "another function": ({"Fn::Sub": ["x"]}, None),
    "three sides": ({"Fn::Equals": [1, 1, 1]}, None),
}


def conditions(**section: Any) -> Conditions:
    return Conditions(
        Template(
            None,
            {
                "Parameters": {
                    **{name: {"Type": "String"} for name in ("Stage", "Other")},
                    "Kind": {"Type": "String", "AllowedValues": ["one", "two"]},
                },
                "Mappings": {"Stages": {"dev": {"Tier": "small"}, "prod": {"Tier": "large"}}},
                "Conditions": {"IsLarge": FALSE, **section},
                "Resources": {},
            },
            ["us-east-1"],
        )
    )


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS.values(), ids=list(CONDITIONS))
def test_a_condition_is_true_false_or_unknown(condition: dict[str, Any], expected: bool | None) -> None:
    assert conditions(Asked=condition).truth("Asked", {"Stage": "dev"}) is expected


def negated(condition: dict[str, Any]) -> dict[str, Any]:
    return {"Fn::Not": [condition]}


IS_PROD = equals(STAGE, "prod")
IS_ONE = equals({"Ref": "Kind"}, "one")
TOGETHER = {
    "a text that a name has or has not": ((IS_PROD,), {(True,), (False,)}),
    "two texts of one name": ((IS_PROD, equals(STAGE, "test")), {(True, False), (False, True), (False, False)}),
    "two names": ((IS_PROD, UNKNOWN), {(True, True), (True, False), (False, True), (False, False)}),
    "a condition and its opposite": ((IS_PROD, negated({"Condition": "C0"})), {(True, False), (False, True)}),
    "all allowed values": ((IS_ONE, equals({"Ref": "Kind"}, "two")), {(True, False), (False, True)}),
    "keys of a mapping": ((TRUE, FALSE), {(True, False), (False, True)}),
    "a text with an unknown part": (
        (equals({"Fn::Sub": "${Kind}-${AWS::StackName}"}, "one-1"), IS_ONE),
        {(True, True), (False, True), (False, False)},
    ),
    "an unknown value": ((equals({"Fn::Select": [0, {"Ref": "Kinds"}]}, "a"),), {(True,), (False,)}),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), TOGETHER.values(), ids=list(TOGETHER))
def test_conditions_are_combined_only_as_they_can_be_true_together(
    given: tuple[dict[str, Any], ...], expected: set[tuple[bool, ...]]
) -> None:
    names = [f"C{index}" for index in range(len(given))]
    found = conditions(**dict(zip(names, given, strict=True))).together(names, {})
    assert {tuple(held.values()) for held in found} == expected
