"""What configurations may say of their load balancer: what is accepted, and what is only doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.config import load
from beanstack.resources import accepted
from tests.config.conftest import SETTINGS, edited, own

if TYPE_CHECKING:
    from pathlib import Path

    from tests.config.conftest import Refusals

PORTS = ('"80:8000"', '"80:8000", "8081:8081"')
LINE = "properties: {LEVEL: info}"
ALB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0123456789abcdef"
HTTPS = "https: {certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef'}"
ADMIN = "processes: {admin: {port: 8081}}, rules: {admin: {paths: [/admin/*], process: admin}}"


def configured(load_balancer: str, more: str = "") -> str:
    more = f"{LINE}\nload_balancer: {{{load_balancer}}}\n{more}"
    settings = edited(
        SETTINGS.replace("region: eu-west-1\n", "") if "region:" in more else SETTINGS, PORTS, (LINE, more)
    )
    return own(settings)


def warnings(folder: Path, load_balancer: str, more: str = "") -> list[str]:
    """The warnings about the load balancer."""
    file = folder / "shop.yaml"
    file.write_text(configured(load_balancer, more))
    found = [one for one in load([file], judge=accepted.judged).warnings if one.path[2:3] == ("load_balancer",)]
    return [str(one).partition("environments.dev.load_balancer.")[2] for one in found]


@pytest.mark.parametrize(
    "load_balancer",
    [
        ADMIN,
        f"shared: '{ALB}', {ADMIN}",
        f"shared: '{ALB}', shared_port: 80",
        "type: network, access_logs: false",
        "type: network, deregistration_delay: 0",
        "access_logs: true",
        "access_logs: {enabled: false, bucket: example-logs}",
        "rules: {a: {paths: [/a, /b, '/c/*', '*.png', '/?'], priority: 1000}}",
        "waf: '{{resolve:ssm:/web/acl}}', access_logs: {bucket: '{{resolve:ssm:/logs}}'}",
        "shared: '{{resolve:ssm:arn:aws:ssm:us-east-1:999999999999:parameter/front}}'",
        "rules: {a: {hosts: ['*.example.com', Shop.example.com, xn--bcher-kva.example]}}",
    ],
)
def test_what_a_load_balancer_knows_is_accepted(load_balancer: str, folder: Path) -> None:
    assert warnings(folder, load_balancer) == []


@pytest.mark.parametrize(
    ("load_balancer", "warning"),
    [
        (
            "processes: {admin: {port: 8081}}",
            "processes.admin: A process gets requests only if a listener or a rule names it "
            "(aws:elasticbeanstalk:environment:process:admin)",
        ),
        (
            "rules: {a: {paths: [a/*]}}",
            "rules.a.paths: Every path begins with a slash, so a pattern that begins with neither a slash nor a "
            "wildcard matches none (PathPatterns is 'a/*')",
        ),
    ],
)
def test_what_nothing_would_use_is_a_warning(load_balancer: str, warning: str, folder: Path) -> None:
    assert warnings(folder, load_balancer) == [warning]


def test_it_is_doubtful_who_writes_logs_in_china(folder: Path) -> None:
    [found] = warnings(folder, "access_logs: true", "region: cn-north-1")
    assert found == (
        "access_logs: who writes access logs in cn-north-1 is not known; name a `bucket` whose policy allows it"
    )
    assert warnings(folder, "access_logs: {bucket: example-logs}", "region: cn-north-1") == []


def test_a_check_of_requests_has_no_effect_where_the_load_balancer_passes_tcp_on(folder: Path) -> None:
    listener = "options: {'aws:elbv2:listener:8081': {Protocol: TCP, DefaultProcess: admin}}"
    found = warnings(folder, "type: network, processes: {admin: {port: 8081, health_check: {path: /up}}}", listener)
    assert found == [
        "processes.admin.health_check.path: a network load balancer checks the port alone; this has no effect"
    ]


@pytest.mark.parametrize(
    ("rules", "names", "missing"),
    [
        ("", "[shop.example.com]", ["shop.example.com"]),
        (", rules: {shop: {paths: [/shop/*]}}", "[shop.example.com]", ["shop.example.com"]),
        (", rules: {shop: {hosts: [shop.example.com]}}", "[shop.example.com]", []),
        (", rules: {shop: {hosts: ['*.Example.com']}}", "[shop.example.com, a.b.example.com]", []),
        (
            ", rules: {shop: {hosts: ['*.example.com']}}",
            "[example.com, shop.example.com]",
            ["example.com"],
        ),
    ],
)
def test_a_shared_load_balancer_needs_a_rule_for_each_name(
    rules: str, names: str, missing: list[str], refusals: Refusals
) -> None:
    dns = f"dns: {{names: {names}, zones: none}}"
    found = refusals(configured(f"shared: '{ALB}'{rules}", dns))
    assert [one.partition(": no rule has the host ")[2].partition(",")[0] for one in found] == missing
    assert all("environments.dev.dns.names" in one for one in found)


def test_a_shared_load_balancer_has_https_of_its_own(refusals: Refusals) -> None:
    [found] = refusals(configured(f"shared: '{ALB}'", HTTPS))
    assert found.endswith(
        "https: a shared load balancer has listeners and certificates of its own, which no environment sets"
    )
