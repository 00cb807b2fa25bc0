"""The lock of an environment, an object of the bundle bucket: `deployments/<environment>/lock.json`.

It names who changes the environment, or who has locked it by hand and why; it is `null` if nobody does. It is written
only if it has not changed since it was read, so only one of several runs gets it. It is never deleted, because
deploying should not require a right to delete.

The lock of a deployment expires, because the machine that holds it may vanish; it is not renewed. If another deployment
takes an expired lock too early, CloudFormation still refuses to update a stack that is being updated.
A lock by hand does not expire.
"""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack.operate import record
from beanstack.operate.bucket import bundle_bucket, read, write

if TYPE_CHECKING:
    from beanstack.operate.session import Clients

# Longer than creating an environment with a database takes; the wait for its health comes on top.
EXPIRES = timedelta(hours=2)


class Holder(NamedTuple):
    """The holder of a lock: a run of `make`, by its record's key, or a user, with a reason and without expiry."""

    who: str
    host: str
    since: datetime
    reason: str
    key: str  # of the run's record
    expires: datetime | None
    verb: str = "stack"

    def __str__(self) -> str:
        who = f"{self.who} on {self.host}"
        if self.key:
            doing = "deploying" if self.verb in record.DEPLOYMENTS else f"running `make {self.verb}`"
            return f"{who} has been {doing} since {time(self.since)}"
        return f"{who} locked it at {time(self.since)}: {self.reason}"

    @property
    def is_expired(self) -> bool:
        """Whether nobody holds the lock any more."""
        return self.expires is not None and self.expires <= record.now()

    def document(self) -> dict[str, Any]:
        """Return what is stored."""
        expires = self.expires.isoformat() if self.expires else None
        return {**self._asdict(), "since": self.since.isoformat(), "expires": expires}


def time(moment: datetime) -> str:
    """Return a time as it is shown."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def by_hand(clients: Clients, reason: str) -> Holder:
    """Return a lock by hand of whoever calls."""
    return Holder(record.caller(clients), socket.gethostname(), record.now(), reason, "", None)


def of_run(begun: record.Record, timeout: float) -> Holder:
    """Return the lock of a run of `make`, which waits at most `timeout` seconds for good health."""
    expires = record.now() + EXPIRES + timedelta(seconds=timeout)
    return Holder(begun.who, begun.host, begun.began, "", begun.key, expires, begun.verb)


def holder(clients: Clients) -> Holder | None:
    """Return who holds the environment's lock; None if nobody does, or if the lock has expired."""
    found, _ = _read(clients)
    return None if not found or found.is_expired else found


def take(clients: Clients, wanted: Holder, dead: str = "") -> Holder | None:
    """Take the lock and return None, or return who holds it.

    A deployment that is known to be `dead`, by the key of its record, holds it no more.
    """
    while True:
        found, etag = _read(clients)
        if found == wanted:  # it was written by an attempt whose answer was lost
            return None
        if found and not found.is_expired and (not found.key or found.key != dead):
            return found
        if write(clients, bundle_bucket(clients), _key(clients), wanted.document(), etag):
            if found:
                record.end(clients, found.key, record.INTERRUPTED)
            return None


def free(clients: Clients, key: str | None = None) -> Holder | None:
    """Free the lock and return who held it: only the deployment whose record has a key, or else anybody."""
    while True:
        found, etag = _read(clients)
        if not found or key not in (None, found.key):
            return None
        if write(clients, bundle_bucket(clients), _key(clients), None, etag):
            return found


def _key(clients: Clients) -> str:
    return f"{record.folder(clients)}lock.json"


def _read(clients: Clients) -> tuple[Holder | None, str]:
    """Return who holds the lock, expired or not, with the object's ETag; empty if there is no object yet."""
    bucket = bundle_bucket(clients)
    if not bucket:
        return None, ""
    document, etag = read(clients, bucket, _key(clients))
    if not document:
        return None, etag
    for name in ("since", "expires"):
        document[name] = datetime.fromisoformat(document[name]) if document[name] else None
    return Holder(**{name: document[name] for name in Holder._fields if name in document}), etag
