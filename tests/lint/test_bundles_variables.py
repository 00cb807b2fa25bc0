"""`${NAME}` where nothing replaces it, and where a shell or another program does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lint.marked import findings, places
from tests.lint.test_bundles_dockerrun import DOCKERRUN, ROLE, file, volumes, web
from tests.lint.test_bundles_ebextensions import INIT, commands, options

if TYPE_CHECKING:
    from pathlib import Path

LOGS = '{"awslogs-region": "eu-west-1", "awslogs-group": ▲"${GROUP}"}'
IN_CONTAINERS = {
    "a tag": file(web(image='"image": ▲"shop:${TAG}"')),
    "a registry": file(web(image='"image": ▲"${REGISTRY}/shop:1"')),
    "a variable's value": file(web('"environment": [{"name": "STAGE", "value": ▲"${STAGE}"}]')),
    "a part of a variable's value": file(web('"environment": [{"name": "A", "value": ▲"http://${HOST}:80"}]')),
    "a secret": file(
        web('"secrets": [{"name": "A", "valueFrom": ▲"${SECRET_ARN}"}]'), f'"AWSEBDockerrunVersion": 2, {ROLE}'
    ),
    "a path on the instance": file(web(), volumes('{"name": "a", "host": {"sourcePath": ▲"${DATA}/a"}}')),
    "an option of a log driver": file(web(f'"logConfiguration": {{"logDriver": "awslogs", "options": {LOGS}}}')),
    "a command without a shell": file(web('"command": ["gunicorn", "--bind", ▲"0.0.0.0:${PORT}"]')),
    "a check without a shell": file(web('"healthCheck": {"command": ["CMD", "curl", ▲"localhost:${PORT}"]}')),
}
REPLACED = {
    "a command of a shell": web('"command": ["sh", "-c", "serve ${PORT}"]'),
    "a shell as entry point": web('"entryPoint": ["/bin/bash", "-c"], "command": ["serve ${PORT}"]'),
    "a script as entry point": web('"entryPoint": ["/start.sh"], "command": ["${PORT}"]'),
    "a check of a shell": web('"healthCheck": {"command": ["CMD-SHELL", "curl localhost:${PORT}"]}'),
    "a label": web('"dockerLabels": {"rule": "Host(${HOST})"}'),
    "an option of Fluent Bit": web(
        '"logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "http", "Host": "${H}"}}'
    )
    + ', {"name": "log", "image": "fluent-bit:3", "memory": 64, "firelensConfiguration": {"type": "fluentbit"}}',
    "a property of Java": web('"environment": [{"name": "A", "value": "-Da=${user.home}"}]'),
    "a variable without braces": web('"environment": [{"name": "A", "value": "$HOME/a"}]'),
    "a template of Go": web('"logConfiguration": {"logDriver": "syslog", "options": {"tag": "{{.Name}}"}}'),
}


@pytest.mark.parametrize("fault", IN_CONTAINERS)
def test_a_variable_in_a_dockerrun_is_reported(fault: str, tmp_path: Path) -> None:
    text = IN_CONTAINERS[fault]
    assert findings(tmp_path, {DOCKERRUN: text}) == [("W9857", *places(text)[0])]


@pytest.mark.parametrize("case", REPLACED)
def test_a_variable_that_something_else_replaces_is_left_alone(case: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {DOCKERRUN: file(REPLACED[case])}) == []


def test_a_variable_of_dockerrun_version_1_is_reported(tmp_path: Path) -> None:
    text = '{"AWSEBDockerrunVersion": "1", "Image": {"Name": ▲"shop:${TAG}"}}'
    assert findings(tmp_path, {DOCKERRUN: text}) == [("I9652", 1, 27), ("W9857", *places(text)[0])]


@pytest.mark.parametrize(
    "text",
    [
        options("STAGE: ▲${STAGE}"),
        options('URL: ▲"jdbc:mysql://${RDS_HOSTNAME}/shop"'),
        options('REGION: ▲"${AWS::Region}"'),
        "option_settings:\n  - option_name: STAGE\n    value: ▲${STAGE}\n",
        "option_settings:\n  aws:autoscaling:asg:\n    MinSize: ▲${SIZE}\n",
    ],
)
def test_a_variable_in_the_value_of_an_option_is_reported(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: text}) == [("W9857", *places(text)[0])]


@pytest.mark.parametrize(
    "text",
    [
        options('STAGE: \'`{"Fn::Sub": "${AWS::Region}"}`\''),
        options("HOME: $HOME"),
        options("OPTS: -Dlog=${catalina.base}/logs"),
        commands("command: echo ${STAGE}"),
        commands("command: ls\nenv: {PATH: '/bin:${PATH}'}\n"),
        'files:\n  /etc/a.conf:\n    mode: "000644"\n    content: |\n      root ${HOME};\n',
    ],
)
def test_a_variable_elsewhere_in_ebextensions_is_left_alone(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {INIT: text}) == []
