"""What Elastic Beanstalk uses of its surroundings: account, region, other services, time."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beanstack.localaws.containers import Containers

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


@dataclass(frozen=True)
class Context:
    """One account in one region, and the services that Elastic Beanstalk calls there.

    `bundle(bucket, key)` returns an object's bytes from S3, or None if it does not exist.
    `instance_profile_roles(name)` returns the roles of an instance profile from IAM, or None if it does not exist.
    `publish(name, text)` stores a log and returns its URL. `containers` run the environments if an engine works.
    """

    account: str
    region: str
    bundle: Callable[[str, str], bytes | None]
    instance_profile_roles: Callable[[str], Sequence[str] | None]
    publish: Callable[[str, str], str]
    containers: Containers | None = None

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of one of the account's own resources."""
        return f"arn:aws:elasticbeanstalk:{self.region}:{self.account}:{kind}/{name}"


_last_moment = datetime.fromtimestamp(0, UTC)


def now() -> datetime:
    """Return the time in UTC, never the same millisecond twice, so that sorting by time keeps the order."""
    global _last_moment
    _last_moment = max(datetime.now(UTC), _last_moment + timedelta(milliseconds=1))
    return _last_moment


def random_name(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Return a random part for a generated name."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
