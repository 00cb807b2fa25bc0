"""`beanstack init` in a folder with a compose.yaml or a Dockerrun.aws.json."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.config import load
from beanstack.project import compose, installed
from beanstack.project.verbs import init
from beanstack.takeover.containers import UNKNOWN
from tests.conftest import fixture_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.config import Environment


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "files", lambda: {"requirements.txt": b"beanstack==0.1.0\n"})


def made(folder: Path, name: str, text: str, *flags: str) -> Environment:
    """Make a project in a folder with one file; return its environment."""
    folder.mkdir()
    (folder / name).write_text(dedent(text), "utf-8")
    assert init([str(folder), "--application", "shop", "--region", "eu-west-1", *flags]) == 0
    [application] = load([folder / "config/shop.yaml"]).applications
    return application.environments["dev"]


COMPOSE = """\
    x-all: &all
      restart: always
      environment: &variables
        DJANGO_SETTINGS_MODULE: shop.settings
        DB_PASSWORD: hunter2
        DEBUG: no
        HOST: ${HOSTNAME}
    services:
      web:
        <<: *all
        image: example/shop:${TAG:-1.4.2}
        build: .
        command: gunicorn --bind 0.0.0.0:8000 "shop wsgi" $$HOME
        user: "1000"
        ports: ["127.0.0.1:8000:8000", "9000-9010:9000", {target: 53, published: "53", protocol: udp}]
        depends_on: {cache: {condition: service_healthy}}
        volumes: ["media:/media", "./src:/src", "/etc/ssl:/etc/ssl:ro", {type: volume, source: media, target: /more}]
        mem_limit: 512m
        stop_grace_period: 1m30s
        networks: [back]
      cache:
        image: redis:8
        environment: [LEVEL=info, FROM_SHELL]
        healthcheck: {test: redis-cli ping, interval: 10s, retries: 3}
        deploy: {replicas: 2, resources: {limits: {memory: 0.25gb, cpus: '0.5'}, reservations: {memory: 64M}}}
        labels: [a=b]
        extra_hosts: ["db:10.0.0.1"]
        env_file: .env
      job:
        image: example/shop:1.4.2
        logging: {driver: syslog}
    volumes: {media: }
