"""What all parts of the local Elastic Beanstalk share: records and errors of its API, time, generated names."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]
"""A structure of the API, with AWS's member names."""

Request = Mapping[str, Any]
"""The parameters of an API action, with the types of the service model."""


request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The ID of the API request that is being served; empty while CloudFormation acts."""


class ServiceError(Exception):
    """AWS refuses a request; `code` is one of the errors in the API reference."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class OperationError(Exception):
    """An operation that AWS accepted has failed; its events say why."""


_last_moment = datetime.fromtimestamp(0, UTC)


def now() -> datetime:
    """Return the time in UTC, never the same millisecond twice, so that sorting by time keeps the order."""
    global _last_moment
    _last_moment = max(datetime.now(UTC), _last_moment + timedelta(milliseconds=1))
    return _last_moment


def random_name(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Return a random part for a generated name."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
