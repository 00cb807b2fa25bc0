"""What EB and Auto Scaling say of the scheduled actions of an environment, beyond the rules between their options.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-autoscaling-scheduledactions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.cron import field_faults
from beanstack.eb.findings import report, shown
from beanstack.eb.namespaces import SCHEDULED_ACTION
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding
    from beanstack.eb.options.table import Table

MOST = 120


def schedule_findings(table: Table) -> Iterator[Finding]:
    """Yield the start times that two actions share, schedules that cron cannot read, and actions beyond the quota."""
    yield from _start_times(table)
    for entry in table.entries(SCHEDULED_ACTION, {}, "Recurrence"):
        for fault in field_faults(entry.value or ""):
            message = f"the schedule {shown(entry.value)}: {fault}"
            path = (entry.setting, "value")
            yield report("warning", Kind.PATTERN, message, path, constraint="scheduled-action-schedule")
            break
    actions = {entry.resource: entry for entry in table.entries(SCHEDULED_ACTION, {})}
    for entry in list(actions.values())[MOST:][:1]:
        message = f"an environment has at most {MOST} scheduled actions, not {len(actions)}"
        yield report("error", Kind.SIZE, message, (entry.setting, "resource"))


def _start_times(table: Table) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for entry in table.entries(SCHEDULED_ACTION, {}, "StartTime"):
        if entry.value is None:
            continue
        time = entry.value.strip()
        if time in first:
            message = f"another scheduled action starts at {time} as well; EB takes each time only once"
            yield report("error", Kind.UNIQUE, message, (entry.setting, "value"), also=((first[time],),))
        first.setdefault(time, entry.setting)
