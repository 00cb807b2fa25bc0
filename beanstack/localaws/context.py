"""What Elastic Beanstalk knows of its surroundings: account, region, neighbouring services, time."""

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
"""A structure of the API, members named as AWS names them."""

Request = Mapping[str, Any]
"""The parameters of an API action, typed by the service model."""


request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the API request that is being served; empty for what CloudFormation does."""


class ServiceError(Exception):
    """A request that AWS refuses; `code` as in the API reference's list of errors."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class OperationError(Exception):
    """An operation that AWS accepts and that fails later, as events tell."""


@dataclass(frozen=True)
class Context:
    """One account in one region, and the neighbours that Elastic Beanstalk asks.

    `bundle(bucket, key)` asks S3: the object's bytes, None where there is none. `instance_profile_roles(name)` asks
    IAM: the roles of the profile, None where there is no such profile. `publish(name, text)` stores a log and returns
    its URL. `containers` run the environments, where an engine works.
    """

    account: str
    region: str
    bundle: Callable[[str, str], bytes | None]
    instance_profile_roles: Callable[[str], Sequence[str] | None]
    publish: Callable[[str, str], str]
    containers: Containers | None = None

    def arn(self, kind: str, name: str) -> str:
        """The ARN of one of the account's own resources."""
        return f"arn:aws:elasticbeanstalk:{self.region}:{self.account}:{kind}/{name}"


_last_moment = datetime.fromtimestamp(0, UTC)


def now() -> datetime:
    """The time in UTC, never the same millisecond twice, so that sorting by time keeps the order."""
    global _last_moment
    _last_moment = max(datetime.now(UTC), _last_moment + timedelta(milliseconds=1))
    return _last_moment


def random_name(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """A random part of a generated name."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
