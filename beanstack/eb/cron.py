"""What EB accepts of cron.yaml, the periodic tasks of a worker environment.

EB's daemon reads the file when it starts. It does not start, and the deployment fails, if it cannot read the version or
a task: the facts name its source and that of the library by which it reads schedules, which checks no range of its own.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.eb.findings import bundle_finding, shown
from beanstack.eb.manifests import facts
from beanstack.eb.shape import PLACEHOLDER, shape_findings
from beanstack.eb.unreplaced import variable_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.eb.findings import Finding, Path

VERSION = 1
FORM = "minute hour day month weekday, in UTC, such as 0 */12 * * *"
NAMED = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
ITEM = re.compile(r"(\d{1,9})(?:-(\d{1,9})(?:/(\d{1,9}))?)?", re.ASCII)
STEP = re.compile(r"\s*\+?(\d{1,9})", re.ASCII)
# Characters that Ruby's URI.join refuses, by which the daemon checks a path.
NOT_IN_A_URL = re.compile(r"[^!#-;=?-\[\]_a-z~%]|%(?![0-9A-Fa-f]{2})")
# A schedule of Google App Engine: https://cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml
APP_ENGINE = re.compile(r"every\b.*|.*\b(hours|minutes|mins)\b.*|.*\b[0-9]{2}:[0-9]{2}", re.IGNORECASE)
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Field(NamedTuple):
    """A field of a schedule: its range, and whether a number out of it is refused or merely never comes.

    The number is put into a time or date, which Ruby refuses, or compared with those of a month.
    """

    name: str
    least: int
    most: int
    refused: bool


FIELDS = (
    Field("minute", 0, 59, refused=True),
    Field("hour", 0, 23, refused=True),
    Field("day", 1, 31, refused=False),
    Field("month", 1, 12, refused=True),
    Field("weekday", 0, 7, refused=False),
)
DAY, MONTH, WEEKDAY = 2, 3, 4


def cron_findings(content: Any) -> Iterator[Finding]:
    """Yield the problems with a file; its content is None if it is empty."""
    if content is None:
        yield bundle_finding("cron-version", (), "the file is empty, which stops EB's daemon", "version: 1")
        return
    if _is_app_engine(content):
        message = "this is the cron.yaml of Google App Engine, which EB cannot read"
        yield bundle_finding("cron-elsewhere", (), message, f"version: 1, and schedules of the form {FORM}")
        return
    if isinstance(content, dict):
        yield from _version(content)
    yield from shape_findings(content, facts()["cron"], lenient=True)
    yield from variable_findings(content)
    tasks = content.get("cron") if isinstance(content, dict) else None
    if isinstance(tasks, list):
        yield from _tasks(tasks)


def _is_app_engine(content: Any) -> bool:
    tasks = content.get("cron") if isinstance(content, dict) and "version" not in content else None
    if not isinstance(tasks, list):
        return False
    schedules = [str(task.get("schedule")) for task in tasks if isinstance(task, dict)]
    return any(APP_ENGINE.fullmatch(schedule) for schedule in schedules)


def _version(content: dict[str, Any]) -> Iterator[Finding]:
    version = content.get("version")
    if version is None:
        yield bundle_finding("cron-version", (), "`version` is missing", "version: 1")
    elif type(version) is not int or version != VERSION:
        yield bundle_finding("cron-version", ("version",), f"`version` must be the number 1, not {shown(version)}")


def _tasks(tasks: list[Any]) -> Iterator[Finding]:
    names: set[Any] = set()
    for index, task in enumerate(tasks):
        path: Path = ("cron", index)
        if not isinstance(task, dict):
            continue
        name, url, schedule = task.get("name"), task.get("url"), task.get("schedule")
        if isinstance(name, str | int) and name in names:
            message = f"another task is called {shown(name)}; only the last one runs"
            yield bundle_finding("cron-twice", (*path, "name"), message)
        if isinstance(name, str | int):
            names.add(name)
        if isinstance(url, str) and not PLACEHOLDER.search(url):
            yield from _url(url, (*path, "url"))
        if isinstance(schedule, str) and not PLACEHOLDER.search(schedule):
            yield from schedule_findings(schedule, (*path, "schedule"))
        elif isinstance(schedule, int | float):
            yield bundle_finding("cron-schedule", (*path, "schedule"), f"{schedule} is not a schedule", FORM)


def _url(url: str, path: Path) -> Iterator[Finding]:
    bad = NOT_IN_A_URL.search(url)
    if bad:
        message = f"{shown(url)} is not a URL: {shown(bad[0])} must be encoded"
        yield bundle_finding("cron-url", path, message, "such as %20 for a space")
    elif not url.startswith("/"):
        message = f"{shown(url)} is not a path; EB's daemon posts to localhost"
        yield bundle_finding("cron-path", path, message, "such as /backup")


def schedule_findings(schedule: str, path: Path = ()) -> Iterator[Finding]:
    """Yield the first problem with a schedule, as the library reads it."""
    if schedule in NAMED:
        return
    fields = re.split(r"\s+", schedule.rstrip())
    if len(fields) not in (len(FIELDS), len(FIELDS) + 1):
        has = f"{len(fields)} field{'s' if len(fields) > 1 else ''} instead of 5"
        yield bundle_finding("cron-schedule", path, f"the schedule {shown(schedule)} has {has}", FORM)
        return
    if fields[0] == "":
        message = f"the schedule {shown(schedule)} begins with a space, which counts as a field"
        yield bundle_finding("cron-never", path, message, FORM)
        return
    doubts = []
    for field, text in zip(FIELDS, fields, strict=False):
        for message, refused in _field(field, text):
            if refused:
                yield bundle_finding("cron-schedule", path, f"the schedule {shown(schedule)}: {message}", FORM)
                return
            doubts.append(message)
    if len(fields) > len(FIELDS):
        doubts.append("its sixth field is ignored, and the first one is the minute")
    if not doubts and _is_no_date(fields):
        doubts.append("the month has no such day")
    for message in doubts[:1]:
        yield bundle_finding("cron-never", path, f"the schedule {shown(schedule)}: {message}", FORM)


def field_faults(schedule: str) -> Iterator[str]:
    """Yield each problem with the fields of a schedule; nothing if there are not five of them."""
    fields = schedule.split()
    if len(fields) != len(FIELDS):
        return
    for field, text in zip(FIELDS, fields, strict=True):
        for message, _ in _field(field, text):
            yield message


def _numbered(text: str) -> str:
    """Return a text with numbers for the names of months and weekdays, wherever they are in it."""
    text = text.lower()
    for number, name in (*enumerate(MONTHS, 1), *enumerate(WEEKDAYS)):
        text = text.replace(name, str(number))
    return text


def _field(field: Field, text: str) -> Iterator[tuple[str, bool]]:
    """Yield each problem with a field, and whether EB refuses it."""
    for written in text.rstrip(",").split(","):
        item = _numbered(written)
        if item.startswith("*"):
            step = STEP.match(item[2:])
            if len(item) > 1 and (not step or int(step[1]) == 0):
                yield f"{shown(written)} has no step", True
            continue
        match = ITEM.fullmatch(item)
        if not match:
            yield f"the {field.name} {shown(written)} is not a number, a range such as 1-5, * or */2", True
            continue
        first, last, step_size = int(match[1]), int(match[2] or match[1]), match[3]
        if step_size and int(step_size) == 0:
            yield f"{shown(written)} has a step of 0", True
        elif first > last:
            yield f"the range {shown(written)} is empty", False
        elif first < field.least or last > field.most:
            # Ruby takes 24:00 for the next day's first hour.
            refused = field.refused and not (field.name == "hour" and last == field.most + 1)
            yield f"the {field.name} {shown(written)} is not {field.least} to {field.most}", refused


def _is_no_date(fields: list[str]) -> bool:
    """Return whether single days and months, and no weekday, name days that no month has."""
    days, months = fields[DAY].split(","), _numbered(fields[MONTH]).split(",")
    if fields[WEEKDAY] != "*" or not all(text.isdecimal() for text in (*days, *months)):
        return False
    longest = max(LONGEST_MONTHS[int(month) - 1] for month in months)
    return all(int(day) > longest for day in days)
