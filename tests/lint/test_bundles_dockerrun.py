"""Each fault of a Dockerrun.aws.json by itself: the ID of its rule, and the place that ▲ marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.rules import bundle_rules
from beanstack.lint.bundles.linter import bundle_findings
from tests.lint.marked import findings, places

if TYPE_CHECKING:
    from pathlib import Path

DOCKERRUN = "Dockerrun.aws.json"
PORT = '"portMappings": [{"hostPort": 80, "containerPort": 80}]'
SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-1a2b3c"
ROLE = '"executionRoleArn": "arn:aws:iam::111122223333:role/reader"'


def file(containers: str, head: str = '"AWSEBDockerrunVersion": 2', definitions: str = '"containerDefinitions"') -> str:
    return f"{{\n  {head},\n  {definitions}: [\n    {containers}\n  ]\n}}\n"


def web(
    more: str = "", image: str = '"image": "nginx:1"', memory: str = '"memory": 64', name: str = '"name": "web"'
) -> str:
    parts = [part for part in (name, image, memory, more) if part]
    return "{" + ",\n     ".join([*parts, PORT] if "portMappings" not in more else parts) + "}"


def with_role(name: str) -> str:
    return '"AWSEBDockerrunVersion": 2, ' + ROLE.replace("reader", name)


def side(more: str = "", name: str = "side") -> str:
    return f'{{"name": "{name}", "image": "redis:7", "memory": 64{", " if more else ""}{more}}}'


def volumes(listed: str) -> str:
    return f'"AWSEBDockerrunVersion": 2,\n  "volumes": [{listed}]'


FAULTS = {
    "a comma that trails": ("E9620", '{"AWSEBDockerrunVersion": 2,▲}'),
    "a comma that trails in a list": ("E9620", file(web('"links": ["side",▲]') + "," + side())),
    "a comment": ("E9620", "{\n  ▲// two\n}"),
    "single quotes": ("E9620", "{▲'AWSEBDockerrunVersion': 2}"),
    "a colon that is missing": ("E9620", '{"AWSEBDockerrunVersion" ▲2}'),
    "no end": ("E9620", '{"AWSEBDockerrunVersion": 2▲'),
    "text behind the end": ("E9620", file(web()) + "▲x"),
    "not a number": ("E9620", file(web('"cpu": ▲NaN'))),
    "a line end in a text": ("E9620", file(web('"hostname": "a▲\nb"'))),
    "a list instead of a mapping": ("E9642", "▲[]"),
    "a key twice": ("E9623", file(web('"essential": true, ▲"essential": true'))),
    "nested too deeply": ("E9626", file(web('"dockerLabels": ' + '{"a": ' * 58 + "▲{}" + "}" * 58))),
    "a byte order mark": ("W9625", "\ufeff▲" + file(web())),
    "Latin-1": ("E9624", "{▲\udce4}"),
    "no version": ("E9650", "▲" + file(web(), '"volumes": []')),
    "another version": ("E9650", file(web(), '"AWSEBDockerrunVersion": ▲4')),
    "version 1 with containers": ("E9650", file(web(), '"AWSEBDockerrunVersion": ▲1')),
    "true as the version": ("E9650", file(web(), '"AWSEBDockerrunVersion": ▲true')),
    "the version as text": ("W9651", file(web(), '"AWSEBDockerrunVersion": ▲"2"')),
    "a file of the Docker platform": ("I9652", '{"AWSEBDockerrunVersion": ▲"1", "Image": {"Name": "nginx"}}'),
    "no containers": ("E9653", '▲{"AWSEBDockerrunVersion": 2}'),
    "an empty list of containers": ("E9653", '{"AWSEBDockerrunVersion": 2, "containerDefinitions": ▲[]}'),
    "containers as a mapping": ("E9642", '{"AWSEBDockerrunVersion": 2, "containerDefinitions": ▲{"a": 1}}'),
    "no name": ("E9654", file("▲" + web(name=""))),
    "no image": ("E9654", file("▲" + web(image=""))),
    "a name with a space": ("E9646", file(web(name='"name": ▲"my web"'))),
    "a volume with a dot": ("W9649", file(web(), volumes('{"name": ▲"site.conf"}'))),
    "a misspelt key": ("W9640", file(web('▲"comand": ["a"]'))),
    "capitals of version 1": ("W9640", file(web(), '"AWSEBDockerrunVersion": 2, ▲"Authentication": {}')),
    "a misspelt key of a port": (
        "W9640",
        file(web('"portMappings": [{"hostPort": 80, "containerPort": 80, ▲"protokol": "tcp"}]')),
    ),
    "a key that the guide does not mention": ("I9647", file(web(), '"AWSEBDockerrunVersion": 2, ▲"family": "web"')),
    "containers of the EB CLI alone": (
        "I9647",
        file(web(), '"AWSEBDockerrunVersion": 2, ▲"localContainerDefinitions": [{"name": "db"}]'),
    ),
    "credentials without a key": (
        "E9641",
        file(web(), '"AWSEBDockerrunVersion": 2, "authentication": ▲{"bucket": "b"}'),
    ),
    "a secret without its source": (
        "E9641",
        file(web('"secrets": [▲{"name": "A"}]'), f'"AWSEBDockerrunVersion": 2, {ROLE}'),
    ),
    "a command as text": ("E9642", file(web('"command": ▲"uwsgi --http"'))),
    "environment as a mapping": ("E9642", file(web('"environment": ▲{"A": "b"}'))),
    "a fraction of memory": ("E9642", file(web(memory='"memory": ▲64.5'))),
    "memory as text": ("W9643", file(web(memory='"memory": ▲"64"'))),
    "a variable as number": ("W9643", file(web('"environment": [{"name": "PORT", "value": ▲80}]'))),
    "essential as text": ("W9643", file(web('"essential": ▲"true"'))),
    "an unknown protocol": (
        "E9644",
        file(web('"portMappings": [{"hostPort": 80, "containerPort": 80, "protocol": ▲"http"}]')),
    ),
    "an unknown log driver": ("E9644", file(web('"logConfiguration": {"logDriver": ▲"cloudwatch"}'))),
    "a port beyond all ports": ("E9645", file(web('"portMappings": [{"hostPort": 80, "containerPort": ▲80000}]'))),
    "a quota": (
        "E9801",
        file(web() + "," + ",".join(side(name=f"s{n}") for n in range(10))).replace(": [\n    {", ": ▲[\n    {"),
    ),
    "a mount at the root": (
        "E9809",
        file(web('"mountPoints": [{"sourceVolume": "a", "containerPath": ▲"/b/.."}]'), volumes('{"name": "a"}')),
    ),
    "awslogs without options": ("E9810", file(web('"logConfiguration": ▲{"logDriver": "awslogs"}'))),
    "an option of another log driver": (
        "E9811",
        file(web('"logConfiguration": {"logDriver": "json-file", "options": {▲"awslogs-group": "a"}}')),
    ),
    "a capability that does not exist": (
        "E9820",
        file(web('"linuxParameters": {"capabilities": {"add": [▲"FOO"]}}')),
    ),
    "a host name that is unusual": ("W9649", file(web('"hostname": ▲"a_b"'))),
    "a host name that is too long": ("E9646", file(web(f'"hostname": ▲"{"h" * 65}"'))),
    "links without a network": (
        "W9825",
        file(web() + "," + side('"disableNetworking": true, ▲"links": ["web"]')),
    ),
    "less memory than ECS takes": ("E9645", file(web(memory='"memory": ▲3'))),
    "a name instead of the ARN of a role": (
        "E9646",
        file(web(), '"AWSEBDockerrunVersion": 2, "executionRoleArn": ▲"reader"'),
    ),
    "a role with a wildcard": ("E9646", file(web(), with_role("read*").replace('"arn', '▲"arn'))),
    "a role without a name": ("E9646", file(web(), with_role("ci/").replace('"arn', '▲"arn'))),
    "an image at a registry that does not exist": (
        "E9675",
        file(web(image='"image": ▲"111122223333.dkr.ecr.cn-north-1.amazonaws.com/web:1"')),
    ),
    "one name twice": ("E9655", file(web() + "," + side(name="web").replace('"web"', '▲"web"'))),
    "one volume twice": ("E9655", file(web(), volumes('{"name": "a"}, {"name": ▲"a"}'))),
    "no memory": ("E9656", file("▲" + web(memory=""))),
    "memory of 0": ("E9656", file(web(memory='"memory": ▲0'))),
    "memory below its reservation": ("E9657", file(web(memory='"memory": ▲64, "memoryReservation": 65'))),
    "less memory than Docker takes": ("W9658", file(web(memory='"memoryReservation": ▲5'))),
    "nothing essential": ("E9659", file(web('"essential": false')).replace(": [\n    {", ": ▲[\n    {")),
    "a missing volume": (
        "E9660",
        file(web('"mountPoints": [{"sourceVolume": ▲"pubic", "containerPath": "/a"}]'), volumes('{"name": "public"}')),
    ),
    "logs of a missing container": (
        "E9660",
        file(web('"mountPoints": [{"sourceVolume": ▲"awseb-logs-wbe", "containerPath": "/a"}]')),
    ),
    "a mount without a path": ("E9641", file(web('"mountPoints": [▲{"sourceVolume": "awseb-logs-web"}]'))),
    "one path mounted twice": (
        "E9678",
        file(
            web(
                '"mountPoints": [{"sourceVolume": "a", "containerPath": "/a"},'
                ' {"sourceVolume": "a", "containerPath": ▲"/a"}]'
            ),
            volumes('{"name": "a"}'),
        ),
    ),
    "a path in the container that is relative": (
        "E9646",
        file(web('"mountPoints": [{"sourceVolume": "a", "containerPath": ▲"a"}]'), volumes('{"name": "a"}')),
    ),
    "a path on the instance that is relative": (
        "W9648",
        file(web(), volumes('{"name": "a", "host": {"sourcePath": ▲"data"}}')),
    ),
    "a volume in /tmp": ("W9677", file(web(), volumes('{"name": "a", "host": {"sourcePath": ▲"/tmp/a"}}'))),
    "a volume that is /tmp": ("W9677", file(web(), volumes('{"name": "a", "host": {"sourcePath": ▲"/tmp"}}'))),
    "a link to a missing container": ("E9661", file(web('"links": [▲"databse:db"]') + "," + side(name="database"))),
    "volumes from a missing container": (
        "E9661",
        file(web('"volumesFrom": [{"sourceContainer": ▲"sied"}]') + "," + side()),
    ),
    "waiting for a missing container": (
        "E9661",
        file(web('"dependsOn": [{"containerName": ▲"none", "condition": "START"}]')),
    ),
    "a link to itself": ("W9662", file(web('"links": [▲"web"]'))),
    "links in a circle": ("W9662", file(web('"links": [▲"side"]') + "," + side('"links": ["web"]'))),
    "waiting in a circle": (
        "W9663",
        file(
            web('"dependsOn": [{"containerName": ▲"side", "condition": "START"}]')
            + ","
            + side('"dependsOn": [{"containerName": "web", "condition": "START"}]')
        ),
    ),
    "waiting for the end of an essential container": (
        "E9664",
        file(web('"dependsOn": [{"containerName": "side", "condition": ▲"SUCCESS"}]') + "," + side()),
    ),
    "waiting for health that nothing measures": (
        "W9665",
        file(web('"dependsOn": [{"containerName": "side", "condition": ▲"HEALTHY"}]') + "," + side()),
    ),
    "a soft limit above the hard one": (
        "E9685",
        file(web('"ulimits": [{"name": "nofile", "softLimit": ▲2, "hardLimit": 1}]')),
    ),
    "one port twice": (
        "E9666",
        file(web() + "," + side('"portMappings": [{"hostPort": ▲80, "containerPort": 6379}]')),
    ),
    "the port of SSH": ("W9667", file(web() + "," + side('"portMappings": [{"hostPort": ▲22, "containerPort": 22}]'))),
    "a mapping without a port inside": ("W9668", file(web() + "," + side('"portMappings": [▲{"hostPort": 81}]'))),
    "a random port": ("I9669", file(web() + "," + side('"portMappings": [▲{"containerPort": 81}]'))),
    "no port at all": (
        "W9670",
        '{"AWSEBDockerrunVersion": 2, ▲"containerDefinitions": [{"name": "a", "image": "a:1", "memory": 64}]}',
    ),
    "secrets without a role": ("E9671", file(web('"secrets": [▲{"name": "A", "valueFrom": "/a"}]'))),
    "a private registry without a role": (
        "W9672",
        file(web('"repositoryCredentials": ▲{"credentialsParameter": "arn:aws:secretsmanager:eu-west-1:1:secret:a"}')),
    ),
    "networkMode": ("W9674", file(web(), '"AWSEBDockerrunVersion": 2, ▲"networkMode": "host"')),
    "an address for an image": ("E9675", file(web(image='"image": ▲"https://example.com/web:1"'))),
    "capitals in an image": ("E9675", file(web(image='"image": ▲"team/Web:1"'))),
    "a digest that is cut off": ("E9675", file(web(image='"image": ▲"web@sha256:abc"'))),
    "no tag": ("W9676", file(web(image='"image": ▲"localhost:5000/web"'))),
    "the tag latest": ("W9676", file(web(image='"image": ▲"web:latest"'))),
    "a variable twice": (
        "W9679",
        file(web('"environment": [{"name": "A", "value": "1"}, {"name": ▲"A", "value": "2"}]')),
    ),
    "a secret that is a variable": (
        "E9680",
        file(
            web('"environment": [{"name": "A", "value": "1"}], "secrets": [{"name": ▲"A", "valueFrom": "/a"}]'),
            f'"AWSEBDockerrunVersion": 2, {ROLE}',
        ),
    ),
    "a secret from a bucket": (
        "W9681",
        file(
            web('"secrets": [{"name": "A", "valueFrom": ▲"arn:aws:s3:::bucket/a"}]'),
            f'"AWSEBDockerrunVersion": 2, {ROLE}',
        ),
    ),
    "a secret's key without a version": (
        "E9840",
        file(
            web(f'"secrets": [{{"name": "A", "valueFrom": ▲"{SECRET}:password"}}]'),
            f'"AWSEBDockerrunVersion": 2, {ROLE}',
        ),
    ),
    "a password in plain text": ("W9682", file(web('"environment": [{"name": "DB_PASSWORD", "value": ▲"hunter2"}]'))),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_alone_and_at_its_place(fault: str, tmp_path: Path) -> None:
    rule, text = FAULTS[fault]
    [place] = places(text.removeprefix("\ufeff"))
    assert findings(tmp_path, {DOCKERRUN: text}) == [(rule, *place)]


@pytest.mark.parametrize(
    ("version", "message"),
    [('"two"', "must be 2, not 'two'"), ("1", "must be 2, not 1"), ("null", "is missing; it must be 2")],
)
def test_the_required_version_is_reported(version: str, message: str, tmp_path: Path) -> None:
    (tmp_path / DOCKERRUN).write_text(file(web(), f'"AWSEBDockerrunVersion": {version}'))
    assert [finding.message for finding in bundle_findings(tmp_path)] == [f"AWSEBDockerrunVersion {message}"]


@pytest.mark.parametrize("constraint", [constraint["id"] for constraint in facts()["constraints"]])
def test_every_constraint_of_the_facts_is_a_rule_of_its_severity(constraint: str) -> None:
    [severity] = [found["severity"] for found in facts()["constraints"] if found["id"] == constraint]
    assert bundle_rules()[constraint].severity == severity


def test_a_dockerfile_has_no_effect(tmp_path: Path) -> None:
    assert findings(tmp_path, {DOCKERRUN: file(web()), "Dockerfile": "FROM nginx"}) == [("W9673", 1, 1)]


@pytest.mark.parametrize("role", ["<ROLE>", "ci/shop/Role_1+=,.@-x"])
def test_a_role_may_be_filled_in_later_and_have_a_path(role: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {DOCKERRUN: file(web(), with_role(role))}) == []


def test_the_port_of_a_process_must_be_mapped(tmp_path: Path) -> None:
    options = "option_settings:\n  aws:elasticbeanstalk:environment:process:default: {Port: ▲8080}\n"
    files = {DOCKERRUN: file(web()), ".ebextensions/port.config": options}
    assert findings(tmp_path, files) == [("W9670", *places(options)[0])]


@pytest.mark.parametrize(
    ("option", "value", "rules"),
    [
        ("aws:ec2:instances: {InstanceTypes: '{}'}", "t3.micro", ["W9805"]),
        ("aws:ec2:instances: {InstanceTypes: '{}'}", "m5.4xlarge, t3.micro", ["W9805"]),
        ("aws:ec2:instances: {InstanceTypes: '{}'}", "m5.4xlarge", []),
        ("aws:autoscaling:launchconfiguration: {InstanceType: '{}'}", "t3.micro", ["W9805"]),
        ("aws:autoscaling:launchconfiguration: {InstanceType: '{}'}", "zz9.large", []),
    ],
)
def test_containers_fit_on_the_instance_types(option: str, value: str, rules: list[str], tmp_path: Path) -> None:
    text = file(web('"cpu": ▲4096') + "," + side('"cpu": 1'))
    options = f"option_settings:\n  {option.replace('{}', value)}\n"
    found = findings(tmp_path, {DOCKERRUN: text, ".ebextensions/a.config": options})
    made = [(rule, *place) for rule, *place in found if rule == "W9805"]
    assert made == [(rule, *places(text)[0]) for rule in rules]


def test_no_container_maps_a_port_if_none_is_a_mapping(tmp_path: Path) -> None:
    text = '{"AWSEBDockerrunVersion": 2, ▲"containerDefinitions": [1, null, "x", []]}'
    found = findings(tmp_path, {DOCKERRUN: text})
    assert [rule for rule, *_ in found] == ["W9670", "E9642", "E9642", "E9642"]
    assert found[0] == ("W9670", *places(text)[0])


MANIFEST = "AWSConfigurationTemplateVersion: 1.1.0.0\nSolutionStack: 64bit Amazon Linux 2023 v4.0.0 running Docker\n"
MIXED = '{"AWSEBDockerrunVersion": "1", "Image": {"Name": "shop:1"}, ▲"containerDefinitions": [{"name": "a"}]}'
ONE_WITH_CONTAINERS = file(web(), '"AWSEBDockerrunVersion": 1').replace(
    '"containerDefinitions"', '▲"containerDefinitions"'
)


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (MIXED, {}),
        (MIXED.replace('"1"', "3"), {}),
        (ONE_WITH_CONTAINERS, {"env.yaml": MANIFEST}),
        ('{"AWSEBDockerrunVersion": 1, ▲"authentication": {"bucket": "b"}}', {}),
    ],
)
def test_keys_of_version_2_warn_on_the_docker_platform(text: str, files: dict[str, str], tmp_path: Path) -> None:
    found = findings(tmp_path, {DOCKERRUN: text, **files})
    assert [one for one in found if one[0] != "I9652"] == [("W9858", *places(text)[0])]


@pytest.mark.parametrize("keys", ['"Image": {"Name": "shop:1"}, "Ports": []', '"containerDefinitions": []'])
def test_version_2_only_warns_on_another_platform_than_ecs(keys: str, tmp_path: Path) -> None:
    text = f'{{"AWSEBDockerrunVersion": ▲2, {keys}}}'
    assert findings(tmp_path, {DOCKERRUN: text, "env.yaml": MANIFEST}) == [("W9858", *places(text)[0])]
    assert "E9653" in {rule for rule, *_ in findings(tmp_path, {DOCKERRUN: text, "env.yaml": ""})}
