"""Scheduled actions in templates and bundles: start times, schedules and the quota."""

from __future__ import annotations

import pytest

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.settings import Context, Setting

SCHEDULE = "aws:autoscaling:scheduledaction"


def action(name: str, **options: str | None) -> list[Setting]:
    whole = {"MinSize": "1", "MaxSize": "2", **options}
    return [Setting(SCHEDULE, option, value, name) for option, value in whole.items()]


def found(*settings: Setting) -> list[tuple[str, str]]:
    return [(one.id, one.message) for one in check_options(settings, facts(), Context("web", complete=False))]


def test_two_actions_at_one_time_are_refused() -> None:
    time = "2027-01-01T00:00:00Z"
    [(rule, message)] = found(*action("a", StartTime=time), *action("b", StartTime=time))
    assert rule == "E9526"
    assert message == f"another scheduled action starts at {time} as well; EB takes each time only once"


def test_a_time_that_cloudformation_resolves_is_not_judged() -> None:
    assert found(*action("a", StartTime=None), *action("b", StartTime=None)) == []


@pytest.mark.parametrize("schedule", ["0 18 * * 1-5", "*/5 0-6 1,15 * *", "0 6 * JAN-JUN MON"])
def test_a_schedule_that_cron_reads_is_accepted(schedule: str) -> None:
    assert found(*action("a", Recurrence=schedule)) == []


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("60 * * * *", "the minute '60' is not 0 to 59"),
        ("0 5-1 * * *", "the range '5-1' is empty"),
        ("0 0 x * *", "the day 'x' is not a number, a range such as 1-5, * or */2"),
    ],
)
def test_a_schedule_that_cron_does_not_read_is_a_warning(schedule: str, message: str) -> None:
    assert found(*action("a", Recurrence=schedule)) == [("W9506", f"the schedule '{schedule}': {message}")]


def test_an_environment_has_at_most_120_actions() -> None:
    def made(number: int) -> list[Setting]:
        return [setting for index in range(number) for setting in action(f"a{index}", Recurrence="0 1 * * *")]

    assert found(*made(120)) == []
    assert found(*made(121)) == [("E9525", "an environment has at most 120 scheduled actions, not 121")]
