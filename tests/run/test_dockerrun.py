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
def test_what_is_none_of_version_2_is_refused(bundle: dict[str, bytes], message: str) -> None:
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
        (["web"], "container 1 needs a `name` and an `image`"),
        ([{"name": "web"}], "container 1 needs a `name` and an `image`"),
        ([container("web", portMappings=[{}])], "web: `portMappings` is no list with containerPort in each entry"),
        ([container("web", mountPoints={"a": 1})], "web: `mountPoints` is no list with sourceVolume, containerPath"),
        ([container("web", environment=["A=b"])], "web: `environment` is no list with name, value in each entry"),
        ([container("web", links="db")], "web: `links` is no list"),
        ([container("web", healthCheck=["CMD"])], "web: `healthCheck` is no dict"),
    ],
)
def test_another_shape_is_reported_with_the_container_and_key(containers: list[Any], message: str) -> None:
    with pytest.raises(RunError, match=message):
        dockerrun(*containers)


@pytest.mark.parametrize("path", ["relative", "/srv/../etc", "/.."])
def test_a_path_that_could_leave_the_instance_is_refused(path: str) -> None:
    volumes = [{"name": "data", "host": {"sourcePath": path}}]
    with pytest.raises(RunError, match=r"the volume 'data' needs an absolute path without '\.\.'"):
        dockerrun(container("web"), volumes=volumes)


def test_containers_start_behind_those_that_they_wait_for() -> None:
    found = dockerrun(
        container("web", links=["db:store"], dependsOn=[{"containerName": "job", "condition": "SUCCESS"}]),
        container("db"),
        container("job", volumesFrom=[{"sourceContainer": "db"}]),
    )
    assert found.waits_for("web") == {"db": "START", "job": "SUCCESS"}
    assert found.waits_for("job") == {"db": "START"}
    assert found.in_order() == ["db", "job", "web"]


@pytest.mark.parametrize(
    "containers",
    [
        [container("a", links=["b"]), container("b", links=["a"])],
        [container("a", links=["nowhere"])],
        [container("a", dependsOn=[{"containerName": "a", "condition": "START"}])],
    ],
    ids=["circle", "nowhere", "itself"],
)
def test_containers_that_could_never_start_are_refused(containers: list[dict[str, Any]]) -> None:
    with pytest.raises(RunError, match="wait for each other, or for a container that is not there"):
        dockerrun(*containers).in_order()
