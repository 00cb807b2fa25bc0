"""Log drivers, their options, and FireLens."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.ecs.dockerrun import container_field
from beanstack.eb.ecs.logs import facts
from tests.eb.tasks import container, found, found_in

AWSLOGS = {"awslogs-group": "/app/web", "awslogs-region": "eu-west-1"}
SPLUNK = {"splunk-url": "https://splunk.example.org:8088", "splunk-token": "a"}
OFF = ("agent-setting", ("logDriver",))


def logs(driver: str, options: Any = None, **keys: Any) -> dict[str, Any]:
    given = {} if options is None else {"options": options}
    return {"logDriver": driver, **given, **keys}


@pytest.mark.parametrize(
    ("driver", "options", "rule", "path"),
    [
        ("awslogs", None, "log-options-missing", ()),
        ("awslogs", {"awslogs-group": "a"}, "log-options-missing", ()),
        ("awslogs", {"awslogs-region": "eu-west-1"}, "log-options-missing", ()),
        ("awslogs", {**AWSLOGS, "awslogs-group": ""}, "log-option-value", ("options", "awslogs-group")),
        ("awslogs", {**AWSLOGS, "awslogs-group": "a b"}, "log-option-value", ("options", "awslogs-group")),
        ("awslogs", {**AWSLOGS, "awslogs-region": "Ireland"}, "log-option-value", ("options", "awslogs-region")),
        (
            "awslogs",
            {**AWSLOGS, "awslogs-create-group": "false"},
            "log-option-value",
            ("options", "awslogs-create-group"),
        ),
        ("awslogs", {**AWSLOGS, "log_key": "log"}, "log-option", ("options", "log_key")),
        ("awslogs", {**AWSLOGS, "max-size": "10m"}, "log-option", ("options", "max-size")),
        ("awslogs", {**AWSLOGS, "awslogs-endpoint": "a"}, "log-option-unusual", ("options", "awslogs-endpoint")),
        ("awslogs", {**AWSLOGS, "mode": "async"}, "log-option-value", ("options", "mode")),
        (
            "awslogs",
            {**AWSLOGS, "awslogs-datetime-format": "%d", "awslogs-multiline-pattern": "^a"},
            "log-option-value",
            ("options", "awslogs-multiline-pattern"),
        ),
        ("json-file", {"awslogs-grp": "x"}, "log-option", ("options", "awslogs-grp")),
        ("json-file", {"max_size": "10m"}, "log-option", ("options", "max_size")),
        ("json-file", {"max-size": "large"}, "log-option-value", ("options", "max-size")),
        ("json-file", {"max-file": "0"}, "log-option-value", ("options", "max-file")),
        ("json-file", {"compress": "yes"}, "log-option-value", ("options", "compress")),
        (
            "json-file",
            {"mode": "blocking", "max-buffer-size": "1m"},
            "log-option-value",
            ("options", "max-buffer-size"),
        ),
        ("syslog", {"syslog-address": "logs.example.org"}, "log-option-value", ("options", "syslog-address")),
        ("syslog", {"syslog-format": "rfc1"}, "log-option-value", ("options", "syslog-format")),
        ("syslog", {"syslog-facility": "web"}, "log-option-value", ("options", "syslog-facility")),
        ("fluentd", {"fluentd-tag": "a"}, "log-option", ("options", "fluentd-tag")),
        ("awslogs", {**AWSLOGS, "awslogs-region": "eu-west-99"}, "log-option-value", ("options", "awslogs-region")),
        ("awslogs", {**AWSLOGS, "awslogs-region": "eu-west-9"}, "log-option-unusual", ("options", "awslogs-region")),
        ("fluentd", {"fluentd-address": "http://logs"}, "log-option-value", ("options", "fluentd-address")),
        ("fluentd", {"fluentd-async": "maybe"}, "log-option-value", ("options", "fluentd-async")),
    ],
)
def test_an_option_that_ecs_or_docker_refuses_is_reported(
    driver: str, options: Any, rule: str, path: tuple[str | int, ...]
) -> None:
    assert found_in("logConfiguration", logs(driver, options)) == [(rule, path)]


@pytest.mark.parametrize(
    ("driver", "options"),
    [
        ("awslogs", {**AWSLOGS, "awslogs-create-group": "true", "awslogs-stream-prefix": "web"}),
        ("awslogs", {**AWSLOGS, "awslogs-create-group": "True"}),  # as AWS's own templates have it
        ("awslogs", {**AWSLOGS, "mode": "non-blocking", "max-buffer-size": "25m"}),
        ("awslogs", {**AWSLOGS, "max-buffer-size": "4m"}),  # the mode may be the account's default
        ("awslogs", {"awslogs-group": "${GROUP}", "awslogs-region": "<REGION>"}),
        ("json-file", None),
        ("json-file", {"max-size": "1.5 GB", "max-file": "3", "labels": "a", "compress": "true", "tag": "{{.Name}}"}),
        ("syslog", {"syslog-address": "tcp+tls://logs.example.org:514", "syslog-facility": "local7"}),
        ("fluentd", {"fluentd-address": "localhost:24224", "fluentd-async": "true"}),
        ("fluentd", {"fluentd-address": "unix:///run/fluentd.sock"}),
        ("fluentd", {"fluentd-address": "tls://[::1]:24224"}),
    ],
)
def test_options_of_a_driver_are_accepted(driver: str, options: Any) -> None:
    assert found_in("logConfiguration", logs(driver, options)) == []


@pytest.mark.parametrize(
    ("driver", "options", "findings"),
    [
        ("gelf", {"gelf-address": "udp://logs.example.org:12201"}, []),
        ("gelf", None, [("log-options-missing", ())]),
        ("gelf", {"gelf-address": "http://logs:12201"}, [("log-option-value", ("options", "gelf-address"))]),
        ("splunk", SPLUNK, []),
        ("splunk", {"splunk-url": SPLUNK["splunk-url"]}, [("log-options-missing", ())]),
        ("journald", {"tag": "web"}, []),
        ("journald", {"max-size": "1m"}, [("log-option", ("options", "max-size"))]),
    ],
)
def test_other_drivers_have_to_be_enabled(driver: str, options: Any, findings: list[Any]) -> None:
    assert found_in("logConfiguration", logs(driver, options)) == [OFF, *findings]


def test_a_secret_is_an_option() -> None:
    secret = {"name": "splunk-token", "valueFrom": "a"}
    options = {"splunk-url": SPLUNK["splunk-url"]}
    assert found_in("logConfiguration", logs("splunk", options, secretOptions=[secret])) == [OFF]
    wrong = {"name": "token", "valueFrom": "a"}
    expected = [OFF, ("log-option", ("secretOptions", 0))]
    assert found_in("logConfiguration", logs("splunk", SPLUNK, secretOptions=[wrong])) == expected


def test_the_facts_know_every_driver_of_ecs() -> None:
    drivers = {*facts()["drivers"], "awsfirelens"}
    assert drivers == set(container_field("logConfiguration.logDriver")["values"])
    assert drivers > set(facts()["enabled"]) - {"none"}
    named = {form for driver in facts()["drivers"].values() for form in driver["options"].values()}
    assert named - {""} <= set(facts()["forms"])


ROUTER = {"type": "fluentbit"}
ROUTED = logs("awsfirelens", {"Name": "stdout"})


def definition(index: int, *path: str | int) -> tuple[str | int, ...]:
    return ("containerDefinitions", index, *path)


def test_firelens_needs_a_router() -> None:
    expected = ("firelens-router", definition(0, "logConfiguration", "logDriver"))
    assert found(container(logConfiguration=ROUTED)) == [expected]
    assert found(container(logConfiguration=ROUTED), container("router", firelensConfiguration=ROUTER)) == []


def test_a_router_needs_a_container_with_its_driver() -> None:
    expected = [("firelens-unused", definition(1, "firelensConfiguration"))]
    assert found(container(), container("router", firelensConfiguration=ROUTER)) == expected
    other = container(logConfiguration=logs("awslogs", AWSLOGS))
    assert found(other, container("router", firelensConfiguration=ROUTER)) == expected


def test_a_second_router_is_reported() -> None:
    routers = [container(name, firelensConfiguration=ROUTER) for name in ("a", "b")]
    expected = [("firelens-routers", definition(2, "firelensConfiguration"))]
    assert found(container(logConfiguration=ROUTED), *routers) == expected


def test_a_router_does_not_route_its_own_logs() -> None:
    expected = [("firelens-router-of-itself", definition(0, "logConfiguration", "logDriver"))]
    assert found(container(logConfiguration=ROUTED, firelensConfiguration=ROUTER)) == expected


@pytest.mark.parametrize(
    ("router", "options", "refused"),
    [
        ("fluentbit", {"region": "eu-west-1"}, True),
        ("fluentbit", {"name": "stdout"}, True),
        ("fluentbit", {"@type": "stdout"}, True),
        ("fluentd", {"Name": "stdout"}, True),
        ("fluentd", {"@type": "stdout"}, False),
        ("fluentbit", {"include-pattern": "a", "log-driver-buffer-limit": "1000"}, False),
        ("fluentbit", {}, False),
        ("fluentbit", None, False),
    ],
)
def test_options_name_the_plugin_of_the_router(router: str, options: Any, refused: bool) -> None:
    made = found(
        container(logConfiguration=logs("awsfirelens", options)),
        container("router", firelensConfiguration={"type": router}),
    )
    expected = [("firelens-options", definition(0, "logConfiguration", "options"))]
    assert made == (expected if refused else [])


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"config-file-type": "http", "config-file-value": "a"}, "config-file-type"),
        ({"config-file-type": "file"}, "config-file-type"),
        ({"config-file-type": "s3", "config-file-value": "s3://bucket/a.conf"}, "config-file-value"),
        ({"config-file-type": "s3", "config-file-value": "arn:aws:s3:::bucket/a.conf"}, ""),
        ({"config-file-type": "file", "config-file-value": "/a.conf", "enable-ecs-log-metadata": "true"}, ""),
    ],
)
def test_the_file_of_a_router_is_an_object_or_a_path(options: Any, wrong: str) -> None:
    made = found(
        container(logConfiguration=ROUTED),
        container("router", firelensConfiguration={**ROUTER, "options": options}),
    )
    expected = [("firelens-options", definition(1, "firelensConfiguration", "options", wrong))]
    assert made == (expected if wrong else [])
