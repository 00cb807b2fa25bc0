"""What ECS accepts of containers, as data without places: the paths of findings, and the order of starting."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.ecs.task import dockerrun_findings, process_port_finding, start_order, task_findings
from beanstack.eb.shape import read
from tests.eb.tasks import container, found


@pytest.mark.parametrize(
    ("port", "reserved"),
    [
        *((port, True) for port in (22, 2375, 2376, 51678, 51679, 51680)),
        *((port, False) for port in (21, 23, 80, 2374, 2377, 51677, 51681)),
    ],
)
def test_ports_of_ssh_docker_and_the_ecs_agent_are_reserved(port: int, reserved: bool) -> None:
    """The agent's own are 51678 to 51680: https://github.com/aws/amazon-ecs-agent."""
    names = [rule for rule, _ in found(container("web", portMappings=[{"hostPort": port, "containerPort": 80}]))]
    assert ("host-ports-reserved" in names) is reserved


def test_a_valid_task_has_no_findings() -> None:
    web = container("web", links=["side:cache"], mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}])
    assert found(web, container("side"), volumes=[{"name": "data"}]) == []


def test_paths_lead_to_the_culprit_and_name_what_takes_part() -> None:
    web = container("web", dependsOn=[{"containerName": "job", "condition": "SUCCESS"}])
    [finding] = task_findings({"containerDefinitions": [web, container("job")]})
    assert finding.path == ("containerDefinitions", 0, "dependsOn", 0, "condition")
    assert finding.also == (("containerDefinitions", 1, "essential"),)
    assert finding.message == "'job' must be `essential: false`, because 'web' waits for its end"


def test_the_path_of_what_is_missing_ends_in_its_name() -> None:
    [finding] = task_findings({"containerDefinitions": [container("web", links=["databse"]), container("database")]})
    assert (finding.path, finding.also) == (
        ("containerDefinitions", 0, "links", 0),
        (("containerDefinitions", "databse"),),
    )
    assert finding.allowed == "did you mean 'database'?"


def test_each_circle_is_reported_at_its_first_container() -> None:
    links = {"web": ["job"], "job": ["web", "side"], "side": ["job"]}
    containers = [container(name, links=others) for name, others in links.items()]
    circles = list(task_findings({"containerDefinitions": containers}))
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
            {"logDriver": "syslog", "secretOptions": [{"name": "tag", "valueFrom": "a"}]},
            "secrets-need-role",
            ("logConfiguration", "secretOptions", 0),
        ),
        ("repositoryCredentials", {"credentialsParameter": "a"}, "credentials-need-role", ("repositoryCredentials",)),
        (
            "environmentFiles",
            [{"type": "s3", "value": "arn:aws:s3:::a/.env"}],
            "credentials-need-role",
            ("environmentFiles",),
        ),
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


def test_a_file_that_maps_no_port_is_reported() -> None:
    content = {"AWSEBDockerrunVersion": 2, "containerDefinitions": [container("web")]}
    [finding] = dockerrun_findings(content)
    assert (finding.rule.name, finding.path, finding.at_key) == ("process-port-mapped", ("containerDefinitions",), True)


def test_requests_arrive_at_a_port_that_a_container_maps_over_tcp() -> None:
    mappings = [{"hostPort": "80", "containerPort": 8000}, {"hostPort": 81, "containerPort": 1, "protocol": "udp"}]
    mappings.append({"hostPort": 82, "containerPort": 2, "protocol": "${PROTOCOL}"})  # filled in later, perhaps as tcp
    task = {"containerDefinitions": [container("web", portMappings=[*mappings, {"containerPort": 9}, None, "x"]), "x"]}
    for port in (80, 82):
        assert process_port_finding(task, port) is None
    for port in (81, 9):
        found = process_port_finding(task, port)
        assert found
        assert (found.rule.name, found.allowed) == ("process-port-mapped", "one of 80, 82")


def test_a_port_of_a_container_without_a_network_reaches_nothing() -> None:
    ports = [{"hostPort": 80, "containerPort": 80}]
    offline = container("web", portMappings=ports, disableNetworking=True)
    found = process_port_finding({"containerDefinitions": [offline]}, 80)
    assert found
    assert found.path == ("containerDefinitions", 0, "disableNetworking")
    assert "'web', which has no network" in found.message
    online = container("front", portMappings=[{"hostPort": 8080, "containerPort": 80}])
    assert process_port_finding({"containerDefinitions": [offline, online]}, 8080) is None


@pytest.mark.parametrize("field", ["environment", "secrets"])
def test_a_variable_that_ecs_sets_itself_warns(field: str) -> None:
    names = ["AWS_EXECUTION_ENV", "AWS_REGION", "ECS_CONTAINER_METADATA_URI_V4"]
    definition = container("web", **{field: [{"name": name, "valueFrom": "x", "value": "x"} for name in names]})
    at = ("containerDefinitions", 0, field)
    own = [path for rule, path in found(definition, executionRoleArn="x") if rule == "variable-of-ecs"]
    assert own == [(*at, 0, "name"), (*at, 2, "name")]
