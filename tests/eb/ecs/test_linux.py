"""Capabilities, limits and memory of a container."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eb.tasks import container, found, found_in

Path = tuple[str | int, ...]


@pytest.mark.parametrize(
    ("capabilities", "rule", "path"),
    [
        ({"add": ["FOO"]}, "capability-unknown", ("add", 0)),
        ({"drop": ["NET_RAW", "NET_ADMN"]}, "capability-unknown", ("drop", 1)),
        ({"add": ["CAP_FOO"]}, "capability-unknown", ("add", 0)),
        ({"add": [""]}, "capability-unknown", ("add", 0)),
        ({"add": ["CAP_SYS_PTRACE"]}, "capability-unusual", ("add", 0)),
        ({"add": ["sys_ptrace"]}, "capability-unusual", ("add", 0)),
        ({"add": ["BPF"]}, "capability-unusual", ("add", 0)),
        ({"add": ["ALL"], "drop": ["ALL"]}, "capability-conflict", ("drop", 0)),
        ({"add": ["MKNOD", "CHOWN"], "drop": ["KILL", "CHOWN"]}, "capability-conflict", ("drop", 1)),
    ],
)
def test_a_capability_that_docker_or_ecs_does_not_know_is_reported(capabilities: Any, rule: str, path: Path) -> None:
    expected = [(rule, ("capabilities", *path))]
    assert found_in("linuxParameters", {"capabilities": capabilities}) == expected


@pytest.mark.parametrize(
    "capabilities",
    [{"add": ["SYS_PTRACE"], "drop": ["ALL"]}, {"add": ["ALL"], "drop": ["SYS_ADMIN"]}, {"add": ["${CAPABILITY}"]}],
)
def test_capabilities_of_the_list_are_accepted(capabilities: Any) -> None:
    assert found_in("linuxParameters", {"capabilities": capabilities}) == []


def test_a_privileged_container_has_all_capabilities() -> None:
    parameters = {"capabilities": {"drop": ["ALL"]}}
    assert found_in("linuxParameters", parameters, privileged=True) == [("capability-conflict", ("capabilities",))]
    assert found_in("linuxParameters", parameters, privileged=False) == []


@pytest.mark.parametrize("option", ["noexe", "rx", "size", "mode", "ro=1", "quota=1", ""])
def test_an_option_that_tmpfs_does_not_have_is_refused(option: str) -> None:
    tmpfs = [{"containerPath": "/run", "size": 1, "mountOptions": ["noexec", option]}]
    expected = [("tmpfs-option", ("tmpfs", 0, "mountOptions", 1))]
    assert found_in("linuxParameters", {"tmpfs": tmpfs}) == expected


def test_options_of_tmpfs_are_accepted() -> None:
    options = ["noexec", "nosuid", "mode=1777", "uid=1000", "size=1m", "rprivate", "${OPTION}"]
    assert found_in("linuxParameters", {"tmpfs": [{"containerPath": "/run", "size": 1, "mountOptions": options}]}) == []


@pytest.mark.parametrize(
    ("parameters", "path"),
    [
        ({"swappiness": 60}, ("swappiness",)),
        ({"swappiness": 0, "maxSwap": 64}, ("swappiness",)),
    ],
)
def test_a_setting_of_swap_without_effect_is_reported(parameters: Any, path: Path) -> None:
    assert found_in("linuxParameters", parameters) == [("swap-without-effect", path)]


def test_swap_is_added_to_the_memory() -> None:
    soft = {"name": "web", "image": "busybox:1", "memoryReservation": 64, "linuxParameters": {"maxSwap": 64}}
    path = ("containerDefinitions", 0, "linuxParameters", "maxSwap")
    assert found(soft) == [("swap-without-effect", path)]
    assert found_in("linuxParameters", {"maxSwap": 64}) == []
    assert found_in("linuxParameters", {"maxSwap": 0}) == []


@pytest.mark.parametrize(
    ("parameters", "path"),
    [
        ({"swappiness": 101, "maxSwap": 1}, ("swappiness",)),
        ({"maxSwap": -1}, ("maxSwap",)),
        ({"sharedMemorySize": -1}, ("sharedMemorySize",)),
        ({"tmpfs": [{"containerPath": "/run", "size": -1}]}, ("tmpfs", 0, "size")),
    ],
)
def test_a_number_out_of_range_is_refused(parameters: Any, path: Path) -> None:
    assert ("out-of-range", path) in found_in("linuxParameters", parameters)


@pytest.mark.parametrize(("soft", "hard"), [(2, 1), (-1, 1)])
def test_a_soft_limit_above_the_hard_one_is_reported(soft: int, hard: int) -> None:
    limit = {"name": "nofile", "softLimit": soft, "hardLimit": hard}
    path = ("containerDefinitions", 0, "ulimits", 0, "softLimit")
    assert found(container("web", ulimits=[limit])) == [("ulimit-order", path)]


@pytest.mark.parametrize(("soft", "hard"), [(1, 1), (0, 5), (7, -1), (-1, -1)])
def test_a_hard_limit_may_equal_the_soft_one_or_be_none(soft: int, hard: int) -> None:
    assert found(container("web", ulimits=[{"name": "nofile", "softLimit": soft, "hardLimit": hard}])) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dockerSecurityOptions", "label:type:svirt_t"),
        ("dockerSecurityOptions", "apparmor:docker-default"),
        ("dockerSecurityOptions", "credentialspec:file://a.json"),
        ("credentialSpecs", "credentialspec:arn:aws:s3:::bucket/spec.json"),
    ],
)
def test_what_the_agent_has_to_be_configured_for_is_reported(key: str, value: str) -> None:
    assert found_in(key, [value]) == [("agent-setting", (0,))]


def test_an_agent_knows_no_new_privileges_without_a_setting() -> None:
    assert found_in("dockerSecurityOptions", ["no-new-privileges", "no-new-privileges:true"]) == []


@pytest.mark.parametrize(
    ("namespace", "value", "rule", "key"),
    [
        ("kernel.shmmax", "1g", "sysctl-value", "value"),
        ("kernel.sem", "250,32000", "sysctl-value", "value"),
        ("kernel.msgmax", "", "sysctl-value", "value"),
        ("fs.mqueue.msg_max", "many", "sysctl-value", "value"),
        ("net.ipv4.ip_forward", "yes", "sysctl-unusual", "value"),
        ("net.core.somaxconn", "", "sysctl-unusual", "value"),
        ("net.core.rmem_max", "212992", "sysctl-unusual", "namespace"),
    ],
)
def test_a_value_that_the_kernel_does_not_accept_is_reported(namespace: str, value: str, rule: str, key: str) -> None:
    assert found_in("systemControls", [{"namespace": namespace, "value": value}]) == [(rule, (0, key))]


@pytest.mark.parametrize(
    ("namespace", "value"),
    [
        ("kernel.sem", "250 32000\t100 128"),
        ("kernel.shmmax", "68719476736"),
        ("net.ipv4.ip_local_port_range", "1024 65000"),
        ("net.ipv4.tcp_congestion_control", "bbr"),
        ("net.ipv4.ping_group_range", "0 2147483647"),
        ("net.ipv4.ip_forward", "${FORWARD}"),
    ],
)
def test_values_of_the_kernel_are_accepted(namespace: str, value: str) -> None:
    assert found_in("systemControls", [{"namespace": namespace, "value": value}]) == []


@pytest.mark.parametrize(("key", "most"), [("memory", 2**31 - 1), ("cpu", 2**31 - 1), ("memoryReservation", 2**31 - 1)])
def test_a_number_of_ecs_has_32_bits(key: str, most: int) -> None:
    fits, larger = ({**container(), key: number} for number in (most, most + 1))
    assert ("out-of-range", ("containerDefinitions", 0, key)) not in found(fits)
    assert ("out-of-range", ("containerDefinitions", 0, key)) in found(larger)
