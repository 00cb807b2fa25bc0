"""The page for users of cloudposse's Terraform module: each of its variables, and keys and options that exist."""

from __future__ import annotations

import json
from typing import Any

import pytest

from beanstack.reference.cloudposse import MAPPING, cloudposse_page, words
from beanstack.reference.configuration import configuration_schema

SCHEMA = configuration_schema()
VARIABLES: dict[str, Any] = json.loads(MAPPING.read_text("utf-8"))["variables"]


def test_the_page_has_a_row_for_each_of_the_modules_94_variables() -> None:
    rows = [line for line in "".join(cloudposse_page(SCHEMA)).splitlines() if line.startswith("| `")]
    assert len(rows) == len(VARIABLES) == 94
    assert "| `autoscale_min` | `scaling.min` |" in rows
    assert "| `loadbalancer_crosszone` | option `aws:elb:loadbalancer` CrossZone |" in rows


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_has_a_key_an_option_or_a_remark(variable: str) -> None:
    assert VARIABLES[variable].keys() <= {"key", "option", "note"}
    assert "".join(words(SCHEMA, VARIABLES[variable]))


@pytest.mark.parametrize(
    ("becomes", "message"),
    [
        ({"key": "scaling.minimum"}, "there is no key scaling.minimum"),
        ({"key": "region.min"}, "there is no key region.min"),
        ({"option": ["aws:autoscaling:asg", "MinimumSize"]}, "there is no option MinimumSize of aws:autoscaling:asg"),
    ],
)
def test_a_key_or_an_option_that_does_not_exist_is_an_error(becomes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(words(SCHEMA, becomes))
