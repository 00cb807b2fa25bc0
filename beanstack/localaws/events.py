"""Events of Elastic Beanstalk, as DescribeEvents and `eb events` show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from beanstack.localaws.context import Record, Request, ServiceError, now, request_id

SEVERITIES: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_MAX_RECORDS: Final = 1000


class EventLog:
    """All events of an account and region."""

    def __init__(self) -> None:
        self._events: list[Record] = []

    def add(self, message: str, severity: str = "INFO", **about: str | None) -> None:
        """Records an event; `about` holds ApplicationName, EnvironmentName, VersionLabel."""
        if severity not in SEVERITIES:
            raise ServiceError("InvalidParameterValue", f"Severity {severity} is none of {', '.join(SEVERITIES)}.")
        # The EB CLI follows an operation by the id of the request that began it.
        named = {key: name for key, name in (*about.items(), ("RequestId", request_id.get())) if name}
        self._events.append({"EventDate": now(), "Message": message, "Severity": severity, **named})

    def describe(self, request: Request) -> Record:
        """DescribeEvents: the newest first; `Severity` means at least so severe."""
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
        return {"Events": chosen[first:last], **({"NextToken": str(last)} if last < len(chosen) else {})}


def _moment(given: Any, otherwise: datetime) -> datetime:
    moment: datetime = given or otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
