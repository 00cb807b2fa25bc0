"""What ECS, Docker and the kernel accept of a container's capabilities, limits and memory.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from beanstack.eb.ecs.containers import agent_finding, entries
from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.findings import bundle_finding, nearest, shown, suggestion
from beanstack.eb.kept import kept
from beanstack.eb.shape import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.ecs.containers import Container
    from beanstack.eb.findings import Finding, Path

UNLIMITED = -1
NUMBERS = re.compile(r"-?\d+(\s+-?\d+)*")
ALL = "ALL"
CAPABILITY = "CAP_"
# Of the kernel and Docker, but not in ECS's list: https://man7.org/linux/man-pages/man7/capabilities.7.html
OTHER_CAPABILITIES = ("AUDIT_READ", "BPF", "CHECKPOINT_RESTORE", "PERFMON")
# Docker gives the size itself, and takes a second one: https://github.com/moby/sys/blob/main/mount/flags_unix.go
OTHER_TMPFS_OPTIONS = ("size",)
# What the ECS agent has to be configured for, and by which variable.
AGENT = {
    "label": ("labels of SELinux", "ECS_SELINUX_CAPABLE"),
    "apparmor": ("profiles of AppArmor", "ECS_APPARMOR_CAPABLE"),
    "credentialspec": ("credential specifications", "ECS_GMSA_SUPPORTED"),
}
WITH_VALUE = ("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol")


def linux_findings(path: Path, container: Container) -> Iterator[Finding]:
    """Yield the problems with a container's settings of the kernel."""
    yield from _ulimits(path, container)
    yield from _security(path, container)
    yield from _sysctls(path, container)
    parameters = container.get("linuxParameters") or {}
    at: Path = (*path, "linuxParameters")
    yield from _capabilities((*at, "capabilities"), parameters.get("capabilities") or {}, container)
    yield from _tmpfs(at, parameters)
    yield from _swap(at, parameters, container)


def _ulimits(path: Path, container: Container) -> Iterator[Finding]:
    for at, limit in entries(container, "ulimits", path):
        soft, hard = limit.get("softLimit"), limit.get("hardLimit")
        if soft is None or hard in (None, UNLIMITED):
            continue
        if soft > hard or soft == UNLIMITED:
            message = f"`softLimit` ({soft}) is above `hardLimit` ({hard})"
            yield bundle_finding("ulimit-order", (*at, "softLimit"), message, also=((*at, "hardLimit"),))


def _sysctls(path: Path, container: Container) -> Iterator[Finding]:
    """Yield values that the kernel refuses, and parameters that the whole instance has once.

    https://docs.kernel.org/admin-guide/sysctl/
    """
    known = facts()["sysctls"]
    for at, item in entries(container, "systemControls", path):
        name, value = item.get("namespace") or "", item.get("value")
        if value is None or PLACEHOLDER.search(name) or PLACEHOLDER.search(value):
            continue
        numbers = NUMBERS.fullmatch(value)
        if re.search(known["numeric"], name) and not numbers:
            message = f"expected a number for {name}, not {shown(value)}"
            yield bundle_finding("sysctl-value", (*at, "value"), message)
        elif name.startswith("net.") and name not in known["text"] and not numbers:
            message = f"{shown(value)} is not a number, which the kernel probably expects for {name}"
            yield bundle_finding("sysctl-unusual", (*at, "value"), message)
        if name in known["of_host"]:
            message = f"many kernels give a container no {name} of its own; then it does not start"
            yield bundle_finding("sysctl-unusual", (*at, "namespace"), message)


def _security(path: Path, container: Container) -> Iterator[Finding]:
    for at, option in entries(container, "dockerSecurityOptions", path):
        for prefix, (needed, variable) in AGENT.items():
            if option.startswith(prefix):
                yield agent_finding(at, needed, variable)
    for at, _ in entries(container, "credentialSpecs", path):
        yield agent_finding(at, *AGENT["credentialspec"])


def _capabilities(path: Path, capabilities: Mapping[str, Any], container: Container) -> Iterator[Finding]:
    """Yield capabilities that do not exist, and those that are both added and dropped.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
    https://github.com/moby/moby/blob/master/daemon/pkg/oci/caps/utils.go
    """
    known = kept("ecs")["documented"]["containerDefinitions.linuxParameters.capabilities.add"]
    added: dict[str, Path] = {}
    for key in ("add", "drop"):
        for at, word in entries(capabilities, key, path):
            if PLACEHOLDER.search(word):
                continue
            name = word.upper().removeprefix(CAPABILITY)
            if name not in known and name not in OTHER_CAPABILITIES:
                near = suggestion(nearest(name, known))
                yield bundle_finding("capability-unknown", at, f"there is no capability {shown(word)}{near}")
            elif word not in known:
                meant = f"; write {name}" if name in known else ""
                message = f"{shown(word)} is not in ECS's list of capabilities, though Docker knows it{meant}"
                yield bundle_finding("capability-unusual", at, message)
            if key == "add":
                added[name] = at
            elif name in added:
                message = f"{shown(word)} is both added and dropped"
                yield bundle_finding("capability-conflict", at, message, also=(added[name],))
    if container.get("privileged") and (capabilities.get("add") or capabilities.get("drop")):
        message = "a privileged container has all capabilities; adding or dropping some has no effect"
        yield bundle_finding("capability-conflict", path, message, also=((*path[:-2], "privileged"),))


def _tmpfs(path: Path, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield options of file systems in memory that Docker refuses.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
    """
    documented = kept("ecs")["documented"]["containerDefinitions.linuxParameters.tmpfs.mountOptions"]
    known = (*documented, *OTHER_TMPFS_OPTIONS)
    for at, mount in entries(parameters, "tmpfs", path):
        for place, option in entries(mount, "mountOptions", at):
            name, equals, _ = option.partition("=")
            if PLACEHOLDER.search(option):
                continue
            if name not in known:
                near = suggestion(nearest(name, known))
                yield bundle_finding("tmpfs-option", place, f"tmpfs has no option {shown(option)}{near}")
            elif bool(equals) != (name in WITH_VALUE):
                form = f"{name}=..." if name in WITH_VALUE else name
                yield bundle_finding("tmpfs-option", place, f"write the option {shown(option)} as {form}")


def _swap(path: Path, parameters: Mapping[str, Any], container: Container) -> Iterator[Finding]:
    if parameters.get("swappiness") is not None:
        message = "Amazon Linux 2023 does not support `swappiness`"
        if parameters.get("maxSwap") is None:
            message = "`swappiness` has no effect without `maxSwap`, and none on Amazon Linux 2023"
        yield bundle_finding("swap-without-effect", (*path, "swappiness"), message)
    if parameters.get("maxSwap") and "memory" not in container:
        message = "`maxSwap` has no effect without `memory`, to which it is added"
        yield bundle_finding("swap-without-effect", (*path, "maxSwap"), message, also=((*path[:-1], "memory"),))
