"""The events of Elastic Beanstalk, which DescribeEvents and `eb events` show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from beanstack.localaws.api import Record, Request, ServiceError, now, request_id

SEVERITIES: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_MAX_RECORDS: Final = 1000


class EventLog:
    """All events of an account and region."""

    def __init__(self) -> None:
        self._events: list[Record] = []

    def add(self, message: str, severity: str = "INFO", **about: str | None) -> None:
        """Record an event. `about` may hold ApplicationName, EnvironmentName and VersionLabel."""
        if severity not in SEVERITIES:
            raise ServiceError(
                "InvalidParameterValue", f"Severity must be one of {', '.join(SEVERITIES)}, not {severity}."
            )
        # The EB CLI finds the events of an operation by the ID of the request that began it.
        named = {key: name for key, name in (*about.items(), ("RequestId", request_id.get())) if name}
        self._events.append({"EventDate": now(), "Message": message, "Severity": severity, **named})

    def describe(self, request: Request) -> Record:
        """DescribeEvents: list the newest first, and of the severity asked for or above."""
        least = SEVERITIES.index(request.get("Severity") or SEVERITIES[0])
        chosen = [
            event
            for event in reversed(self._events)
            if SEVERITIES.index(event["Severity"]) >= least
            and all(
                request.get(key) in (None, event.get(key))
                for key in ("ApplicationName", "EnvironmentName", "EnvironmentId", "VersionLabel", "RequestId")
            )
            and _moment(request.get("StartTime"), datetime.min) <= event["EventDate"]
            and event["EventDate"] < _moment(request.get("EndTime"), datetime.max)
        ]
        first = int(request.get("NextToken") or 0)
        last = first + int(request.get("MaxRecords") or _MAX_RECORDS)
        page: Record = {"Events": chosen[first:last]}
        if last < len(chosen):
            page["NextToken"] = str(last)
        return page


def _moment(given: Any, otherwise: datetime) -> datetime:
    moment: datetime = given or otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
