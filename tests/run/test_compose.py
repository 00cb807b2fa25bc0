"""The Compose file: what a container asks for, in the words of Compose."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beanstack.eb.ecs.dockerrun import container_fields
from beanstack.run.compose import DatabaseService, Place, compose, is_own, not_here
from beanstack.run.composetext import text
from beanstack.run.dockerrun import Dockerrun, Port
from tests.run.scratch import bundled
from tests.test_bundle import EVERYTHING_IN_ECS

PLACE = Place("shop-dev-1", "./root", {Port(80, "tcp"): 8080, Port(53, "udp"): 53000})


def dockerrun(*containers: dict[str, Any], volumes: list[dict[str, Any]] | None = None) -> Dockerrun:
    content = {"AWSEBDockerrunVersion": 2, "volumes": volumes, "containerDefinitions": containers}
    return Dockerrun({"Dockerrun.aws.json": json.dumps(content).encode()})


def service(place: Place = PLACE, **keys: Any) -> dict[str, Any]:
    """Return the service of one container."""
    container = {"name": "web", "image": "busybox:1", **keys}
    volumes = [{"name": "data", "host": {"sourcePath": "/srv/data"}}]
    made: dict[str, Any] = compose(dockerrun(container, volumes=volumes), place, None)["services"]["web"]
    return made


def test_a_container_that_asks_for_nothing_gets_a_name_and_is_kept_running() -> None:
    assert service() == {"container_name": "shop-dev-1-web", "image": "busybox:1", "restart": "unless-stopped"}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"essential": False}, {"restart": "no"}),
        ({"entryPoint": ["sh", "x"], "command": ["a b", "c"]}, {"entrypoint": ["sh", "x"], "command": ["a b", "c"]}),
        ({"workingDirectory": "/app", "user": "1000:1"}, {"working_dir": "/app", "user": "1000:1"}),
        (
            {"memory": 256, "memoryReservation": 128, "cpu": 512},
            {"mem_limit": "256m", "mem_reservation": "128m", "cpu_shares": 512},
        ),
        ({"environment": [{"name": "A", "value": "b"}]}, {"environment": {"A": "b"}}),
        ({"secrets": [{"name": "KEY", "valueFrom": "arn"}]}, {"environment": {"KEY": None}}),
        (
            {
                "portMappings": [
                    {"hostPort": 80, "containerPort": 8000},
                    {"hostPort": 53, "containerPort": 53, "protocol": "udp"},
                ]
            },
            {"ports": ["127.0.0.1:8080:8000/tcp", "127.0.0.1:53000:53/udp"]},
        ),
        (
            {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}]},
            {"volumes": [{"type": "bind", "source": "./root/srv/data", "target": "/data", "read_only": True}]},
        ),
        (
            {"hostname": "h", "dnsServers": ["192.0.2.1"], "dnsSearchDomains": ["d"]},
            {"hostname": "h", "dns": ["192.0.2.1"], "dns_search": ["d"]},
        ),
        ({"extraHosts": [{"hostname": "h", "ipAddress": "192.0.2.1"}]}, {"extra_hosts": ["h:192.0.2.1"]}),
        (
            {"dockerLabels": {"a": "b"}, "dockerSecurityOptions": ["no-new-privileges"]},
            {"labels": {"a": "b"}, "security_opt": ["no-new-privileges"]},
        ),
        ({"privileged": True, "readonlyRootFilesystem": True}, {"privileged": True, "read_only": True}),
        ({"privileged": False, "interactive": True, "pseudoTerminal": True}, {"stdin_open": True, "tty": True}),
        ({"disableNetworking": True}, {"network_mode": "none"}),
        ({"stopTimeout": 30}, {"stop_grace_period": "30s"}),
        (
            {"ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 2}]},
            {"ulimits": {"nofile": {"soft": 1, "hard": 2}}},
        ),
        (
            {"systemControls": [{"namespace": "net.core.somaxconn", "value": "1"}]},
            {"sysctls": {"net.core.somaxconn": "1"}},
        ),
        (
            {"healthCheck": {"command": ["CMD", "true"], "interval": 5, "timeout": 2, "retries": 1, "startPeriod": 9}},
            {
                "healthcheck": {
                    "test": ["CMD", "true"],
                    "interval": "5s",
                    "timeout": "2s",
                    "start_period": "9s",
                    "retries": 1,
                }
            },
        ),
        (
            {"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}}},
            {"cap_add": ["SYS_PTRACE"], "cap_drop": ["ALL"]},
        ),
        (
            {"linuxParameters": {"initProcessEnabled": True, "sharedMemorySize": 64, "swappiness": 0}},
            {"init": True, "shm_size": "64m", "mem_swappiness": 0},
        ),
        (
            {
                "linuxParameters": {
                    "devices": [
                        {"hostPath": "/dev/fuse"},
                        {"hostPath": "/a", "containerPath": "/b", "permissions": ["read"]},
                    ]
                }
            },
            {"devices": ["/dev/fuse:/dev/fuse:rwm", "/a:/b:r"]},
        ),
        (
            {"linuxParameters": {"tmpfs": [{"containerPath": "/run", "size": 1, "mountOptions": ["noexec"]}]}},
            {"tmpfs": ["/run:size=1m,noexec"]},
        ),
    ],
)
def test_what_a_container_asks_for_it_gets(keys: dict[str, Any], expected: dict[str, Any]) -> None:
    assert service(**keys) == {**service(), **expected}


FLAGS = {"essential": False, "disableNetworking": True, "privileged": True, "pseudoTerminal": True}


@pytest.mark.parametrize("field", sorted(container_fields().keys() - {"name", "image"}))
def test_every_field_of_a_container_reaches_compose_or_is_reported(field: str) -> None:
    given = {field: {**EVERYTHING_IN_ECS, **FLAGS}[field]}

    def made(**fields: Any) -> tuple[object, ...]:
        web, side = {"name": "web", "image": "a:1", **fields}, {"name": "side", "image": "a:1"}
        made = dockerrun(web, side, volumes=[{"name": "data"}])
        return compose(made, PLACE, None), not_here(made)

    assert made(**given) != made()


def test_links_are_names_on_the_network_and_decide_the_order() -> None:
    web = {"name": "web", "image": "a:1", "links": ["db:store", "db"]}
    other = {"name": "other", "image": "a:1", "links": ["db:store"]}
    services = compose(dockerrun(web, other, {"name": "db", "image": "a:1"}), PLACE, None)["services"]
    assert services["db"]["networks"] == {"default": {"aliases": ["store"]}}
    assert services["web"]["depends_on"] == {"db": {"condition": "service_started"}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("START", "service_started"),
        ("COMPLETE", "service_completed_successfully"),
        ("SUCCESS", "service_completed_successfully"),
        ("HEALTHY", "service_healthy"),
    ],
)
def test_conditions_become_those_of_compose(condition: str, expected: str) -> None:
    web = {"name": "web", "image": "a:1", "dependsOn": [{"containerName": "job", "condition": condition}]}
    services = compose(dockerrun(web, {"name": "job", "image": "a:1"}), PLACE, None)["services"]
    assert services["web"]["depends_on"] == {"job": {"condition": expected}}


def test_variables_of_the_environment_are_named_and_yield_to_the_containers_own() -> None:
    place = Place("p", ".", {}, variables={"PATH": "/x"}, inherited=["A", "RDS_PASSWORD"])
    made = service(place, environment=[{"name": "A", "value": "own"}])
    assert made["environment"] == {"A": "own", "RDS_PASSWORD": None, "PATH": "/x"}


def test_no_variable_is_named_if_the_caller_passes_the_values() -> None:
    place = Place("p", ".", {}, variables={"PATH": "/x"}, inherited=["RDS_PASSWORD"], takes_names=False)
    assert service(place, secrets=[{"name": "KEY", "valueFrom": "arn"}])["environment"] == {"PATH": "/x"}


def test_the_database_comes_first_and_publishes_no_port() -> None:
    place = Place("p", ".", {}, images={"mysql:1": "mariadb:2", "a:1": "b:2"}, hosts={"database": "192.0.2.7"})
    database = DatabaseService("database", "mysql:1", ["MYSQL_PASSWORD"])
    services = compose(dockerrun({"name": "web", "image": "a:1"}), place, database)["services"]
    assert list(services) == ["database", "web"]
    assert services["database"] == {
        "container_name": "p-database",
        "image": "mariadb:2",
        "environment": {"MYSQL_PASSWORD": None},
        "restart": "unless-stopped",
    }
    assert (services["web"]["image"], services["web"]["extra_hosts"]) == ("b:2", ["database:192.0.2.7"])


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_value_survives_the_file(value: str) -> None:
    """Compose reads `$$` as a dollar sign."""
    made = compose(
        dockerrun({"name": "web", "image": "a:1", "command": [value], "environment": [{"name": "A", "value": value}]}),
        PLACE,
        None,
    )
    read = yaml.safe_load(text(made, "here"))["services"]["web"]
    assert [item.replace("$$", "$") for item in (*read["command"], read["environment"]["A"])] == [value, value]


@pytest.mark.parametrize("value", ["1e3", "7e10", "+1e5", "0o17", "1.", ".5", "no", "80:22", "0x1f", "~", "1_000"])
def test_what_a_reader_could_take_for_something_else_is_quoted(value: str) -> None:
    """Compose reads YAML 1.2 and PyYAML writes 1.1: text that either reads as something else is in quotes."""
    written = text(service(command=[value]), "here")
    assert f"- '{value}'\n" in written


def test_what_only_aws_does_is_reported() -> None:
    web = {
        "name": "web",
        "image": "a:1",
        "logConfiguration": {"logDriver": "awslogs"},
        "secrets": [{"name": "KEY", "valueFrom": "a"}],
    }
    assert not_here(dockerrun(web)) == [
        "container web: logConfiguration has no effect here",
        "KEY is a secret of AWS: `make run` takes your shell's, the local AWS has none",
    ]


def test_output_in_files_has_the_limits_of_the_bundle() -> None:
    limits = {"max-size": "10m", "max-file": "3"}
    web = {"name": "web", "image": "a:1", "logConfiguration": {"logDriver": "json-file", "options": limits}}
    made = compose(dockerrun(web), PLACE, None)["services"]["web"]
    assert made["logging"] == {"driver": "json-file", "options": limits}
    assert not_here(dockerrun(web)) == []


def test_the_committed_bundle_becomes_this_file() -> None:
    """The whole file, as a reader finds it."""
    place = Place("todobackend-dev", "./root", {Port(80, "tcp"): 8080}, inherited=["RDS_PASSWORD"])
    made = text(compose(Dockerrun(bundled()), place, None), "bundle/Dockerrun.aws.json")
    head, _, body = made.partition("\n")
    assert head == "# Made from bundle/Dockerrun.aws.json and written anew at every start."
    services = yaml.safe_load(body)["services"]
    assert list(services) == ["todobackend", "collectstatic"]
    assert services["todobackend"]["environment"] == {
        "RDS_PASSWORD": None,
        "DJANGO_SETTINGS_MODULE": "todobackend.settings_release",
    }
    assert services["todobackend"]["ports"] == ["127.0.0.1:8080:8000/tcp"]
    assert [volume["source"] for volume in services["todobackend"]["volumes"]] == [
        "./root/var/app-data/todobackend/public",
        "./root/var/app/current/bin",
        "./root/var/app-data/todobackend/beanstack-pending",
    ]
    assert services["collectstatic"]["restart"] == "no"
    assert "RDS_PASSWORD:\n" in made


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        *((folder, True) for folder in ("/etc", "/usr/share", "/srv", "/opt/data", "/var/run", "/var/run/docker.sock")),
        *((folder, True) for folder in ("/var/lib/ecs", "/var/lib/ecs/data")),
        *((folder, False) for folder in ("/var/app/current", "/var/app-data/shop", "/var/lib/shop", "/var/log")),
    ],
)
def test_folders_that_an_instance_fills_itself_are_known(folder: str, expected: bool) -> None:
    assert is_own(folder) is expected
