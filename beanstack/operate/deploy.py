"""The commands that change something on AWS, by running an aws command that the Makefile shows.

Words in braces, such as {stack}, stand for what the committed template says.
"""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

from beanstack.operate.deploying import begin_at_once, begin_late, refuse_locked, step
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from beanstack.deployment import Stack
    from beanstack.operate.call import Call
    from beanstack.operate.follow import News


def filled(words: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return words with the values of what they name in braces."""
    made = list(words)
    for name, value in values.items():
        made = [word.replace(f"{{{name}}}", value) for word in made]
    return made


@step()
def follow(call: Call) -> int:
    """Run a command for each stack in order, and report its events; if it fails, report why and what to do next."""
    from beanstack.operate.follow import follow

    call.refuse_other_account()
    for stack in call.stacks:
        words = filled(call.options.words, {"stack": stack.name, "template": str(call.path(stack))})
        if "{capabilities}" in words:
            place = words.index("{capabilities}")
            words[place : place + 1] = stack.capabilities
        news = call.news(stack)
        status = follow(call.aws_words(words), news, environment=call.child_environment())
        if status != 0 and not succeeded(call, stack, news):
            call.complain(stack.name)
            return 1
    return begin_late(call) if call.options.shared else 0


def deploy_shared(call: Call) -> int:
    """Run a command for each shared stack alone, before any environment; return the exit status.

    Raise DeploymentError if that would delete or replace something.
    """
    from beanstack.operate.comparison import losses
    from beanstack.operate.comparison.fates import fates
    from beanstack.operate.comparison.observe import stack_state

    call.refuse_foreign()
    for stack in call.deployment.shared:
        state = stack_state(call.clients, stack, call.template.parent)
        changed = fates(state.deployed, state.planned) if state.exists else []
        for danger in (*losses.replaced(stack.name, changed), *losses.lost(changed)):
            raise DeploymentError(f"{stack.name} was not deployed: {danger}")
    return follow(call)


def succeeded(call: Call, deployed: Stack, news: News) -> bool:
    """Return whether CloudFormation deployed our template although the command failed; wait while it is working.

    The command gives up after an hour, 120 polls 30 seconds apart, and whenever a poll fails, while CloudFormation goes
    on. The update may also be somebody else's, so the template is compared.
    https://docs.aws.amazon.com/cli/latest/reference/cloudformation/wait/stack-update-complete.html
    """
    from beanstack.operate.committed import template, text
    from beanstack.operate.patience import patient
    from beanstack.operate.stack import as_returned, settled, stack, template_of

    clients = call.clients
    found = patient(lambda: stack(clients.cloudformation, deployed.name), clients.interval, print)
    if not found or not found["StackStatus"].endswith("_IN_PROGRESS"):
        return False
    print(f"{deployed.name} is {found['StackStatus']}: waiting for CloudFormation", flush=True)
    if settled(clients, deployed.name, news.report) not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return False
    planned = as_returned(template(text(call.path(deployed))))
    return bool(as_returned(template_of(clients.cloudformation, deployed.name)) == planned)


@step(interruption="failed")
def upload(call: Call) -> int:
    """Zip the bundle and run the command that uploads it, unless it is there: the key is the hash of its bytes."""
    from beanstack.operate.bucket import bundle_bucket, stored_checksum

    key = zip_bundle(call).name
    bucket, digest = bundle_bucket(call.clients), key.removesuffix(".zip")
    if not bucket:
        names = ", ".join(shared.name for shared in call.deployment.shared)
        raise DeploymentError(
            f"no stack of {names} outputs a BundleBucket, so there is nowhere to upload the bundle to"
        )
    if is_stored(call, bucket, stored_checksum(call.clients, key)):
        print(f"The bundle {key} is in its bucket already.")
        return 0
    checksum = base64.b64encode(bytes.fromhex(digest)).decode()
    values = {"zip": str(call.zip), "bucket": bucket, "key": key, "checksum": checksum}
    status = run(call, filled(call.options.words, values), subprocess.DEVNULL)
    # Another environment with the same bundle may have been faster.
    if status != 0 and not is_stored(call, bucket, stored_checksum(call.clients, key)):
        return status
    print(f"Uploaded the bundle {key}")
    return 0


def zip_bundle(call: Call) -> Path:
    """Zip the bundle that the template names, and return the path."""
    from beanstack.operate.zip import zip_bundle

    zip_bundle(call.source / f"bundle/{call.application}/{call.environment}", call.zip)
    return call.zip


def is_stored(call: Call, bucket: str, checksum: str) -> bool:
    """Return whether an object's checksum is that of the bundle; False if there is none.

    Raises DeploymentError if the object under the bundle's key holds something else.
    """
    key = call.deployment.bundle_key
    if checksum in ("", key.removesuffix(".zip")):
        return bool(checksum)
    place = f"--bucket {bucket} --region {call.deployment.region}"
    raise DeploymentError(
        f"s3://{bucket}/{key} is damaged or was replaced: its SHA-256 is {checksum}; nothing was deployed from it\n"
        f"`aws s3api list-object-versions {place} --prefix {key}` shows when that was.\n"
        f"`aws s3api delete-object {place} --key {key}`, then `make stack {call.make}`, uploads the bundle again."
    )


def run(call: Call, words: Sequence[str], output: int | None = None) -> int:
    """Run an aws command and return its exit status; `output` takes what it prints."""
    command = call.aws_words(words)
    environment = call.child_environment()
    return subprocess.run(command, env=environment, stdout=output, check=False).returncode  # noqa: S603 - the Makefile's


def confirm(call: Call) -> int:
    """Ask for a stack's name before it is deleted; then take the environment's lock."""
    from beanstack.operate.confirm import warnings
    from beanstack.operate.protect import refuse_protected, refuse_protected_database

    call.refuse_foreign()
    names = [stack.name for stack in call.stacks]
    refuse_protected(call, names)
    if not call.options.shared:
        refuse_protected_database(call)
        refuse_locked(call)
    lines = list(warnings(call.clients, names))
    if not lines:
        raise DeploymentError(f"there is no stack {call.stack} in {call.deployment.region}")
    print(*lines, sep="\n")
    try:
        answer = call.options.name or input(f"Type {call.stack} to go on: ")
    except EOFError:
        answer = ""
    if answer != call.stack:
        raise DeploymentError(f"{answer!r} is not {call.stack}; nothing was deleted")
    if not call.options.shared:
        begin_at_once(call, "destroy")
    return 0


@step(success="done")
def delete(call: Call) -> int:
    """Run the command that deletes a stack for each of them, the last first, and wait until it is gone."""
    from beanstack.operate.stack import GONE, settled, stack

    for deleted in reversed(call.stacks):
        if not stack(call.clients.cloudformation, deleted.name):
            continue
        news = call.news(deleted)
        status = run(call, filled(call.options.words, {"stack": deleted.name}))
        if status != 0 or settled(call.clients, deleted.name, news.report) != GONE:
            call.complain(deleted.name)
            return 1
        print(f"Deleted the stack {deleted.name} in {call.deployment.region}.")
    return 0
