"""The commands that change something on AWS, by running an aws command that the Makefile shows.

Words in braces, such as {stack}, stand for what the committed template says.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beanstack.operate.call import Call

BUCKET = "BundleBucket"  # the output that names it


def filled(words: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return words with the values of what they name in braces."""
    made = list(words)
    for name, value in values.items():
        made = [word.replace(f"{{{name}}}", value) for word in made]
    return made


def follow(call: Call) -> int:
    """Run a command for each stack in order, and report its events; if it fails, report why and what to do next."""
    from beanstack.operate.follow import follow

    call.refuse_other_account()
    for stack in call.stacks:
        words = filled(call.options.words, {"stack": stack.name, "template": str(call.path(stack))})
        if "{capabilities}" in words:
            place = words.index("{capabilities}")
            words[place : place + 1] = stack.capabilities
        if follow(call.aws_words(words), call.news(stack), environment=call.child_environment()) != 0:
            call.complain(stack.name)
            return 1
    return 0


def upload(call: Call) -> int:
    """Run the command that uploads the bundle, unless its key is in the bucket: the key is the hash of its bytes."""
    from botocore.exceptions import ClientError

    zipped, bucket = call.zip, bundle_bucket(call)
    try:
        call.clients.client("s3").head_object(Bucket=bucket, Key=zipped.name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (403, 404):  # 403 without s3:ListBucket
            raise
    else:
        print(f"The bundle {zipped.name} is in its bucket already.")
        return 0
    words = filled(call.options.words, {"zip": str(zipped), "bucket": bucket, "key": zipped.name})
    status = run(call, words)
    if status == 0:
        print(f"Uploaded the bundle {zipped.name}")
    return status


def run(call: Call, words: Sequence[str]) -> int:
    """Run an aws command and return its exit status."""
    command = call.aws_words(words)
    return subprocess.run(command, env=call.child_environment(), check=False).returncode  # noqa: S603 - the Makefile's


def bundle_bucket(call: Call) -> str:
    """Return the bucket that a shared stack outputs. Raises DeploymentError."""
    from beanstack.operate.stack import outputs, stack

    for shared in call.deployment.shared:
        found = outputs(stack(call.clients.cloudformation, shared.name) or {})
        if BUCKET in found:
            return found[BUCKET]
    names = ", ".join(shared.name for shared in call.deployment.shared)
    raise DeploymentError(f"no stack of {names} outputs a {BUCKET}, so there is nowhere to upload the bundle to")


def confirm(call: Call) -> int:
    """Ask for a stack's name before it is deleted."""
    from beanstack.operate.confirm import warnings

    lines = list(warnings(call.clients, [stack.name for stack in call.stacks]))
    if not lines:
        raise DeploymentError(f"there is no stack {call.stack} in {call.deployment.region}")
    print(*lines, sep="\n")
    try:
        answer = call.options.name or input(f"Type {call.stack} to go on: ")
    except EOFError:
        answer = ""
    if answer != call.stack:
        raise DeploymentError(f"{answer!r} is not {call.stack}; nothing was deleted")
    return 0


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
