"""Forms of single values in a container definition."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.eb.ecs.dockerrun import facts
from beanstack.eb.forms import CHECKS
from tests.eb.tasks import Found, found_in

LONG = "h" * 65
LABEL = "l" * 64
# A key of a container, a value that is refused or unusual, the rule, and the path below the key.
CASES: list[tuple[str, Any, str, tuple[str | int, ...]]] = [
    ("hostname", LONG, "wrong-form", ()),
    ("hostname", "", "wrong-form", ()),
    ("hostname", "web\n", "wrong-form", ()),
    ("hostname", "...", "doubtful-form", ()),
    ("hostname", "a..b", "doubtful-form", ()),
    ("hostname", "-web", "doubtful-form", ()),
    ("hostname", "web-.local", "doubtful-form", ()),
    ("hostname", "my_host", "doubtful-form", ()),
    ("hostname", LABEL, "doubtful-form", ()),
    ("extraHosts", [{"hostname": "d b", "ipAddress": "10.0.0.1"}], "wrong-form", (0, "hostname")),
    ("extraHosts", [{"hostname": "db:1", "ipAddress": "10.0.0.1"}], "wrong-form", (0, "hostname")),
    ("extraHosts", [{"hostname": "", "ipAddress": "10.0.0.1"}], "wrong-form", (0, "hostname")),
    ("extraHosts", [{"hostname": "db!", "ipAddress": "10.0.0.1"}], "doubtful-form", (0, "hostname")),
    ("extraHosts", [{"hostname": "db", "ipAddress": "db.example.org"}], "wrong-form", (0, "ipAddress")),
    ("extraHosts", [{"hostname": "db", "ipAddress": "10.0.0.256"}], "wrong-form", (0, "ipAddress")),
    ("extraHosts", [{"hostname": "db", "ipAddress": "10.0.0.1:80"}], "wrong-form", (0, "ipAddress")),
    ("dnsServers", ["10.0.0.2", "not an ip"], "wrong-form", (1,)),
    ("dnsServers", ["dns.example.org"], "wrong-form", (0,)),
    ("dnsServers", ["10.0.0.0/8"], "wrong-form", (0,)),
    ("dnsServers", ["host-gateway"], "wrong-form", (0,)),
    ("dnsSearchDomains", ["a b"], "wrong-form", (0,)),
    ("dnsSearchDomains", ["my_domain"], "wrong-form", (0,)),
    ("dnsSearchDomains", ["a..b"], "doubtful-form", (0,)),
    ("dnsSearchDomains", ["-a.example"], "doubtful-form", (0,)),
    ("secrets", [{"name": "A", "valueFrom": "arn:aws:ssm:us-east-1:x"}], "doubtful-form", (0, "valueFrom")),
    (
        "secrets",
        [{"name": "A", "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:name"}],
        "doubtful-form",
        (0, "valueFrom"),
    ),
    ("workingDirectory", "app", "wrong-form", ()),
    ("user", "a:b:c", "wrong-form", ()),
    ("user", "", "wrong-form", ()),
    ("user", "my user", "doubtful-form", ()),
    ("environment", [{"name": "", "value": "a"}], "wrong-form", (0, "name")),
    ("environment", [{"name": "A=B", "value": "a"}], "doubtful-form", (0, "name")),
    ("environmentFiles", [{"type": "s3", "value": "a.env"}], "wrong-form", (0, "value")),
    ("environmentFiles", [{"type": "s3", "value": "arn:aws:s3:::b/k.txt"}], "wrong-form", (0, "value")),
    ("environmentFiles", [{"type": "s3", "value": "s3://b/k.env"}], "wrong-form", (0, "value")),
    ("environmentFiles", [{"type": "s3", "value": "arn:aws:s3:::b"}], "wrong-form", (0, "value")),
    ("environmentFiles", [{"type": "s3", "value": "arn:aws:ssm:::b/k.env"}], "wrong-form", (0, "value")),
    ("credentialSpecs", ["arn:aws:s3:::b/spec"], "wrong-form", (0,)),
    ("dockerSecurityOptions", ["nonsense"], "wrong-form", (0,)),
    ("dockerSecurityOptions", ["capabilities:all"], "wrong-form", (0,)),
    ("systemControls", [{"namespace": "vm.swappiness", "value": "1"}], "wrong-form", (0, "namespace")),
    ("systemControls", [{"namespace": "fs.file-max", "value": "1"}], "wrong-form", (0, "namespace")),
    ("systemControls", [{"namespace": "kernel.hostname", "value": "a"}], "wrong-form", (0, "namespace")),
    ("systemControls", [{"namespace": "kernel.domainname", "value": "a"}], "doubtful-form", (0, "namespace")),
    ("systemControls", [{"namespace": "net/ipv4/ip_forward", "value": "1"}], "doubtful-form", (0, "namespace")),
    ("portMappings", [{"containerPortRange": "90-80"}], "wrong-form", (0, "containerPortRange")),
    ("portMappings", [{"containerPortRange": "80"}], "wrong-form", (0, "containerPortRange")),
    ("portMappings", [{"containerPortRange": "0-70000"}], "wrong-form", (0, "containerPortRange")),
    ("portMappings", [{"containerPort": 80, "hostPort": 80, "name": "-web"}], "wrong-form", (0, "name")),
    (
        "repositoryCredentials",
        {"credentialsParameter": "arn:aws:ssm:eu-west-1:111122223333:parameter/a"},
        "doubtful-form",
        ("credentialsParameter",),
    ),
]


def forms(key: str, value: Any) -> list[Found]:
    """The findings on a value, without those on what the agent has to be configured for."""
    return [(rule, path) for rule, path in found_in(key, value) if rule != "agent-setting"]


@pytest.mark.parametrize(("key", "value", "rule", "path"), CASES)
def test_a_value_of_another_form_is_reported(key: str, value: Any, rule: str, path: tuple[str | int, ...]) -> None:
    assert forms(key, value) == [(rule, path)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hostname", "web"),
        ("hostname", "1.web-a.example.org"),
        ("hostname", f"{'l' * 31}.{'l' * 32}"),
        ("hostname", "${HOST_NAME}"),
        ("extraHosts", [{"hostname": "db.example.org", "ipAddress": "2001:db8::1"}]),
        ("extraHosts", [{"hostname": "my_db", "ipAddress": "10.0.0.1"}]),
        ("extraHosts", [{"hostname": "host.docker.internal", "ipAddress": "host-gateway"}]),
        ("dnsServers", ["10.0.0.2", "2001:db8::1", "${DNS_SERVER}"]),
        ("dnsSearchDomains", ["example.org", "example.org.", "."]),
        ("secrets", [{"name": "A", "valueFrom": "arn:aws:ssm:us-east-1:111122223333:parameter/a/b"}]),
        ("secrets", [{"name": "A", "valueFrom": "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a:b::"}]),
        ("secrets", [{"name": "A", "valueFrom": "/team/password"}]),
        ("workingDirectory", "/"),
        ("user", "app:app"),
        ("user", "0:0"),
        ("environment", [{"name": "A.b-c", "value": ""}]),
        ("environmentFiles", [{"type": "s3", "value": "arn:aws-cn:s3:::b/a/.env"}]),
        ("environmentFiles", [{"type": "s3", "value": "<ENV_FILE>"}]),
        ("credentialSpecs", ["credentialspecdomainless:arn:aws:ssm:eu-west-1:111122223333:parameter/a"]),
        ("dockerSecurityOptions", ["no-new-privileges", "apparmor:unconfined", "label:disable", "seccomp=unconfined"]),
        ("dockerSecurityOptions", ["no-new-privileges:true", "credentialspec:file://a.json"]),
        ("systemControls", [{"namespace": "net.ipv4.conf.eth0.rp_filter", "value": "1"}]),
        ("systemControls", [{"namespace": "kernel.shmmax", "value": "1"}, {"namespace": "fs.mqueue.msg_max"}]),
        ("portMappings", [{"containerPortRange": "1-65535"}]),
        ("portMappings", [{"containerPort": 80, "hostPort": 80, "name": "web_1-a"}]),
        ("repositoryCredentials", {"credentialsParameter": "team/registry"}),
    ],
)
def test_a_value_of_the_form_is_accepted(key: str, value: Any) -> None:
    assert forms(key, value) == []


def _named(fact: Any) -> set[str]:
    """The forms that the facts on a field and on those below it name."""
    if not isinstance(fact, dict):
        return set()
    names = {fact["form"]} if isinstance(fact.get("form"), str) else set()
    return names.union(*map(_named, fact.values()))


def test_every_form_is_used_and_has_a_page_and_every_check_is_a_form() -> None:
    table = facts()["forms"]
    assert _named(facts()["file"]) == set(table)
    assert all(form["page"].startswith("https://") and form["meaning"] for form in table.values())
    assert {form["check"] for form in table.values() if "check" in form} == set(CHECKS)
