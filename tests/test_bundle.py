"""What of a configuration reaches Dockerrun.aws.json and init.config, and that it arrives as it was written."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beanstack.bundle import bundle
from beanstack.config import load
from beanstack.eb.ecs.dockerrun import container_fields

HOSTILE = [
    "two  words ",
    "it's",
    'say "hi"',
    "$HOME ${HOME} $(id) `id`",
    "a\\b\\\\n\\",
    "# no comment",
    "a=b=c",
    "100% %s %(x)s",
    "{{ environment.name }}",
    "{% raw %}{# gone #}",
    "}}",
    "<&'\">",
    "- a: [b]",
    "*",
    "~",
    "no",
    "grüße 日本語",
    "😀👩‍👩‍👧",
    "\u00a0\u200b",
    "/",
    "PASSWORD",
]
texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), min_size=1
)
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a"
EVERYTHING: dict[str, Any] = {
    "image": "nginx:1.27",
    "essential": True,
    "command": ["serve", "--all"],
    "entry_point": ["/start", "-x"],
    "memory": 128,
    "memory_reservation": 64,
    "cpu": 0,
    "ports": ["80:8000", "53:53/udp"],
    "mounts": ["data:/data", "data:/again:ro"],
    "volumes_from": ["side", "side:ro"],
    "links": ["side", "side:helper"],
    "depends_on": {"side": "START"},
    "environment": {"A": "1", "EMPTY": ""},
    "secrets": {"S": SECRET},
    "user": "1000:50",
    "working_directory": "/srv",
    "ulimits": {"nofile": {"soft": 1024, "hard": -1}},
    "hostname": "shop.example",
    "extra_hosts": {"db.example": "10.0.0.1"},
    "dns_servers": ["10.0.0.2"],
    "dns_search_domains": ["example"],
    "docker_labels": {"team": "", "role": "web"},
    "docker_security_options": ["label:type:x"],
    "disable_networking": False,
    "privileged": False,
    "readonly_root_filesystem": True,
    "interactive": True,
    "pseudo_terminal": False,
    "start_timeout": 30,
    "stop_timeout": 31,
    "health_check": {"command": ["CMD", "true"], "start_period": 7},
    "restart_policy": {"enabled": True, "ignored_exit_codes": [0]},
    "linux_parameters": {
        "capabilities": {"drop": ["ALL"]},
        "devices": [{"host_path": "/dev/fuse", "permissions": ["read"]}],
        "init_process_enabled": False,
        "swappiness": 0,
        "tmpfs": [{"container_path": "/run", "size": 8, "mount_options": ["noexec"]}],
    },
    "log_configuration": {
        "log_driver": "awsfirelens",
        "options": {"Name": "stdout"},
        "secret_options": [{"name": "key", "value_from": SECRET}],
    },
    "firelens_configuration": {"type": "fluentbit", "options": {"a": "b"}},
    "resource_requirements": {"GPU": 1},
    "environment_files": ["arn:aws:s3:::bucket/a.env"],
    "repository_credentials": SECRET,
    "credential_specs": ["credentialspec:arn:aws:s3:::bucket/spec.json"],
    "version_consistency": "disabled",
    "system_controls": {"net.core.somaxconn": "1024"},
}
EVERYTHING_IN_ECS: dict[str, Any] = {
    "name": "web",
    "image": "nginx:1.27",
    "essential": True,
    "cpu": 0,
    "memory": 128,
    "memoryReservation": 64,
    "entryPoint": ["/start", "-x"],
    "command": ["serve", "--all"],
    "workingDirectory": "/srv",
    "user": "1000:50",
    "environment": [{"name": "A", "value": "1"}, {"name": "EMPTY", "value": ""}],
    "secrets": [{"name": "S", "valueFrom": SECRET}],
    "portMappings": [
        {"hostPort": 80, "containerPort": 8000, "protocol": "tcp"},
        {"hostPort": 53, "containerPort": 53, "protocol": "udp"},
    ],
    "mountPoints": [
        {"sourceVolume": "data", "containerPath": "/data", "readOnly": False},
        {"sourceVolume": "data", "containerPath": "/again", "readOnly": True},
    ],
    "volumesFrom": [{"sourceContainer": "side", "readOnly": False}, {"sourceContainer": "side", "readOnly": True}],
    "links": ["side", "side:helper"],
    "dependsOn": [{"containerName": "side", "condition": "START"}],
    "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": -1}],
    "hostname": "shop.example",
    "extraHosts": [{"hostname": "db.example", "ipAddress": "10.0.0.1"}],
    "dnsServers": ["10.0.0.2"],
    "dnsSearchDomains": ["example"],
    "dockerLabels": {"team": "", "role": "web"},
    "dockerSecurityOptions": ["label:type:x"],
    "disableNetworking": False,
    "privileged": False,
    "readonlyRootFilesystem": True,
    "interactive": True,
    "pseudoTerminal": False,
    "startTimeout": 30,
    "stopTimeout": 31,
    "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 7},
    "restartPolicy": {"enabled": True, "ignoredExitCodes": [0]},
    "linuxParameters": {
        "capabilities": {"drop": ["ALL"]},
        "devices": [{"hostPath": "/dev/fuse", "permissions": ["read"]}],
        "initProcessEnabled": False,
        "swappiness": 0,
        "tmpfs": [{"containerPath": "/run", "size": 8, "mountOptions": ["noexec"]}],
    },
    "logConfiguration": {
        "logDriver": "awsfirelens",
        "options": {"Name": "stdout"},
        "secretOptions": [{"name": "key", "valueFrom": SECRET}],
    },
    "firelensConfiguration": {"type": "fluentbit", "options": {"a": "b"}},
    "resourceRequirements": [{"type": "GPU", "value": "1"}],
    "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/a.env"}],
    "repositoryCredentials": {"credentialsParameter": SECRET},
    "credentialSpecs": ["credentialspec:arn:aws:s3:::bucket/spec.json"],
    "versionConsistency": "disabled",
    "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}],
}


def files(container: dict[str, Any], **settings: Any) -> dict[str, bytes]:
    """Return the bundle of an application whose containers are `web`, as given, and `side`."""
    web = {"image": "nginx:1.27", "memory": 64, "ports": ["80:80"], **container}
    defaults = {
        "region": "eu-west-1",
        "platform": "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "execution_role_arn": "arn:aws:iam::111111111111:role/reader",
        "instance_types": ["t3.small"],
        "containers": {"web": web, "side": {"image": "busybox:1.36", "memory": 6}},
        **settings,
    }
    with TemporaryDirectory() as folder:
        path = Path(folder, "shop.yaml")
        configuration = {"application": "shop", "defaults": defaults, "environments": {"dev": {}}}
        path.write_text(json.dumps(configuration, ensure_ascii=False), "utf-8")  # JSON is YAML
        application = load([path]).applications[0]
    return bundle(application, application.environments["dev"])


def dockerrun(container: dict[str, Any], **settings: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(files(container, **settings)["Dockerrun.aws.json"])
    return made


def test_every_key_of_a_container_becomes_its_ecs_parameter() -> None:
    made = dockerrun(EVERYTHING, volumes={"data": {"host_path": "/srv/data"}}, instance_types=["g4dn.xlarge"])
    side = {"name": "side", "image": "busybox:1.36", "essential": True, "memory": 6}
    assert made == {
        "AWSEBDockerrunVersion": 2,
        "executionRoleArn": "arn:aws:iam::111111111111:role/reader",
        "volumes": [{"name": "data", "host": {"sourcePath": "/srv/data"}}],
        "containerDefinitions": [EVERYTHING_IN_ECS, side],
    }
    assert set(EVERYTHING_IN_ECS) == set(container_fields())


def test_what_is_not_set_is_not_written() -> None:
    made = dockerrun({"linux_parameters": {"capabilities": {}}, "environment": {}}, execution_role_arn=None)
    ports = [{"hostPort": 80, "containerPort": 80, "protocol": "tcp"}]
    web = {"name": "web", "image": "nginx:1.27", "essential": True, "memory": 64, "portMappings": ports}
    assert made["containerDefinitions"][0] == web
    assert list(made) == ["AWSEBDockerrunVersion", "containerDefinitions"]


def test_the_dockerrun_is_text_that_people_can_read() -> None:
    text = files({"docker_labels": {"greeting": "grüße 😀"}})["Dockerrun.aws.json"].decode()
    assert '      "dockerLabels": {\n        "greeting": "grüße 😀"\n      }\n' in text


def assert_arrives(value: str) -> None:
    container = dockerrun(
        {
            "command": [value, value],
            "environment": {"A": value},
            "docker_labels": {value: value},
            "mounts": [f"data:/data/in/{value.replace(':', '')}"],
            "health_check": {"command": ["CMD", value]},
        },
        volumes={"data": {}},
        not_secret=[value],  # a label may be called PASSWORD
    )["containerDefinitions"][0]
    assert container["command"] == [value, value]
    assert container["environment"] == [{"name": "A", "value": value}]
    assert container["dockerLabels"] == {value: value}
    assert container["mountPoints"][0]["containerPath"] == f"/data/in/{value.replace(':', '')}"
    assert container["healthCheck"]["command"] == ["CMD", value]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_arrives_unchanged(value: str) -> None:
    assert_arrives(value)


@given(texts)
def test_any_value_arrives_unchanged(value: str) -> None:
    assert_arrives(value)
