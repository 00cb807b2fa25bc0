"""A command in a container of an environment, which Systems Manager runs on an instance.

ECS Exec does not reach tasks that EB starts. `send-command` needs no plug-in and no open port; the instance needs the
rights that `session_manager` gives it. Its command, its output and who sent it stay in Systems Manager for 30 days.
https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
"""

from __future__ import annotations

import base64
import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.eb.findings import printable_lines
from beanstack.operate.errors import DeploymentError
from beanstack.operate.patience import code

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from beanstack.operate.call import Call
    from beanstack.operate.session import Clients

SCRIPT = Path(__file__).with_name("in_container.sh")
DOCUMENT = "AWS-RunShellScript"
DELIVERY = 60  # seconds until the agent must have fetched the command
EXAMPLE = """CMD='["python3", "manage.py", "shell", "-c", "print(1)"]'"""
UNDER_WAY = ("Pending", "InProgress", "Delayed", "Cancelling")
# How much of each stream GetCommandInvocation returns.
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
STREAMS = {"StandardOutputContent": 24_000, "StandardErrorContent": 8_000}
NOT_MANAGED = (
    "Systems Manager reaches no instance of {name}{chosen}. It needs `session_manager: true` in config/, or with a "
    "profile of your own the policy AmazonSSMManagedInstanceCore there; then some minutes until the agent has "
    "registered, and a way to the endpoints of ssm, ssmmessages and ec2messages"
)


def execute(call: Call) -> int:
    """Run a command in a container of an instance, and show what it prints."""
    container, words = asked(call.options)
    call.refuse_absent()
    instance = chosen(call.clients, call.options.instance)
    print(f"{container} on {instance}:", file=sys.stderr, flush=True)
    ssm = call.clients.client("ssm")
    sent = ssm.send_command(
        DocumentName=DOCUMENT,
        InstanceIds=[instance],
        Parameters={"commands": [line(container, words)], "executionTimeout": [f"{call.options.timeout:.0f}"]},
        TimeoutSeconds=DELIVERY,
        Comment=f"Beanstack: {container}"[:100],
    )
    identifier = sent["Command"]["CommandId"]
    try:
        ended = wait(call.clients, ssm, identifier, instance)
    except KeyboardInterrupt:
        ssm.cancel_command(CommandId=identifier, InstanceIds=[instance])
        raise
    return report(ended, identifier)


def asked(options: argparse.Namespace) -> tuple[str, list[str]]:
    """Return the container and the command that options name. Raises DeploymentError."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", options.container):
        raise DeploymentError("CONTAINER must be the name of a container, as in CONTAINER=web")
    return options.container, command(options.cmd)


def command(text: str) -> list[str]:
    """Return the words of a command, which are a list in JSON, so that no shell splits them. Raises DeploymentError."""
    try:
        words = json.loads(text)
    except ValueError:
        words = None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise DeploymentError(f"CMD must be a program and its arguments as a list in JSON, as in {EXAMPLE}")
    try:
        packed(words)
    except UnicodeEncodeError:
        raise DeploymentError("CMD contains a lone surrogate, which UTF-8 cannot encode") from None
    if any("\0" in word for word in words):
        raise DeploymentError("CMD contains a NUL character, which no argument can hold")
    return words


def packed(words: Sequence[str]) -> str:
    """Return words in base64, each with a NUL at its end."""
    ended = "".join(f"{word}\0" for word in words)
    return base64.b64encode(ended.encode("utf-8", "surrogateescape")).decode()


def line(container: str, words: Sequence[str]) -> str:
    """Return the line of shell that runs the script, in which everything else is base64."""
    script, name = (base64.b64encode(text.encode()).decode() for text in (SCRIPT.read_text("utf-8"), container))
    return f'exec /bin/bash -c "$(echo {script} | base64 -d)" in_container.sh {name} {packed(words)}'


def chosen(clients: Clients, instance: str) -> str:
    """Return the instance that is named, or the first; Systems Manager must reach it. Raises DeploymentError."""
    name = clients.deployment.eb_environment
    described = clients.beanstalk.describe_environment_resources(EnvironmentName=name)["EnvironmentResources"]
    there = sorted(one["Id"] for one in described["Instances"])
    if not there:
        raise DeploymentError(f"{name} has no instance")
    if instance and instance not in there:
        raise DeploymentError(f"{name} has no instance {instance}; it has {', '.join(there)}")
    candidates = [instance] if instance else there
    # At most 50 of them in one call.
    filters = [{"Key": "InstanceIds", "Values": candidates[:50]}]
    pages = clients.client("ssm").get_paginator("describe_instance_information").paginate(Filters=filters)
    managed = [one for page in pages for one in page["InstanceInformationList"]]
    online = sorted(one["InstanceId"] for one in managed if one["PingStatus"] == "Online")
    if not online:
        raise DeploymentError(NOT_MANAGED.format(name=name, chosen=f", {instance}" if instance else ""))
    return str(online[0])


def wait(clients: Clients, ssm: Any, identifier: str, instance: str) -> dict[str, Any]:
    """Wait until a command has ended, and return what Systems Manager says of it."""
    deadline = time.monotonic() + DELIVERY
    while True:
        try:
            found: dict[str, Any] = ssm.get_command_invocation(CommandId=identifier, InstanceId=instance)
        except ClientError as error:  # it takes a moment to exist
            if code(error) != "InvocationDoesNotExist" or time.monotonic() > deadline:
                raise
        else:
            if found["Status"] not in UNDER_WAY:
                return found
        time.sleep(min(clients.interval, 2))


def report(ended: dict[str, Any], identifier: str) -> int:
    """Print the output of a command that has ended, and return the verb's exit status."""
    for key, most in STREAMS.items():
        stream, text = sys.stdout if key == "StandardOutputContent" else sys.stderr, ended.get(key, "")
        if text:
            print(printable_lines(text.rstrip("\n")), file=stream)
        if len(text) >= most:
            print(f"only the first {most:,} characters are shown", file=sys.stderr)
    if ended["Status"] == "Success":
        return 0
    status = ended.get("ResponseCode", -1)
    how = f"with exit status {status}" if status >= 0 else f"as {ended.get('StatusDetails', ended['Status'])}"
    print(f"the command ended {how} ({identifier})", file=sys.stderr)
    return 1
