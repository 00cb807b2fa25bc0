"""The records of an environment: its deployments and other operations, by whom, when, and with which result.

Each is an object of the bundle bucket, `deployments/<environment>/<time>-<random>.json`, so that S3 lists them in the
order of time. It is written before anything is done, with the result `under way`, and once more at the end.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import secrets
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from beanstack import __version__
from beanstack.operate import git
from beanstack.operate.bucket import bundle_bucket, read, write
from beanstack.operate.committed import template
from beanstack.operate.stack import as_returned, came_up, stack, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.call import Call
    from beanstack.operate.session import Clients

UNDER_WAY = "under way"
DEPLOYED = "deployed"  # EB reported it healthy
DONE = "done"  # another operation succeeded, such as a restart
UNHEALTHY = "unhealthy"  # it was deployed, and EB did not report it healthy in time
REFUSED = "refused"  # by a check, before anything was deployed
FAILED = "failed"  # CloudFormation rolled it back, or the bundle could not be uploaded
INTERRUPTED = "interrupted"  # nobody waited until it ended
DEPLOYMENTS = ("stack", "rollback")  # verbs; others keep the stack's template or delete it
RUNS = (DEPLOYED, UNHEALTHY, INTERRUPTED)  # EB runs it, of INTERRUPTED if the stack has its template


class Record(NamedTuple):
    """A deployment, or another operation of the `verb` of `make`. `ended` is None while it is under way.

    `commit` is empty without git. Other operations have no commit, templates or bundle.

    `templates` has the SHA-256 of each stack's template by the stack's name; `version` is the label of the EB version
    that was deployed, empty until it was; `own` is the digest of the environment's own template, as CloudFormation
    returns it.
    """

    key: str  # of the object
    began: datetime
    ended: datetime | None
    result: str
    who: str
    host: str
    commit: str
    dirty: bool  # files of the application differed from the commit
    templates: Mapping[str, str]
    bundle: str  # the bundle's key
    version: str
    tool: str  # Beanstack's version
    own: str = ""
    verb: str = "stack"
    images: Mapping[str, str] = {}  # the digest of each image in ECR when it was checked

    @property
    def is_deployment(self) -> bool:
        """Whether the verb deploys a template to the stack; a restart, for example, does not."""
        return self.verb in DEPLOYMENTS

    def document(self) -> dict[str, Any]:
        """Return what is stored."""
        ended = self.ended.isoformat() if self.ended else None
        values = {**self._asdict(), "began": self.began.isoformat(), "ended": ended, "commit": self.commit or None}
        del values["key"]
        return values


def folder(clients: Clients) -> str:
    """Return what the keys of an environment's records begin with."""
    return f"deployments/{clients.deployment.environment}/"


def records(clients: Clients) -> Iterator[Record]:
    """Yield the records of an environment, newest first; each is read when it is asked for."""
    bucket = bundle_bucket(clients)
    if not bucket:
        return
    pages = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder(clients))
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    for key in sorted(keys, reverse=True):
        name = key.removeprefix(folder(clients))
        if name[:1].isdigit():  # unlike the lock
            document, _ = read(clients, bucket, key)
            yield recorded(key, document)


def running(clients: Clients) -> Record | None:
    """Return the record of the deployment that EB runs, whether or not it is healthy; None if none is known.

    What CloudFormation rolled back is not running, and neither is anything of a stack that never came up.
    """
    if not deployed_digest(clients):
        return None
    return next((found for found in judged(clients) if found.result in RUNS), None)


def of_shared(clients: Clients, name: str) -> Record | None:
    """Return the record of the last good deployment, of whichever environment, that deployed a shared stack."""
    bucket = bundle_bucket(clients)
    pages = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="deployments/")
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    for key in sorted(keys, key=lambda one: one.rpartition("/")[2], reverse=True):
        if key.rpartition("/")[2][:1].isdigit():  # unlike a lock
            document, _ = read(clients, bucket, key)
            found = recorded(key, document)
            if found.result in (DEPLOYED, UNHEALTHY) and name in found.templates:
                return found
    return None


