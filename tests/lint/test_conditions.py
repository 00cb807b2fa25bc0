"""Whether a template's condition is true, as far as what is known of its parameters tells."""

from __future__ import annotations

from typing import Any

import pytest
from cfnlint.template import Template

from beanstack.lint.rules.conditions import truth
from beanstack.lint.rules.worlds import World

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
    "a parameter that is not known": (UNKNOWN, None),
    "a key that is not there": (equals(column("Size"), "small"), None),
    "a number and a boolean": (equals(1, "1"), True),
    "case": (equals(STAGE, "Dev"), False),
    "not": ({"Fn::Not": [FALSE]}, True),
    "not true": ({"Fn::Not": [TRUE]}, False),
    "not known": ({"Fn::Not": [UNKNOWN]}, None),
    "and": ({"Fn::And": [TRUE, FALSE]}, False),
    "and of the unknown": ({"Fn::And": [TRUE, UNKNOWN]}, None),
    "and of the unknown and the false": ({"Fn::And": [UNKNOWN, FALSE]}, False),
    "or": ({"Fn::Or": [FALSE, TRUE]}, True),
    "or of none": ({"Fn::Or": [FALSE, FALSE]}, False),
    "or of the unknown": ({"Fn::Or": [FALSE, UNKNOWN]}, None),
    "or of the unknown and the true": ({"Fn::Or": [UNKNOWN, TRUE]}, True),
    "another condition": ({"Fn::Not": [{"Condition": "IsLarge"}]}, True),
    "a condition that is not there": ({"Condition": "Missing"}, None),
    "itself": ({"Condition": "Asked"}, None),
    "joined": (equals({"Fn::Join": ["-", ["shop", STAGE]]}, "shop-dev"), True),
    "the region that cfn-lint makes up": (equals(REGION, "us-east-1"), None),
    "joined with the unknown": (equals({"Fn::Join": ["-", [STAGE, REGION]]}, "dev-us-east-1"), None),
    "joined with the unknown, but not so": (equals({"Fn::Join": ["-", [STAGE, REGION]]}, "prod-us-east-1"), False),
    "two that are joined with the unknown": (equals({"Fn::Join": ["", [STAGE, REGION]]}, REGION), None),
    "put together": (equals({"Fn::Sub": "shop-${Stage}"}, "shop-dev"), True),
    "put together with the unknown": (equals({"Fn::Sub": "${Stage}/${AWS::Region}"}, "dev/us-east-1"), None),
    "put together with the unknown, but not so": (
        equals({"Fn::Sub": "${Stage}/${AWS::Region}"}, "prod/us-east-1"),
        False,
    ),
    "nothing": ({}, None),
    "no list": ({"Fn::Or": "x"}, None),
    "another function": ({"Fn::Sub": ["x"]}, None),
    "three sides": ({"Fn::Equals": [1, 1, 1]}, None),
}


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS.values(), ids=list(CONDITIONS))
def test_a_condition_is_true_false_or_not_known(condition: dict[str, Any], expected: bool | None) -> None:
    template = Template(
        None,
        {
            "Parameters": {name: {"Type": "String"} for name in ("Stage", "Other")},
            "Mappings": {"Stages": {"dev": {"Tier": "small"}, "prod": {"Tier": "large"}}},
            "Conditions": {"Asked": condition, "IsLarge": FALSE},
            "Resources": {},
        },
        ["us-east-1"],
    )
    world = World(template, {"Stage": ("dev", ())}, {})
    assert truth(world, template.template["Conditions"], "Asked") is expected
