"""Ports of a container, and a container without a network."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eb.tasks import container, found, found_in

HTTP = {"hostPort": 80, "containerPort": 80}


@pytest.mark.parametrize("port", [22, 2375, 2376, 51678, 51679, 51680])
def test_the_ports_of_ssh_docker_and_the_agent_are_reserved(port: int) -> None:
    mapping = {"hostPort": port, "containerPort": 80}
    assert found_in("portMappings", [mapping]) == [("host-ports-reserved", (0, "hostPort"))]


@pytest.mark.parametrize("port", [32768, 49153, 60999])
def test_a_port_that_ecs_gives_out_itself_is_reported(port: int) -> None:
    mapping = {"hostPort": port, "containerPort": 80}
    assert found_in("portMappings", [mapping]) == [("ephemeral-port", (0, "hostPort"))]


@pytest.mark.parametrize("port", [21, 23, 80, 2374, 2377, 32767, 61000, 65535])
def test_other_ports_are_free(port: int) -> None:
    assert found_in("portMappings", [{"hostPort": port, "containerPort": 80}]) == []


@pytest.mark.parametrize(
    ("mappings", "path"),
    [
        ([{"containerPortRange": "80-90", "hostPort": 80}], (0, "hostPort")),
        ([{"containerPortRange": "80-90", "containerPort": 80}], (0, "containerPort")),
        ([{"containerPortRange": "80-90"}, {"containerPortRange": "90-99"}], (1,)),
        ([HTTP, {"containerPortRange": "79-81"}], (1,)),
    ],
)
def test_a_range_of_ports_is_alone(mappings: list[Any], path: tuple[str | int, ...]) -> None:
    assert found_in("portMappings", mappings) == [("port-range", path)]


def test_ranges_beside_each_other_or_of_another_protocol_are_accepted() -> None:
    ranges = [{"containerPortRange": text} for text in ("80-90", "91-99")]
    assert found_in("portMappings", [*ranges, {"containerPortRange": "80-90", "protocol": "udp"}]) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("portMappings", [HTTP]),
        ("links", ["side"]),
        ("dnsServers", ["10.0.0.2"]),
        ("dnsSearchDomains", ["local"]),
        ("extraHosts", [{"hostname": "a", "ipAddress": "10.0.0.1"}]),
    ],
)
def test_what_needs_a_network_has_no_effect_without_one(key: str, value: Any) -> None:
    offline = container(disableNetworking=True, **{key: value})
    assert found(offline, container("side")) == [("no-network", ("containerDefinitions", 0, key))]
    assert found(container(disableNetworking=False, **{key: value}), container("side")) == []


def test_a_container_may_do_without_a_network() -> None:
    assert found(container(disableNetworking=True, hostname="a", links=[])) == []