def judged(clients: Clients) -> Iterator[Record]:
    """Yield the records of deployments, newest first; an interrupted one as failed unless the stack has its template.

    A run may be killed before it deploys anything, and CloudFormation may roll back what was interrupted.
    """
    deployed: str | None = None
    for found in records(clients):
        if not found.is_deployment:
            continue
        if found.result == INTERRUPTED and deployed is None:
            deployed = deployed_digest(clients)
        is_deployed = bool(found.own) and found.own == deployed
        if found.result == INTERRUPTED and not is_deployed:
            yield found._replace(result=FAILED)
        else:
            yield found


def deployed_digest(clients: Clients) -> str:
    """Return the digest of the environment's template as it is deployed; empty if it has no stack that came up."""
    name = clients.deployment.stack
    found = stack(clients.cloudformation, name)
    return digest(template_of(clients.cloudformation, name)) if found and came_up(found["StackStatus"]) else ""


def digest(body: Any) -> str:
    """Return the SHA-256 of a parsed template, whichever way it is written."""
    return hashlib.sha256(json.dumps(as_returned(body), sort_keys=True).encode()).hexdigest()


def recorded(key: str, document: dict[str, Any]) -> Record:
    """Return the record that an object holds; what another version of Beanstack did not write is empty."""
    ended = document.get("ended")
    return Record(
        key,
        datetime.fromisoformat(document["began"]),
        datetime.fromisoformat(ended) if ended else None,
        document["result"],
        document.get("who", ""),
        document.get("host", ""),
        document.get("commit") or "",
        bool(document.get("dirty")),
        document.get("templates", {}),
        document.get("bundle", ""),
        document.get("version", ""),
        document.get("tool", ""),
        document.get("own", ""),
        document.get("verb", "stack"),
        document.get("images", {}),
    )


def intended(call: Call, verb: str) -> Record:
    """Return the record of what is about to be done; of a rollback, that of what it takes from git."""
    began = datetime.now(UTC)
    made = Record(
        key=f"{folder(call.clients)}{began:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.json",
        began=began.replace(microsecond=0),
        ended=None,
        result=UNDER_WAY,
        who=caller(call.clients),
        host=socket.gethostname(),
        commit="",
        dirty=False,
        templates={},
        bundle="",
        version="",
        tool=__version__,
        verb=verb,
    )
    if not made.is_deployment:
        return made
    deployment, project, earlier = call.deployment, call.options.project, call.restored
    stacks = deployment.own if earlier else deployment.stacks
    return made._replace(
        commit=earlier.commit if earlier else git.head(project),
        dirty=not earlier and bool(git.uncommitted(project, call.application)),
        templates={stack.name: hashlib.sha256(call.path(stack).read_bytes()).hexdigest() for stack in stacks},
        bundle=deployment.bundle_key,
        own=digest(template(call.template.read_text("utf-8"))),
    )


def begin(clients: Clients, record: Record) -> None:
    """Store the record of what is about to be done, if there is a bucket yet."""
    bucket = bundle_bucket(clients)
    if bucket:
        write(clients, bucket, record.key, record.document())


def end(clients: Clients, key: str, result: str, **more: Any) -> None:
    """Store how what was recorded has ended, unless that is known already; and more fields of the record."""
    bucket = bundle_bucket(clients)
    document, etag = read(clients, bucket, key) if bucket else (None, "")
    if document and document["result"] in (UNDER_WAY, INTERRUPTED):
        if result == DEPLOYED and not recorded(key, document).is_deployment:
            result = DONE
        ended = {"result": result, "ended": now().isoformat()}
        write(clients, bucket, key, {**document, **more, **ended}, etag)


def caller(clients: Clients) -> str:
    """Return who calls: the ARN of the credentials, or on the local AWS the user of this machine."""
    if not clients.endpoint:
        return str(clients.client("sts").get_caller_identity()["Arn"])
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"user {os.getuid()}"


def now() -> datetime:
    """Return the time in UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
