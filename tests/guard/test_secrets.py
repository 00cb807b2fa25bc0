"""What may be a secret is hidden in whatever a comparison prints, in each format."""

from __future__ import annotations

import pytest

from beanstack.operate.comparison import compare
from beanstack.operate.comparison.observed import Option
from beanstack.operate.comparison.report import as_json, as_markdown, lines
from beanstack.operate.comparison.settings import create_only
from beanstack.operate.hidden import HIDDEN
from tests.guard.edits import DEPLOYED
from tests.guard.situations import observed, texts

PROPERTY = "aws:elasticbeanstalk:application:environment"
HARMLESS = texts(DEPLOYED)
SECRET = {**HARMLESS, "shop-dev": HARMLESS["shop-dev"].replace("COLOUR", "API_TOKEN").replace("blue", "hunter2")}
CHANGED = {**SECRET, "shop-dev": SECRET["shop-dev"].replace("hunter2", "hunter3")}


@pytest.mark.parametrize(("before", "after"), [(SECRET, CHANGED), (SECRET, HARMLESS), (HARMLESS, SECRET)])
def test_a_property_that_resembles_a_secret_is_named_and_its_value_hidden(
    before: dict[str, str], after: dict[str, str]
) -> None:
    assert before != after
    found = compare(observed(before, after), "ENV=dev")
    text = "\n".join(line for _, line in lines(found))
    for shown in (text, as_json(found), as_markdown("shop-dev", found)):
        assert f"{PROPERTY} API_TOKEN" in shown
        assert HIDDEN in shown
        assert "hunter" not in shown


def test_a_property_that_no_longer_is_set_is_left_over_without_its_value() -> None:
    [danger] = compare(observed(SECRET, HARMLESS), "ENV=dev").of_kind("leftover")
    assert danger.reason == f"EB keeps {PROPERTY} API_TOKEN = {HIDDEN!r}, which the template no longer sets"


def test_an_option_that_eb_cannot_change_hides_a_url_with_a_password() -> None:
    option = Option("aws:elasticbeanstalk:environment", "LoadBalancerType")
    [danger] = create_only({option: "https://user:hunter2@example.com"}, {}, {option: "application"})
    assert "hunter2" not in danger.reason
    assert HIDDEN in danger.reason


def test_other_properties_are_shown() -> None:
    after = {**HARMLESS, "shop-dev": HARMLESS["shop-dev"].replace("blue", "green")}
    text = "\n".join(line for _, line in lines(compare(observed(HARMLESS, after), "ENV=dev")))
    assert "COLOUR: blue -> green" in text
