"""The commands of `make rollback`, whose steps in between are those of `make stack`."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from beanstack.operate import deploying
from beanstack.operate.call import Call
from beanstack.operate.compared import compared, note, report_dangers
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.comparison.observed import Body
    from beanstack.operate.record import Record

SCHEMA = (
    "the database keeps the schema that later migrations have made, because a rollback undoes none: "
    "check that {commit} runs with it"
)


@deploying.step(failure="refused", interruption="refused")
def rollback(call: Call) -> int:
    """Take the lock, take an earlier deployment's files from git, and check what deploying them again would lose."""
    from beanstack.operate import earlier
    from beanstack.operate.bucket import bundle_bucket, stored_checksum
    from beanstack.operate.busy import wait_until_free
    from beanstack.operate.comparison.report import change_lines
    from beanstack.operate.deploy import is_stored

    call.refuse_foreign()
    running, wanted = choose(call)
    back = restored(call)
    earlier.restore(call.options.project, back.source, wanted, running, call.deployment)
    if not is_stored(back, bundle_bucket(call.clients), stored_checksum(call.clients, wanted.bundle)):
        gone = f"the bundle {wanted.bundle} of {wanted.commit[:12]} is no longer in its bucket"
        raise DeploymentError(f"{gone}; `git revert` what came after it, then `make stack {call.make}` uploads it")
    status = deploying.begin(back, "rollback", call.options.timeout)
    if status != 0:
        return status
    if choose(call) != (running, wanted):
        raise DeploymentError(f"somebody deployed meanwhile; see `make history {call.make}` and try again")
    print(f"{call.stack}: {shown(running)} runs, going back to {shown(wanted)}", flush=True)
    for line in notes(back, wanted):
        print(f"note: {line}", flush=True)
    wait_until_free(back.clients, partial(print, flush=True), call.options.timeout, call.make)
    observed, found = compared(back)
    note(back, observed)
    for change in found.changes:
        print(*change_lines(change), sep="\n")
    return 1 if report_dangers(back, found) else 0


def revert(call: Call) -> int:
    """Print the `git revert` that makes the last rollback of this folder outlive the next deployment."""
    from beanstack.operate import earlier
    from beanstack.operate.restored import read

    back = restored(call)
    commits = earlier.commits_to_revert(call.options.project, back.deployment, read(back.source))
    print(earlier.lasting(commits, call.make))
    return 0


def choose(call: Call) -> tuple[Record, Record]:
    """Return the record of what runs, and of what to go back to."""
    from beanstack.operate import earlier, git, record
    from beanstack.operate.stack import came_up, stack
    from beanstack.operate.why import advice

    found = stack(call.clients.cloudformation, call.stack)
    if not found:
        raise DeploymentError(call.no_stack)
    if not came_up(found["StackStatus"]):
        status = found["StackStatus"]
        raise DeploymentError(f"{call.stack} is {status}; nothing runs to go back from\n{advice(status, call.make)}")
    name: str = call.options.to
    commit = git.commit(call.options.project, name) if name else ""
    if name and not commit:
        raise DeploymentError(f"unknown commit {name!r}; `make history {call.make}` shows what was deployed")
    own = [stack.name for stack in call.deployment.own]
    return earlier.choose(record.judged(call.clients), own, commit)


def restored(call: Call) -> Call:
    """Return the call for what was taken from git instead of the working tree."""
    made = Call(argparse.Namespace(**{**vars(call.options), "rollback": True}))
    made.process = call.process
    return made


def shown(record: Record) -> str:
    """Return a record in a few words."""
    return f"{record.commit[:12] or 'a deployment without git'} of {record.began:%Y-%m-%d %H:%M} by {record.who}"


def notes(back: Call, wanted: Record) -> Iterator[str]:
    """Yield what an operator should know of going back that no comparison refuses."""
    from beanstack.operate.committed import template
    from beanstack.operate.comparison.observed import metadata
    from beanstack.operate.stack import template_of

    deployed: Body = template_of(back.clients.cloudformation, back.stack)
    planned: Body = template(back.template.read_text("utf-8"))
    if metadata(deployed).get("Migrates") and metadata(deployed).get("BundleKey") != back.deployment.bundle_key:
        yield SCHEMA.format(commit=wanted.commit[:12])
    yield from platform_note(deployed, planned)
    names = {"ApplicationName": back.deployment.eb_application, "VersionLabels": [wanted.version]}
    if wanted.version and not back.clients.beanstalk.describe_application_versions(**names)["ApplicationVersions"]:
        yield f"EB no longer has the version {wanted.version}; CloudFormation makes a new one of the same bundle"


def platform_note(deployed: Body, planned: Body) -> Iterator[str]:
    """Yield that the platform changes, if it does."""
    from beanstack.operate.comparison.settings import platform_arn

    old, new = (platform_arn(body).rpartition("/")[2] for body in (deployed, planned))
    if old != new:
        yield f"the platform goes from {old} to {new}, which replaces the instances"
