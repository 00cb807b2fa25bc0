"""What the keys of the load balancer become, whole for each of its types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from troposphere import encode_to_dict

from beanstack.resources import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Configured

    Tabled = Callable[[str], Any]

PROCESS = "aws:elasticbeanstalk:environment:process:"
RULE = "aws:elbv2:listenerrule:"
LISTENER = "aws:elbv2:listener:default"
BALANCER = "aws:elbv2:loadbalancer"
POLICIES = "aws:elb:policies"
CONTAINERS = 'containers: {web: {ports: ["8081:81"]}, api: {image: "nginx:1.27", memory: 64, ports: ["80:80"]}}\n'
SHARED = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0123456789abcdef"


@pytest.fixture
def table(shop: Configured) -> Tabled:
    """The option table of `dev` with some settings."""

    def made(settings: str) -> Any:
        application = shop(CONTAINERS + settings)
        found: dict[str, Any] = {}
        for (namespace, name, _), entry in options.table(application, application.environments["dev"]).items():
            found.setdefault(namespace, {})[name] = encode_to_dict(entry.value)
        return found

    return made


@pytest.fixture
def added(table: Tabled) -> Tabled:
    """What some keys of the load balancer add to the table of one of the same type, or change in it."""

    def made(settings: str) -> Any:
        kind, _, rest = settings.partition("; ")
        before, after = table(f"load_balancer: {{type: {kind}}}"), table(f"load_balancer: {{type: {kind}, {rest}}}")
        assert before.keys() <= after.keys()
        found: dict[str, Any] = {}
        for namespace, values in after.items():
            old = before.get(namespace, {})
            assert old.keys() <= values.keys()
            new = {name: value for name, value in values.items() if old.get(name) != value}
            if new:
                found[namespace] = new
        return found

    return made


WHOLE_PROCESS = {
    "DeregistrationDelay": "20",
    "HealthCheckInterval": "15",
    "HealthCheckPath": "/",
    "HealthCheckTimeout": "5",
    "HealthyThresholdCount": "3",
    "MatcherHTTPCode": "200",
    "Port": "8081",
    "Protocol": "HTTP",
    "StickinessEnabled": "false",
    "UnhealthyThresholdCount": "5",
}


@pytest.mark.parametrize(
    ("settings", "becomes"),
    [
        ("application; idle_timeout: 120", {BALANCER: {"IdleTimeout": "120"}}),
        ("classic; idle_timeout: 120", {POLICIES: {"ConnectionSettingIdleTimeout": "120"}}),
        (
            "application; stickiness: 3600",
            {f"{PROCESS}default": {"StickinessEnabled": "true", "StickinessLBCookieDuration": "3600"}},
        ),
        (
            "classic; stickiness: 3600",
            {
                POLICIES: {
                    "LoadBalancerPorts": ":all",
                    "Stickiness Cookie Expiration": "3600",
                    "Stickiness Policy": "true",
                }
            },
        ),
        ("application; deregistration_delay: 0", {f"{PROCESS}default": {"DeregistrationDelay": "0"}}),
        ("network; deregistration_delay: 300", {f"{PROCESS}default": {"DeregistrationDelay": "300"}}),
        (
            "classic; deregistration_delay: 300",
            {POLICIES: {"ConnectionDrainingEnabled": "true", "ConnectionDrainingTimeout": "300"}},
        ),
        ("classic; deregistration_delay: 0", {POLICIES: {"ConnectionDrainingEnabled": "false"}}),
        (
            "application; access_logs: true",
            {
                BALANCER: {
                    "AccessLogsS3Bucket": {"Fn::ImportValue": "shop-AccessLogBucket"},
                    "AccessLogsS3Enabled": "true",
                    "AccessLogsS3Prefix": "dev",
                }
            },
        ),
        (
            "application; access_logs: {bucket: example-logs, prefix: web}",
            {
                BALANCER: {
                    "AccessLogsS3Bucket": "example-logs",
                    "AccessLogsS3Enabled": "true",
                    "AccessLogsS3Prefix": "web",
                }
            },
        ),
        ("application; access_logs: false", {BALANCER: {"AccessLogsS3Enabled": "false"}}),
        (
            "application; waf: 'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1-a'",
            {
                "aws:elasticbeanstalk:customoption": {
                    "WebAcl": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1-a"
                }
            },
        ),
        ("application; processes: {admin: {port: 8081}}", {f"{PROCESS}admin": WHOLE_PROCESS}),
        (
            "application; processes: {admin: {port: 8081, protocol: HTTPS, stickiness: 60, deregistration_delay: 5, "
            "health_check: {path: /admin/up, codes: '204', interval: 30, timeout: 9, healthy_threshold: 2, "
            "unhealthy_threshold: 4}}}",
            {
                f"{PROCESS}admin": {
                    "DeregistrationDelay": "5",
                    "HealthCheckInterval": "30",
                    "HealthCheckPath": "/admin/up",
                    "HealthCheckTimeout": "9",
                    "HealthyThresholdCount": "2",
                    "MatcherHTTPCode": "204",
                    "Port": "8081",
                    "Protocol": "HTTPS",
                    "StickinessEnabled": "true",
                    "StickinessLBCookieDuration": "60",
                    "UnhealthyThresholdCount": "4",
                }
            },
        ),
        (
            "network; processes: {admin: {port: 8081, health_check: {unhealthy_threshold: 3}}}",
            {
                f"{PROCESS}admin": {
                    "DeregistrationDelay": "20",
                    "HealthCheckInterval": "30",
                    "HealthyThresholdCount": "3",
                    "Port": "8081",
                    "Protocol": "TCP",
                    "UnhealthyThresholdCount": "3",
                }
            },
        ),
        (
            "application; processes: {admin: {port: 8081}}, rules: {"
            "hosts: {priority: 9, hosts: [a.example.com, '*.b.example.com'], process: admin}, "
            "paths: {priority: 8, paths: [/admin/*, /up], process: admin}, "
            "back: {priority: 1, paths: [/admin/public/*]}}",
            {
                f"{PROCESS}admin": WHOLE_PROCESS,
                f"{RULE}hosts": {
                    "HostHeaders": "a.example.com,*.b.example.com",
                    "Priority": "9",
                    "Process": "admin",
                },
                f"{RULE}paths": {"PathPatterns": "/admin/*,/up", "Priority": "8", "Process": "admin"},
                f"{RULE}back": {"PathPatterns": "/admin/public/*", "Priority": "1", "Process": "default"},
                LISTENER: {"Rules": "back,paths,hosts"},
            },
        ),
    ],
)
def test_a_key_of_the_load_balancer_becomes_these_options(added: Tabled, settings: str, becomes: Any) -> None:
    assert added(settings) == becomes


SECURE = "aws:elbv2:listener:443"
RULES = "load_balancer: {processes: {admin: {port: 8081}}, rules: {admin: {paths: [/admin/*], process: admin}}}\n"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/a"
HTTPS = f"{{Protocol: HTTPS, SSLCertificateArns: '{CERTIFICATE}'}}"


@pytest.mark.parametrize(
    ("listeners", "on"),
    [
        ("{}", [LISTENER]),
        (f"{{'{SECURE}': {HTTPS}}}", [LISTENER, SECURE]),
        (f"{{'{SECURE}': {HTTPS}, '{LISTENER}': {{ListenerEnabled: false}}}}", [SECURE]),
        (f"{{'{LISTENER}': {{Rules: ''}}}}", []),
    ],
)
def test_rules_are_those_of_the_listeners_that_answer(table: Tabled, listeners: str, on: list[str]) -> None:
    made = table(f"{RULES}options: {listeners}")
    assert [name for name in (LISTENER, SECURE) if made.get(name, {}).get("Rules") == "admin"] == on


@pytest.mark.parametrize(("http", "on"), [("redirect", [SECURE]), ("forward", [LISTENER, SECURE]), ("none", [SECURE])])
def test_a_redirect_to_https_comes_before_all_rules(table: Tabled, http: str, on: list[str]) -> None:
    certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    made = table(f"{RULES}https: {{certificate: '{certificate}', http: {http}}}\ndns: none")
    assert [name for name in (LISTENER, SECURE) if made[name].get("Rules") == "admin"] == on


@pytest.mark.parametrize(
    ("more", "listener", "rules"),
    [
        ("", "443", "default"),
        (", shared_port: 80", "80", "default"),
        (", rules: {admin: {hosts: [shop.example.com]}}", "443", "default,admin"),
    ],
)
def test_a_shared_load_balancer_keeps_its_listeners(table: Tabled, more: str, listener: str, rules: str) -> None:
    own, made = table(""), table(f"load_balancer: {{shared: '{SHARED}'{more}}}")
    assert made["aws:elasticbeanstalk:environment"]["LoadBalancerIsShared"] == "true"
    assert made[BALANCER] == {"SharedLoadBalancer": SHARED}
    assert {name: values for name, values in made.items() if ":listener:" in name} == {
        f"aws:elbv2:listener:{listener}": {"Rules": rules}
    }
    assert made[f"{PROCESS}default"] == own[f"{PROCESS}default"]


def test_every_option_of_a_rule_names_the_key_that_it_is_made_from(shop: Configured) -> None:
    application = shop(CONTAINERS + RULES)
    keys = {}
    for (namespace, name, _), entry in options.table(application, application.environments["dev"]).items():
        if namespace == f"{RULE}admin" or name == "Rules":
            keys[name] = entry.keys
    rule = ("load_balancer", "rules", "admin")
    assert keys == {
        "PathPatterns": ((*rule, "paths"),),
        "Priority": ((*rule, "priority"),),
        "Process": ((*rule, "process"),),
        "Rules": (("load_balancer", "rules"),),
    }
