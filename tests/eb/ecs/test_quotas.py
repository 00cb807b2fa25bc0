"""Quotas of ECS on a task."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.ecs.dockerrun import facts
from tests.eb.tasks import ROLE, container, found, found_in


@pytest.mark.parametrize(("count", "refused"), [(10, False), (11, True), (30, True)])
def test_a_task_has_at_most_ten_containers(count: int, refused: bool) -> None:
    containers = [container(f"c{index}") for index in range(count)]
    assert found(*containers) == ([("quota", ("containerDefinitions",))] if refused else [])


@pytest.mark.parametrize(
    ("key", "values", "most"),
    [
        ("environmentFiles", [{"type": "s3", "value": f"arn:aws:s3:::b/{n}.env"} for n in range(11)], 10),
        ("credentialSpecs", [f"credentialspec:arn:aws:s3:::b/{n}" for n in range(2)], 1),
    ],
)
def test_a_list_of_a_container_has_a_quota(key: str, values: list[Any], most: int) -> None:
    second = container("b", **{key: values})
    assert ("quota", ("containerDefinitions", 1, key)) in found(container(), second, executionRoleArn=ROLE)
    assert "quota" not in {rule for rule, _ in found_in(key, values[:most])}


def test_at_most_fifty_exit_codes_are_ignored() -> None:
    policy = {"enabled": True, "ignoredExitCodes": list(range(51))}
    assert found_in("restartPolicy", policy) == [("quota", ("ignoredExitCodes",))]
    assert found_in("restartPolicy", {**policy, "ignoredExitCodes": list(range(50))}) == []


def test_a_task_definition_has_at_most_64_kib() -> None:
    large, small = container("a", dockerLabels={"a": "x" * 65536}), container("b")
    assert found(small, large) == [("task-size", ("containerDefinitions", 1))]
    halves = [container(name, environment=[{"name": "A", "value": "é" * 16384}]) for name in ("a", "b")]
    assert found(*halves) == [("task-size", ("containerDefinitions", 0))]
    assert found(container("a", dockerLabels={"a": "x" * 65000})) == []


def ports(count: int, protocol: str) -> list[dict[str, Any]]:
    return [{"hostPort": port, "containerPort": port, "protocol": protocol} for port in range(80, 80 + count)]


@pytest.mark.parametrize(("protocol", "most"), [("tcp", 95), ("udp", 100)])
def test_an_instance_reserves_a_hundred_ports(protocol: str, most: int) -> None:
    path = ("containerDefinitions", 0, "portMappings", most, "hostPort")
    assert found(container(portMappings=ports(most + 1, protocol))) == [("host-ports-many", path)]
    assert found(container(portMappings=ports(most, protocol))) == []


def test_ports_of_all_containers_count_and_random_ones_do_not() -> None:
    others = [{"hostPort": 1000, "containerPort": 1}, {"hostPort": 1001, "containerPort": 1}]
    path = ("containerDefinitions", 1, "portMappings", 1, "hostPort")
    assert found(container(portMappings=ports(94, "tcp")), container("b", portMappings=others)) == [
        ("host-ports-many", path)
    ]
    random = [{"containerPort": port} for port in range(1, 120)]
    rules = {rule for rule, _ in found(container(portMappings=random))}
    assert rules == {"random-port"}


def test_every_quota_has_a_page() -> None:
    limits = [*facts()["quotas"], facts()["largest_task"], facts()["most_host_ports"]]
    assert all(limit["page"].startswith("https://docs.aws.amazon.com/AmazonECS/") for limit in limits)
