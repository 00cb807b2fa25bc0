"""Dockerrun.aws.json as it is read, whoever wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from beanstack.run.dockerrun import Dockerrun, Mount, Port
from beanstack.run.errors import RunError


def dockerrun(*containers: dict[str, Any], volumes: list[dict[str, Any]] | None = None) -> Dockerrun:
    content = {"AWSEBDockerrunVersion": 2, "volumes": volumes, "containerDefinitions": containers}
    return Dockerrun({"Dockerrun.aws.json": json.dumps(content).encode()})


def container(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "image": "busybox:1", **keys}


@pytest.mark.parametrize(
    ("bundle", "message"),
    [
        ({}, "the bundle has no Dockerrun.aws.json"),
        ({"Dockerrun.aws.json": b"{"}, "is not JSON"),
        ({"Dockerrun.aws.json": b"\xff"}, "is not JSON"),
        ({"Dockerrun.aws.json": b"[]"}, "no `containerDefinitions` of version 2"),
        ({"Dockerrun.aws.json": b'{"AWSEBDockerrunVersion": "1"}'}, "no `containerDefinitions` of version 2"),
        ({"Dockerrun.aws.json": b'{"AWSEBDockerrunVersion": 2, "containerDefinitions": []}'}, "no `containerDef"),
    ],
)
def test_a_file_that_is_not_of_version_2_is_refused(bundle: dict[str, bytes], message: str) -> None:
    with pytest.raises(RunError, match=message):
        Dockerrun(bundle)


def test_ports_are_of_the_instance_and_a_missing_one_is_the_containers_own() -> None:
    mappings = [{"hostPort": 80, "containerPort": 8000}, {"containerPort": 53, "protocol": "udp"}]
    found = dockerrun(container("web", portMappings=mappings))
    assert list(found.ports_of("web")) == [(Port(80, "tcp"), 8000), (Port(53, "udp"), 53)]


def test_mounts_are_folders_of_the_instance() -> None:
    mounts = [
        {"sourceVolume": "data", "containerPath": "/data", "readOnly": True},
        {"sourceVolume": "scratch", "containerPath": "/scratch"},
        {"sourceVolume": "awseb-logs-web", "containerPath": "/var/log/web"},
    ]
    volumes: list[dict[str, Any]] = [{"name": "data", "host": {"sourcePath": "/srv/data"}}, {"name": "scratch"}]
    found = dockerrun(
        container("web", mountPoints=mounts),
        container("other", volumesFrom=[{"sourceContainer": "web", "readOnly": True}]),
        volumes=volumes,
    )
    own = [
        Mount("/srv/data", "/data", True),
        Mount("/var/lib/docker/volumes/scratch", "/scratch", False),
        Mount("/var/log/containers/web", "/var/log/web", False),
    ]
    assert list(found.mounts("web")) == own
    assert list(found.mounts("other")) == [mount._replace(read_only=True) for mount in own]
    assert found.folders() == {mount.source for mount in own}


def test_a_volume_that_is_not_declared_is_refused() -> None:
    with pytest.raises(RunError, match="the volume 'data', which `volumes` does not declare"):
        dockerrun(container("web", mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}]))


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        (["web"], "0: expected a mapping, not 'web'"),
        ([{"name": "web"}], "0: 'web' has no `image`"),
        ([container("web", portMappings=[{}])], "0.portMappings.0: the mapping has no `containerPort`"),
        ([container("web", mountPoints={"a": 1})], "0.mountPoints: expected a list, not a mapping"),
        ([container("web", environment=["A=b"])], "0.environment.0: expected a mapping, not 'A=b'"),
        ([container("web", links="db")], "0.links: expected a list, not 'db'"),
        ([container("web", healthCheck=["CMD"])], "0.healthCheck: expected a mapping, not a list"),
        ([container("web", dependsOn=[{"containerName": "web"}])], "0.dependsOn.0: `condition` is missing"),
        ([container("web"), container("web")], "1.name: another container is called 'web'"),
    ],
)
def test_another_shape_is_reported_with_the_container_and_key(containers: list[Any], message: str) -> None:
    with pytest.raises(RunError, match=f"containerDefinitions.{message}"):
        dockerrun(*containers)


def test_what_a_later_step_fills_in_and_what_says_nothing_is_left_out() -> None:
    found = dockerrun(container("web", portMappings=[{"containerPort": "<PORT>"}, None], environment=[None, {}]))
    assert list(found.ports_of("web")) == []


def test_numbers_and_booleans_are_read_from_text() -> None:
    found = dockerrun(container("web", essential="false", portMappings=[{"hostPort": "80", "containerPort": "8000"}]))
    assert list(found.ports_of("web")) == [(Port(80, "tcp"), 8000)]
    assert not found.is_essential("web")


@pytest.mark.parametrize("path", ["relative", "/srv/../etc", "/.."])
def test_a_path_that_could_leave_the_instance_is_refused(path: str) -> None:
    volumes = [{"name": "data", "host": {"sourcePath": path}}]
    with pytest.raises(RunError, match=r"the volume 'data' needs an absolute path without '\.\.'"):
        dockerrun(container("web"), volumes=volumes)


def test_containers_start_after_those_that_they_wait_for() -> None:
    found = dockerrun(
        container("web", links=["db:store"], dependsOn=[{"containerName": "job", "condition": "SUCCESS"}]),
        container("db"),
        container("job", volumesFrom=[{"sourceContainer": "db"}]),
    )
    assert found.waits_for("web") == {"db": "START", "job": "SUCCESS"}
    assert found.waits_for("job") == {"db": "START"}
    assert found.in_order() == ["db", "job", "web"]


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ([container("a", links=["b"]), container("b", links=["a"])], "in a circle: a -> b -> a"),
        ([container("a", links=["nowhere"])], "'a' needs a container 'nowhere', and there is none"),
        ([container("a", volumesFrom=[{"sourceContainer": "${B}"}])], "'a' needs a container '\\$\\{B\\}'"),
        ([container("a", dependsOn=[{"containerName": "a", "condition": "START"}])], "in a circle: a -> a"),
    ],
    ids=["circle", "nowhere", "placeholder", "itself"],
)
def test_containers_that_could_never_start_are_refused(containers: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(RunError, match=message):
        dockerrun(*containers)
