"""Locking an environment by hand, as for work on its database, and freeing a lock."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from beanstack.operate.call import Call


def lock(call: Call) -> int:
    """Lock the environment by hand, until somebody frees the lock."""
    from beanstack.operate import lock
    from beanstack.operate.bucket import bundle_bucket
    from beanstack.operate.deploying import abandoned, refusal

    reason = " ".join(call.options.reason.split())
    name = call.deployment.stack
    if not reason:
        raise DeploymentError(f'say why, for others to read: make lock {call.make} REASON="..."')
    call.refuse_foreign()
    if not bundle_bucket(call.clients):
        raise DeploymentError(f"{name} cannot be locked: the lock lies in the bundle bucket, and there is none yet")
    found = lock.take(call.clients, lock.by_hand(call.clients, reason), abandoned(call))
    if found:
        print(refusal(call, found), file=sys.stderr)
        return 1
    print(f"{name} is locked; `make unlock {call.make}` frees the lock")
    return 0


def unlock(call: Call) -> int:
    """Free the environment's lock, whoever holds it."""
    from beanstack.operate import lock, record

    call.refuse_foreign()
    found = lock.free(call.clients)
    if not found:
        print(f"{call.deployment.stack} was not locked")
        return 0
    if found.key:
        record.end(call.clients, found.key, record.INTERRUPTED)
    print(f"{call.deployment.stack} is free again; {found}")
    return 0
