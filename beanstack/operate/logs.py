"""What containers printed last, from the logs of an instance, before a rollback or the next deployment deletes them.

EB sends the end of each log, as `eb logs` shows it:
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.logging.html
The output of a container is in /var/log/containers/<name>-<id>-stdouterr.log, a section below its path between lines of
dashes: https://pastebin.com/ayPGXSZm
"""

from __future__ import annotations

import re
import time
import urllib.request
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from beanstack.operate.health import environment, instances
from beanstack.operate.patience import code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.operate.session import Clients

LIMIT = 60.0  # seconds: logs help, but an operator waits for advice
LINES = 20  # of each container
MOST = 4 * 1024 * 1024  # bytes of logs that are read
SECTION = re.compile(r"^-{5,}\s*\n(/\S+)\s*\n-{5,}\s*$", re.MULTILINE)
CONTAINER = re.compile(r"/var/log/containers/(?P<name>.+)-[0-9a-f]{12,}-stdouterr\.log")
UNHEALTHY = ("Severe", "Degraded", "Warning")
TAIL = {"InfoType": "tail"}


def printed(clients: Clients) -> Iterator[str]:
    """Yield the last lines of each container of an instance, an unhealthy one if there is one.

    Nothing if there is no environment, or if no logs arrive within LIMIT.
    """
    try:
        if not environment(clients):
            return
        text = tail(clients)
    except (BotoCoreError, ClientError, OSError) as error:
        yield f"The containers' logs could not be read: {error}"
        return
    yield from of_containers(text)


def of_containers(text: str) -> Iterator[str]:
    """Yield the last lines of each container in a tail."""
    for path, lines in sections(text):
        match = CONTAINER.fullmatch(path)
        if match and lines:
            yield f"{match['name']} printed last:"
            yield from (f"  {line}" for line in lines[-LINES:])


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each log of a tail: its path, and its lines that are not blank."""
    parts = SECTION.split(text)
    for path, body in zip(parts[1::2], parts[2::2], strict=True):
        yield path, [line for line in body.splitlines() if line.strip()]


def tail(clients: Clients) -> str:
    """Return the ends of an instance's logs; empty if none arrive in time. Raises the errors of the last call."""
    deadline = time.monotonic() + LIMIT
    before = {sample(one) for one in retrieve(clients)}
    request(clients, deadline)
    unhealthy = unhealthy_instances(clients)
    while True:
        new = [one for one in retrieve(clients) if sample(one) not in before and one.get("Message")]
        new.sort(key=lambda one: one.get("Ec2InstanceId") not in unhealthy)
        if new:
            with urllib.request.urlopen(new[0]["Message"], timeout=10) as answer:  # noqa: S310 - EB's own URL
                text: str = answer.read(MOST).decode("utf-8", "replace")
                return text
        if time.monotonic() + clients.interval > deadline:
            return ""
        time.sleep(clients.interval)


def request(clients: Clients, deadline: float) -> None:
    """Request the logs; try again until the deadline, because EB may refuse them while it updates the environment."""
    while True:
        try:
            clients.beanstalk.request_environment_info(EnvironmentName=clients.deployment.eb_environment, **TAIL)
        except ClientError as error:
            is_refused = code(error) == "InvalidParameterValue"  # the state of the environment is
            if not is_refused or time.monotonic() + clients.interval > deadline:
                raise
            time.sleep(clients.interval)
        else:
            return


def retrieve(clients: Clients) -> list[dict[str, Any]]:
    """Return the logs that instances have sent, each with the URL of its text."""
    found = clients.beanstalk.retrieve_environment_info(EnvironmentName=clients.deployment.eb_environment, **TAIL)
    info: list[dict[str, Any]] = found.get("EnvironmentInfo", [])
    return info


def sample(info: dict[str, Any]) -> tuple[Any, Any]:
    """Return what distinguishes a log from those that were requested earlier."""
    return info.get("Ec2InstanceId"), info.get("SampleTimestamp")


def unhealthy_instances(clients: Clients) -> set[str]:
    """Return the IDs of instances that are unhealthy, or to which the deployment failed; none with basic health."""
    try:
        found = list(instances(clients, "HealthStatus", "Deployment"))
    except ClientError:
        return set()
    return {
        one["InstanceId"]
        for one in found
        if one.get("HealthStatus") in UNHEALTHY or one.get("Deployment", {}).get("Status") == "Failed"
    }
