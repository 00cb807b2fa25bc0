"""What ECS accepts of one container of a task.

The data is a Dockerrun.aws.json, version 2, as `shape.read` returns it, whoever wrote it: each value has its type, and
what was of another type is None. In the path of a finding, a name in the place of an index leads to what is missing.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from beanstack.eb.branches import ECS
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import bundle_finding, hint, shown
from beanstack.eb.images import image_finding
from beanstack.eb.options.secretarns import secret_arn_fault
from beanstack.eb.secrets import is_secret
from beanstack.eb.shape import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.findings import Finding, Path

    Container = Mapping[str, Any]
    Entry = tuple[Path, Container]

DEFINITIONS = "containerDefinitions"
MEMORY = ("memory", "memoryReservation")
OF_SHELL = frozenset({"&&", "||", ";", "|", ">", ">>", "2>&1"})  # words that only a shell understands
RESERVED_LABELS = {
    "com.amazonaws.ecs.": "the ECS agent",
    "com.docker.": "Docker",
    "io.docker.": "Docker",
    "org.dockerproject.": "Docker",
}
BLANK = re.compile(r"[A-Z]{2,}_[A-Z]")  # ACCOUNT_ID.dkr.ecr…, to be filled in by a later step


def entries(owner: Mapping[str, Any], key: str, path: Path = ()) -> list[tuple[Path, Any]]:
    """Return the items of a list that have their type, each with its path."""
    return [((*path, key, index), item) for index, item in enumerate(owner.get(key) or ()) if item is not None]


def folder(path: str) -> PurePosixPath:
    """Return an absolute path without detours: `//a/./b/../c/` is `/a/c`."""
    return PurePosixPath(posixpath.normpath(f"/{path.lstrip('/')}"))


def quoted_name(container: Container) -> str:
    """Return a container's name as a message quotes it."""
    name = container.get("name")
    return "a container" if name is None else shown(name)


def agent_finding(path: Path, needed: str, variable: str) -> Finding:
    """Return a finding on what the ECS agent of an instance does not offer by itself.

    https://github.com/aws/amazon-ecs-agent/blob/master/README.md
    """
    message = f"an instance offers {needed} only if {variable} in /etc/ecs/ecs.config says so"
    return bundle_finding("agent-setting", path, message)


