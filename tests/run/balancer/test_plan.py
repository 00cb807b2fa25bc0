"""What options and resources ask of a load balancer, and where it sends a request."""

from __future__ import annotations

from typing import Any

import pytest

from beanstack.run.balancer.actions import default_actions
from beanstack.run.balancer.patterns import matches_host, matches_path
from beanstack.run.balancer.plan import Plan, plan
from beanstack.run.balancer.routing import Fixed, Forward, Listener, Redirect, Request, Rule
from beanstack.run.bundled import ignored, listeners, with_options_of
from beanstack.run.dockerrun import Port
from beanstack.run.errors import RunError
from beanstack.run.front import front
from beanstack.run.healthcheck import HealthCheck

Options = dict[tuple[str, str], str]

KIND = ("aws:elasticbeanstalk:environment", "LoadBalancerType")
APPLICATION: Options = {KIND: "application"}
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/one"
OTHER = "arn:aws:acm:eu-west-1:123456789012:certificate/two"
HTTPS: Options = {
    **APPLICATION,
    ("aws:elbv2:listener:443", "Protocol"): "HTTPS",
    ("aws:elbv2:listener:443", "SSLCertificateArns"): f"{ARN}, {OTHER}",
}
ADMIN: Options = {
    ("aws:elbv2:listener:443", "Rules"): "late,admin",
    ("aws:elbv2:listenerrule:admin", "Priority"): "3",
    ("aws:elbv2:listenerrule:admin", "PathPatterns"): "/admin,/admin/*",
    ("aws:elbv2:listenerrule:admin", "HostHeaders"): "shop.example.com,*.shop.example.com",
    ("aws:elbv2:listenerrule:admin", "Process"): "admin",
    ("aws:elbv2:listenerrule:late", "Priority"): "20",
    ("aws:elbv2:listenerrule:late", "PathPatterns"): "/*",
    ("aws:elasticbeanstalk:environment:process:admin", "Port"): "8081",
    ("aws:elasticbeanstalk:environment:process:admin", "HealthCheckPath"): "/admin/up",
    ("aws:elasticbeanstalk:environment:process:admin", "MatcherHTTPCode"): "200,401",
}
REDIRECT: dict[str, Any] = {
    "AWSEBV2LoadBalancerListener": {
        "Type": "AWS::ElasticLoadBalancingV2::Listener",
        "Properties": {
            "DefaultActions": [
                {
                    "Type": "redirect",
                    "RedirectConfig": {
                        "Protocol": "HTTPS",
                        "Port": "443",
                        "Host": "#{host}",
                        "Path": "/#{path}",
                        "Query": "#{query}",
                        "StatusCode": "HTTP_301",
                    },
                }
            ]
        },
    }
}


def planned(options: Options, resources: dict[str, Any] | None = None) -> Plan:
    made = plan(options, default_actions(resources or {}))
    assert made
    return made


@pytest.mark.parametrize(
    "options",
    [
        {},
        APPLICATION,
        {KIND: "network"},
        {KIND: "classic", ("aws:elb:listener", "InstancePort"): "8080"},
        {**APPLICATION, ("aws:elbv2:listener:default", "ListenerEnabled"): "true"},
        {**APPLICATION, ("aws:elbv2:listener:443", "ListenerEnabled"): "false"},
        {("aws:elasticbeanstalk:environment", "EnvironmentType"): "SingleInstance", **HTTPS},
    ],
)
def test_an_environment_with_the_plain_listener_alone_has_no_load_balancer_here(options: Options) -> None:
    assert front(options, {}).plan is None


@pytest.mark.parametrize(
    "options",
    [
        HTTPS,
        {**APPLICATION, ("aws:elbv2:listener:8080", "Protocol"): "HTTP"},
        {**APPLICATION, ("aws:elbv2:listener:default", "Rules"): "admin"},
        {**APPLICATION, ("aws:elasticbeanstalk:environment:process:default", "Protocol"): "HTTPS"},
        {KIND: "network", ("aws:elbv2:listener:443", "Protocol"): "TLS"},
        {("aws:elb:listener:443", "ListenerProtocol"): "HTTPS"},
    ],
)
def test_any_other_environment_has_one(options: Options) -> None:
    assert front(options, {}).plan


