"""What ECS accepts of containers, as data without places: the paths of findings, and the order of starting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.eb.dockerrun import facts
from beanstack.eb.shape import read
from beanstack.eb.task import mapped_ports, start_order, task_findings

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding


def container(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "image": "busybox:1", "memory": 64, **keys}


def found(*containers: Any, **keys: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    """The rules and paths of the findings on a task."""
    task = {"containerDefinitions": list(containers), **keys}
    return [(finding.rule.name, finding.path) for finding in findings(task)]


def findings(task: dict[str, Any]) -> list[Finding]:
    """The findings on a task, which need not map a port."""
    return [finding for finding in task_findings(task) if finding.rule.name != "process-port-mapped"]


def test_a_valid_task_has_no_findings() -> None:
    web = container("web", links=["side:cache"], mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}])
    assert found(web, container("side"), volumes=[{"name": "data"}]) == []


def test_paths_lead_to_the_culprit_and_name_what_takes_part() -> None:
    web = container("web", dependsOn=[{"containerName": "job", "condition": "SUCCESS"}])
    [finding] = findings({"containerDefinitions": [web, container("job")]})
    assert finding.path == ("containerDefinitions", 0, "dependsOn", 0, "condition")
    assert finding.also == (("containerDefinitions", 1, "essential"),)
    assert finding.message == "'job' must be `essential: false`, because 'web' waits for its end"


def test_the_path_of_what_is_missing_ends_in_its_name() -> None:
    [finding] = findings({"containerDefinitions": [container("web", links=["databse"]), container("database")]})
    assert (finding.path, finding.also) == (
        ("containerDefinitions", 0, "links", 0),
        (("containerDefinitions", "databse"),),
    )
    assert finding.allowed == "did you mean 'database'?"


def test_each_circle_is_reported_at_its_first_container() -> None:
    links = {"web": ["job"], "job": ["web", "side"], "side": ["job"]}
    containers = [container(name, links=others) for name, others in links.items()]
    circles = list(findings({"containerDefinitions": containers}))
    named = sorted(finding.message.rpartition(": ")[2] for finding in circles)
    assert named == ["job -> side -> job", "web -> job -> web"]
    assert {finding.path for finding in circles} == {
        ("containerDefinitions", 0, "links", 0),
        ("containerDefinitions", 1, "links", 1),
    }


def test_a_circle_of_a_link_and_shared_volumes_is_a_circle() -> None:
    one, other = container("a", links=["b"]), container("b", volumesFrom=[{"sourceContainer": "a"}])
    assert found(one, other) == [("waits-in-circle", ("containerDefinitions", 0, "links", 0))]


@pytest.mark.parametrize(
    ("key", "value", "rule", "path"),
    [
        ("secrets", [{"name": "A", "valueFrom": "a"}], "secrets-need-role", ("secrets", 0)),
        (
            "logConfiguration",
            {"logDriver": "splunk", "secretOptions": [{"name": "token", "valueFrom": "a"}]},
            "secrets-need-role",
            ("logConfiguration", "secretOptions", 0),
        ),
        ("repositoryCredentials", {"credentialsParameter": "a"}, "credentials-need-role", ("repositoryCredentials",)),
        ("environmentFiles", [{"type": "s3", "value": "a"}], "credentials-need-role", ("environmentFiles",)),
    ],
)
def test_what_ecs_reads_itself_needs_a_role(key: str, value: Any, rule: str, path: tuple[str | int, ...]) -> None:
    web = container("web", **{key: value})
    assert found(web) == [(rule, ("containerDefinitions", 0, *path))]
    assert found(web, executionRoleArn="arn:aws:iam::111122223333:role/reader") == []


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ({"memory": "64", "essential": "false"}, {"memory": 64, "essential": False}),
        ({"memory": 64.0, "name": 5}, {"memory": 64, "name": "5"}),
        ({"memory": [], "links": [None, {}, "a"]}, {"memory": None, "links": [None, None, "a"]}),
        ({"cpu": None, "unknown": {"a": None}}, {"unknown": {"a": None}}),
        ({"memory": 64.5, "command": "ls"}, {"memory": None, "command": None}),
    ],
)
def test_data_is_read_as_ecs_reads_it(given: dict[str, Any], read_as: dict[str, Any]) -> None:
    assert read({"containerDefinitions": [given]}, facts()["file"]) == {"containerDefinitions": [read_as]}


@pytest.mark.parametrize("memory", [None, "${MEMORY}", {}, "lots"])
def test_rules_are_silent_on_what_cannot_be_read(memory: Any) -> None:
    rules = {rule for rule, _ in found(container("web", memory=memory, memoryReservation=64))}
    assert rules <= {"wrong-type", "lenient-type"}


def test_containers_start_behind_those_that_they_need() -> None:
    assert start_order({"web": ["db", "job"], "db": [], "job": ["db"]}) == ["db", "job", "web"]


def test_a_task_that_maps_no_port_is_reported() -> None:
    [finding] = task_findings({"containerDefinitions": [container("web")]})
    assert (finding.rule.name, finding.path, finding.at_key) == ("process-port-mapped", ("containerDefinitions",), True)


def test_mapped_ports_are_those_of_the_instance() -> None:
    web = container("web", portMappings=[{"hostPort": "80", "containerPort": 8000}, {"containerPort": 9}, None, "x"])
    assert mapped_ports({"containerDefinitions": [web, "x"]}) == [80]