def references(container: Container, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the containers that ECS starts before one, each with the path at which it is named."""
    for at, link in entries(container, "links", path):
        yield at, link.partition(":")[0]
    for key, name in (("volumesFrom", "sourceContainer"), ("dependsOn", "containerName")):
        for at, item in entries(container, key, path):
            if item.get(name) is not None:
                yield (*at, name), item[name]


def container_findings(path: Path, container: Container, named: Mapping[str, Entry]) -> Iterator[Finding]:
    """Yield the problems with what a container runs and needs; `named` are the containers of its task."""
    yield from _name_and_image(path, container)
    yield from _memory(path, container)
    yield from _references(path, container, named)
    yield from _conditions(path, container, named)
    yield from _variables(path, container)
    yield from _health_check(path, container)
    yield from _labels(path, container)


def _name_and_image(path: Path, container: Container) -> Iterator[Finding]:
    for key in ("name", "image"):
        if container.get(key, "") == "":
            message = f"{quoted_name(container)} has no `{key}`"
            yield bundle_finding("name-and-image", path, message, also=((*path, key),))
    image = container.get("image")
    if image and not PLACEHOLDER.search(image) and not BLANK.search(image):
        found = image_finding(image, (*path, "image"))
        if found:
            yield found


def _memory(path: Path, container: Container) -> Iterator[Finding]:
    given = [key for key in MEMORY if key in container]
    hard, soft = container.get("memory"), container.get("memoryReservation")
    least, docker = facts()["least_memory"], facts()["least_memory_of_docker"]
    both = tuple((*path, key) for key in MEMORY)
    if all(container[key] == 0 for key in given):
        at = (*path, given[0]) if given else path
        message = "needs `memory` or `memoryReservation`, in MiB"
        yield bundle_finding("memory-given", at, message, also=both)
        return
    if hard and soft and hard < soft:
        message = f"`memory` ({hard}) is below `memoryReservation` ({soft})"
        yield bundle_finding("memory-order", both[0], message, also=both[1:])
    for key in given:
        size = container[key]
        if size is not None and size < least:
            message = f"{size} MiB are too few for ECS"
            yield bundle_finding("out-of-range", (*path, key), message, f"at least {docker}")
        elif size is not None and size < docker:
            message = f"{size} MiB: less than Docker 20.10 and later accept"
            yield bundle_finding("memory-of-docker", (*path, key), message, f"at least {docker}")


def _references(path: Path, container: Container, named: Mapping[str, Entry]) -> Iterator[Finding]:
    for at, other in references(container, path):
        if other not in named and not PLACEHOLDER.search(other):
            message = f"{quoted_name(container)} needs a container {shown(other)}, and there is none"
            yield bundle_finding("references-resolve", at, message, hint(other, named), also=((DEFINITIONS, other),))


def _conditions(path: Path, container: Container, named: Mapping[str, Entry]) -> Iterator[Finding]:
    for at, item in entries(container, "dependsOn", path):
        if item.get("containerName") not in named:
            continue
        where, other = named[item["containerName"]]
        name, needed, condition = quoted_name(container), quoted_name(other), item.get("condition")
        if condition in ("SUCCESS", "COMPLETE") and other.get("essential", True) is True:
            message = f"{needed} must be `essential: false`, because {name} waits for its end"
            also = ((*where, "essential"),)
            yield bundle_finding("waits-for-essential", (*at, "condition"), message, also=also)
        if condition == "HEALTHY" and "healthCheck" not in other:
            message = f"{needed} has no `healthCheck`, and {name} waits until it is healthy"
            also = ((*where, "healthCheck"),)
            yield bundle_finding("waits-for-health", (*at, "condition"), message, also=also)


def _variables(path: Path, container: Container) -> Iterator[Finding]:
    names: dict[str, Path] = {}
    for at, item in entries(container, "environment", path):
        name, value = item.get("name"), item.get("value")
        if name is None:
            continue
        if name in names:
            message = f"{shown(name)} is set twice; one of the two values is lost"
            yield bundle_finding("variable-twice", (*at, "name"), message)
        names[name] = (*at, "value")
        yield from _of_ecs(name, (*at, "name"))
        if value and not PLACEHOLDER.search(value) and is_secret(name, value):
            yield bundle_finding("plain-secret", names[name], f"{name} is in plain text in the bundle", "`secrets`")
    for at, item in entries(container, "secrets", path):
        name, source = item.get("name"), item.get("valueFrom") or ""
        if name in names:
            message = f"{shown(name)} is a variable of `environment` or another secret, too"
            yield bundle_finding("secret-twice", (*at, "name"), message, also=(names[name],))
        if name is not None:
            names.setdefault(name, at)
            yield from _of_ecs(name, (*at, "name"))
        parts = source.split(":")
        service = parts[2] if parts[0] == "arn" and len(parts) > 5 else ""
        if service not in ("", "secretsmanager", "ssm") and not PLACEHOLDER.search(source):
            message = f"an ARN of {shown(service)}"
            yield bundle_finding("secret-source", (*at, "valueFrom"), message, "an ARN of secretsmanager or ssm")
        elif service and not PLACEHOLDER.search(source):
            fault = secret_arn_fault(source, ECS)
            if fault and fault.severity == "error":
                yield bundle_finding("secret-arn", (*at, "valueFrom"), fault.message, fault.meant)


def _health_check(path: Path, container: Container) -> Iterator[Finding]:
    """Yield commands of which Docker runs nothing, or not all.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    https://github.com/moby/moby/blob/master/daemon/health.go
    """
    words = (container.get("healthCheck") or {}).get("command") or ()
    at: Path = (*path, "healthCheck", "command")
    if not words or None in words or PLACEHOLDER.search(words[0]):
        return
    if words[0] not in ("CMD", "CMD-SHELL"):
        message = f"the first word of a health check is CMD or CMD-SHELL, not {shown(words[0])}; Docker runs no other"
        yield bundle_finding("health-check-command", (*at, 0), message)
    elif len(words) == 1:
        yield bundle_finding("health-check-command", at, f"no command behind {words[0]}")
    elif words[0] == "CMD-SHELL" and len(words) > 2:
        message = f"CMD-SHELL runs {shown(words[1])} alone; write the whole command line as one word"
        yield bundle_finding("health-check-words", (*at, 2), message)
    elif words[0] == "CMD" and (OF_SHELL.intersection(words) or (len(words) == 2 and " " in words[1].strip())):
        message = f"CMD runs the program {shown(words[1])} without a shell; a command line needs CMD-SHELL"
        yield bundle_finding("health-check-words", (*at, 1), message)


def _labels(path: Path, container: Container) -> Iterator[Finding]:
    """Yield labels that the ECS agent or Docker set or read themselves.

    https://docs.docker.com/engine/manage-resources/labels/
    """
    for name in container.get("dockerLabels") or ():
        owner = next((owner for prefix, owner in RESERVED_LABELS.items() if str(name).startswith(prefix)), None)
        if owner:
            message = f"the label {shown(name)} belongs to {owner}"
            yield bundle_finding("label-reserved", (*path, "dockerLabels", name), message, at_key=True)


def _of_ecs(name: str, at: Path) -> Iterator[Finding]:
    if not name.startswith(("AWS_", "ECS_")):
        return
    # Imported here because only such a name needs the facts on options.
    from beanstack.eb.options.variables import of_ecs

    if name in of_ecs():
        yield bundle_finding("variable-of-ecs", at, f"ECS sets {name} in each container itself")


def role_findings(path: Path, container: Container) -> Iterator[Finding]:
    """Yield what ECS would read with a role of its own, in a task that names none.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
    """
    logs = container.get("logConfiguration") or {}
    secrets = entries(container, "secrets", path) or entries(logs, "secretOptions", (*path, "logConfiguration"))
    also: tuple[Path, ...] = (("executionRoleArn",),)
    if secrets:
        message = "secrets need an `executionRoleArn`, a role that may read them"
        yield bundle_finding("secrets-need-role", secrets[0][0], message, also=also)
    for key in ("repositoryCredentials", "environmentFiles"):
        if container.get(key):
            message = f"`{key}` needs an `executionRoleArn`, a role that may read what it names"
            yield bundle_finding("credentials-need-role", (*path, key), message, also=also)