def test_the_default_process_may_be_another() -> None:
    options = {
        **APPLICATION,
        ("aws:elbv2:listener:default", "DefaultProcess"): "web",
        ("aws:elasticbeanstalk:environment:process:web", "Port"): "8000",
    }
    answering = front(options, {})
    assert answering.checks == [HealthCheck(8000, "/")]
    placed = answering.place([Port(80, "tcp"), Port(8000, "tcp")], 18123)
    assert (placed.ports[Port(8000, "tcp")], placed.url) == (18123, "http://127.0.0.1:18123")


def test_listeners_have_their_processes_their_certificates_and_their_rules_by_priority() -> None:
    made = planned({**HTTPS, **ADMIN})
    assert dict(made.listeners) == {
        80: Listener(80, "HTTP", Forward("default")),
        443: Listener(
            443,
            "HTTPS",
            Forward("default"),
            (
                Rule(3, ("shop.example.com", "*.shop.example.com"), ("/admin", "/admin/*"), "admin"),
                Rule(20, (), ("/*",), "default"),
            ),
            (ARN, OTHER),
        ),
    }
    assert made.checks == [HealthCheck(8081, "/admin/up", "200,401"), HealthCheck(80, "/")]
    assert made.names == ["shop.example.com", "*.shop.example.com"]


def test_a_process_that_no_listener_uses_is_not_checked() -> None:
    options = {
        **HTTPS,
        ("aws:elbv2:listener:default", "ListenerEnabled"): "false",
        ("aws:elbv2:listener:443", "DefaultProcess"): "https",
        ("aws:elasticbeanstalk:environment:process:https", "Port"): "443",
        ("aws:elasticbeanstalk:environment:process:https", "Protocol"): "HTTPS",
        ("aws:elasticbeanstalk:environment:process:idle", "Port"): "9",
    }
    assert planned(options).checks == [HealthCheck(443, "/", is_encrypted=True)]


def test_a_classic_load_balancer_sends_each_listener_to_a_port() -> None:
    options = {
        ("aws:elasticbeanstalk:application", "Application Healthcheck URL"): "HTTP:81/up",
        ("aws:elb:listener", "ListenerEnabled"): "false",
        ("aws:elb:listener:443", "ListenerProtocol"): "HTTPS",
        ("aws:elb:listener:443", "SSLCertificateId"): ARN,
        ("aws:elb:listener:443", "InstancePort"): "81",
        ("aws:elb:listener:993", "ListenerProtocol"): "SSL",
        ("aws:elb:listener:993", "InstancePort"): "143",
        ("aws:elb:policies", "ConnectionSettingIdleTimeout"): "30",
    }
    made = planned(options)
    assert dict(made.listeners) == {
        443: Listener(443, "HTTPS", Forward("HTTP:81"), (), (ARN,)),
        993: Listener(993, "TLS", Forward("TCP:143")),
    }
    assert {name: (target.port, target.protocol) for name, target in made.targets.items()} == {
        "HTTP:81": (81, "HTTP"),
        "TCP:143": (143, "TCP"),
    }
    assert (made.checks, made.idle) == ([HealthCheck(81, "/up")], 30.0)


def test_a_resource_of_the_bundle_redirects_the_listener_of_port_80() -> None:
    made = planned(HTTPS, REDIRECT)
    assert made.listeners[80].action == Redirect(301, "HTTPS", "#{host}", "443")
    assert isinstance(made.listeners[443].action, Forward)


CUSTOM = "aws:elasticbeanstalk:customoption"
FIXED = """
Resources:
  AWSEBV2LoadBalancerListener443:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions:
        - Type: fixed-response
          FixedResponseConfig:
            StatusCode: {"Fn::GetOptionSetting": {OptionName: Status, DefaultValue: "404"}}
            MessageBody: {"Fn::GetOptionSetting": {OptionName: Text}}
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {X: {"Fn::GetOptionSetting": {OptionName: Topic}}}}
option_settings:
  aws:elbv2:listener:443: {Protocol: HTTPS, SSLPolicy: older}
  AWS:ElasticBeanstalk:CustomOption: {Text: gone}
"""


def test_a_bundle_sets_options_and_changes_listeners() -> None:
    bundle = {".ebextensions/a.config": b"commands: {}", "b.config": b"[]"}
    bundle[".ebextensions/b.config"] = FIXED.encode()
    options = with_options_of(bundle, {**APPLICATION, ("aws:elbv2:listener:443", "SSLPolicy"): "newer"})
    assert options["aws:elbv2:listener:443", "Protocol"] == "HTTPS"
    assert options["aws:elbv2:listener:443", "SSLPolicy"] == "newer"
    answering = front(options, listeners(bundle, options))
    assert answering.plan
    assert answering.plan.listeners[443].action == Fixed(404, text="gone")
    others = {**options, (CUSTOM, "Status"): "410"}
    assert default_actions(listeners(bundle, others))[443][0]["FixedResponseConfig"]["StatusCode"] == "410"
    assert ignored(bundle) == ["Alarm"]
    with pytest.raises(RunError, match="option Text of aws:elasticbeanstalk:customoption has no value"):
        listeners(bundle, APPLICATION)