"""


def test_a_compose_file_becomes_containers_ports_and_volumes(tmp_path: Path) -> None:
    dev = made(tmp_path / "shop", "compose.yaml", COMPOSE)
    web, cache, job = (dev.containers[name] for name in ("web", "cache", "job"))
    assert (web.image, web.memory, web.user, web.stop_timeout) == ("example/shop:1.4.2", 512, "1000", 90)
    assert web.command == ("gunicorn", "--bind", "0.0.0.0:8000", "shop wsgi", "$HOME")
    assert web.environment == {"DJANGO_SETTINGS_MODULE": "shop.settings", "DEBUG": "no"}
    assert [(port.host, port.container, port.protocol) for port in web.ports] == [(8000, 8000, "tcp"), (53, 53, "udp")]
    mounts = [(mount.volume, mount.path, mount.read_only) for mount in web.mounts]
    assert mounts == [("media", "/media", False), ("etc-ssl", "/etc/ssl", True), ("media", "/more", False)]
    assert {name: volume.host_path for name, volume in dev.volumes.items()} == {"media": None, "etc-ssl": "/etc/ssl"}
    assert (web.depends_on, [str(link.container) for link in web.links]) == ({"cache": "HEALTHY"}, ["cache"])
    assert (cache.memory, cache.memory_reservation, cache.docker_labels) == (256, 64, {"a": "b"})
    assert (cache.environment, cache.extra_hosts) == ({"LEVEL": "info"}, {"db": "10.0.0.1"})
    assert cache.health_check is not None
    assert cache.health_check.command == ("CMD-SHELL", "redis-cli ping")
    assert (cache.health_check.interval, cache.health_check.retries) == (10, 3)
    assert job.memory_reservation == compose.RESERVED
    assert dev.load_balancer.port == 8000


def test_what_it_cannot_express_is_listed_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(tmp_path / "shop", "compose.yaml", COMPOSE)
    printed = capsys.readouterr().out.splitlines()
    listed = [line.removeprefix("not in config/: compose.yaml: ") for line in printed if line.startswith("not in ")]
    assert {line.partition(": ")[0]: line.partition(": ")[2] for line in listed} == {
        **{f"services.web.{key}": compose.REASONS[key] for key in ("restart", "build", "networks")},
        "services.web.environment.HOST": "its value comes from this machine; write it in config",
        "services.web.volumes.1": compose.REASONS["volumes"],
        "services.web.ports.0": compose.REASONS["address"],
        "services.web.ports.1": compose.REASONS["port"],
        "services.cache.environment.FROM_SHELL": "its value comes from this machine; write it in config",
        "services.cache.env_file": compose.REASONS["env_file"],
        "services.cache.deploy.replicas": compose.REASONS["replicas"],
        "services.cache.deploy.resources.limits.cpus": UNKNOWN,
        "services.job.logging": UNKNOWN,
        "services.job.mem_limit": "no limit is set, so 128 MiB are reserved; write what it needs",
    }
    assert len(listed) == len(set(listed))


def test_what_looks_like_a_secret_is_to_be_filled_in_and_never_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path / "shop", "compose.yaml", COMPOSE)
    printed = capsys.readouterr().out
    assert "to fill in, at FILL IN in config/: compose.yaml: services.web.environment.DB_PASSWORD: a secret" in printed
    assert "hunter2" not in printed
    assert "# FILL IN: DB_PASSWORD is a secret." in (tmp_path / "shop/config/shop.yaml").read_text("utf-8")
    for path in (tmp_path / "shop").rglob("*"):
        assert path.name == "compose.yaml" or not path.is_file() or b"hunter2" not in path.read_bytes()


def test_an_image_that_is_built_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "services: {web: {build: ., ports: ['80:8000']}}\n"
    dev = made(tmp_path / "shop", "docker-compose.yml", text, "--image", "example/shop:1.0")
    assert (dev.image_of("web"), dev.load_balancer.port) == ("example/shop:1.0", 80)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/compose.yaml").write_text(text)
    assert init([str(tmp_path / "other"), "--region", "eu-west-1"]) == 2
    assert "--image must be given" in capsys.readouterr().err


def test_a_dockerrun_file_becomes_containers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = {
        "AWSEBDockerrunVersion": 2,
        "volumes": [{"name": "app", "host": {"sourcePath": "/var/app/current/app"}}, {"name": "awseb-logs-web"}],
        "containerDefinitions": [
            {
                "name": "web",
                "image": "example/shop",
                "memory": 128,
                "environment": [{"name": "API_TOKEN", "value": "hunter2"}],
                "portMappings": [{"hostPort": 80, "containerPort": 8000}],
                "mountPoints": [{"sourceVolume": "app", "containerPath": "/app", "readOnly": True}],
            }
        ],
        "authentication": {"bucket": "keys", "key": ".dockercfg"},
    }
    dev = made(tmp_path / "shop", "Dockerrun.aws.json", json.dumps(text))
    assert (dev.containers["web"].memory, dev.volumes["app"].host_path) == (128, "/var/app/current/app")
    assert set(dev.volumes) == {"app"}  # EB itself makes the one of the logs
    printed = capsys.readouterr().out
    assert "not in config/: Dockerrun.aws.json: authentication: " in printed
    assert "Dockerrun.aws.json: containerDefinitions.web.environment.API_TOKEN: a secret in plain text" in printed
    assert "containerDefinitions.web.image: the image is not pinned by a tag or a digest" in printed
    assert "hunter2" not in (tmp_path / "shop/config/shop.yaml").read_text("utf-8")


def test_a_bundle_of_beanstacks_own_becomes_its_containers_again(tmp_path: Path) -> None:
    content = fixture_bundle()["Dockerrun.aws.json"].decode()
    (tmp_path / "todobackend").mkdir()
    (tmp_path / "todobackend/Dockerrun.aws.json").write_text(content)
    assert init([str(tmp_path / "todobackend"), "--region", "eu-west-1"]) == 0
    [application] = load([tmp_path / "todobackend/config/todobackend.yaml"]).applications
    assert set(application.environments["dev"].containers) == {"todobackend", "collectstatic"}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("compose.yaml", "services: [web]\n", "compose.yaml cannot be read: it has no `services` mapping"),
        ("compose.yaml", "services: {web: [\n", "compose.yaml cannot be read: "),
        ("compose.yaml", "services: {web: {healthcheck: 3}}", "compose.yaml cannot be read: services.web is not valid"),
        ("compose.yaml", "services: {web: {deploy: [1]}}", "compose.yaml cannot be read: services.web is not valid"),
        ("compose.yaml", "services: {web: {volumes: 3}}", "compose.yaml cannot be read: services.web is not valid"),
        ("Dockerrun.aws.json", '{"AWSEBDockerrunVersion": "1"}', "not a Dockerrun.aws.json of version 2"),
        ("Dockerrun.aws.json", "{", "Dockerrun.aws.json cannot be read: "),
        ("compose.yaml", "services: {web: {image: 'a:1', ports: ['22:22']}}", "compose.yaml cannot be converted to "),
    ],
)
def test_a_file_that_cannot_be_read_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, says: str
) -> None:
    (tmp_path / name).write_text(text)
    assert init([str(tmp_path), "--application", "shop", "--region", "eu-west-1"]) == 2
    assert says in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("1m30s", 90), ("1h", 3600), ("500ms", 0), ("soon", None)])
def test_a_duration_is_read_as_seconds(text: Any, seconds: int | None) -> None:
    task = compose.task(json.dumps({"services": {"web": {"stop_grace_period": text}}}), "shop", lambda *_: None)
    assert task["containerDefinitions"][0].get("stopTimeout") == seconds


@pytest.mark.parametrize(
    ("text", "mebibytes"), [("64m", 64), ("1G", 1024), (67108864, 64), ("512k", 1), ("1.5gb", 1536)]
)
def test_a_size_is_read_as_mebibytes(text: Any, mebibytes: int) -> None:
    task = compose.task(json.dumps({"services": {"web": {"mem_limit": text}}}), "shop", lambda *_: None)
    assert task["containerDefinitions"][0]["memory"] == mebibytes