def test_default_actions_that_cannot_be_read_are_refused() -> None:
    resources = {"AWSEBV2LoadBalancerListener": {"Properties": {"DefaultActions": [{"Type": "redirect"}]}}}
    with pytest.raises(RunError, match="the DefaultActions of AWSEBV2LoadBalancerListener cannot be read"):
        default_actions(resources)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/a/b?c=d&e", "https://shop.example.com:18000/a/b?c=d&e"),
        ("/", "https://shop.example.com:18000/"),
    ],
)
def test_a_redirect_leads_to_the_port_of_this_machine(target: str, expected: str) -> None:
    path, _, query = target.partition("?")
    made = planned(HTTPS, REDIRECT)
    action = made.listeners[80].action
    assert isinstance(action, Redirect)
    request = Request("shop.example.com", path, query)
    assert action.location(request, made.listeners[80], {80: 18000, 443: 18000}) == expected


def test_a_redirect_keeps_what_it_does_not_name() -> None:
    listener = Listener(8443, "HTTPS", Redirect(302, path="/new/#{path}", query="from=#{host}"))
    assert isinstance(listener.action, Redirect)
    found = listener.action.location(Request("a.example", "/x", "y"), listener, {8443: 9000})
    assert found == "https://a.example:9000/new/x?from=a.example"


@pytest.mark.parametrize(
    ("host", "path", "process"),
    [
        ("shop.example.com", "/admin", "admin"),
        ("SHOP.Example.com", "/admin/x/y", "admin"),
        ("a.shop.example.com", "/admin/", "admin"),
        ("shop.example.com", "/Admin/", "default"),
        ("shop.example.com", "/administration", "default"),
        ("example.com", "/admin", "default"),
    ],
)
def test_a_rule_asks_for_one_of_its_hosts_and_one_of_its_paths(host: str, path: str, process: str) -> None:
    assert planned({**HTTPS, **ADMIN}).listeners[443].choose(Request(host, path)) == Forward(process)


def test_the_rule_with_the_lowest_priority_counts() -> None:
    rules = (Rule(1, (), ("/a/b",), "one"), Rule(2, (), ("/a/*",), "two"))
    listener = Listener(80, "HTTP", Forward("default"), rules)
    assert [listener.choose(Request("", path)) for path in ("/a/b", "/a/c", "/b")] == [
        Forward("one"),
        Forward("two"),
        Forward("default"),
    ]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/img/*", "/img/", True),
        ("/img/*/pics", "/img/a/b/pics", True),
        ("/img/?", "/img/a", True),
        ("/img/?", "/img/", False),
        ("/a.c", "/abc", False),
        ("/IMG", "/img", False),
        ("*", "/any?thing", True),
    ],
)
def test_paths_match_by_case_and_wildcards(pattern: str, path: str, expected: bool) -> None:
    assert matches_path(pattern, path) is expected


def test_hosts_match_without_case() -> None:
    assert matches_host("*.Example.com", "a.b.EXAMPLE.com")
    assert not matches_host("*.example.com", "example.com")


def test_ports_80_and_443_share_a_port_of_this_machine_and_others_have_their_own() -> None:
    answering = front({**HTTPS, ("aws:elbv2:listener:9443", "Protocol"): "HTTPS"}, REDIRECT)
    placed = answering.place([Port(80, "tcp")], 18123)
    assert placed.url == "https://127.0.0.1:18123"
    assert placed.addresses[80] == placed.addresses[443] == 18123
    assert len({18123, placed.addresses[9443], placed.ports[Port(80, "tcp")]}) == 3
    own = placed.addresses[9443]
    assert list(answering.described(placed)) == [f"the load balancer's port 9443 is https://127.0.0.1:{own} here"]


def test_no_listener_at_all_is_refused() -> None:
    with pytest.raises(RunError, match="no listener of the load balancer is enabled"):
        front({**APPLICATION, ("aws:elbv2:listener:default", "ListenerEnabled"): "false"}, {})
