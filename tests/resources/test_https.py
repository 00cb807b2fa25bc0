"""HTTPS with each type of load balancer: its options, the redirect, the certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from troposphere import encode_to_dict

from beanstack.resources import certificate, extension, options

if TYPE_CHECKING:
    from beanstack.config import Application
    from tests.conftest import Configured

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
REQUESTED = """\
https: {certificate: {domain: shop.example.com, alternatives: ["*.shop.example.com", shop.example.org]}}
dns: {zones: {example.com: Z0000000000COM, shop.example.com: Z000000000SHOP, example.org: Z0000000000ORG}}
"""
BEST = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
BEST_OF_CLASSIC = "ELBSecurityPolicy-TLS-1-2-2017-01"
DEFAULT, SECURE = "aws:elbv2:listener:default", "aws:elbv2:listener:443"
CLASSIC, CLASSIC_SECURE = "aws:elb:listener", "aws:elb:listener:443"
OWN_REDIRECT = {
    "AWSEBV2LoadBalancerListener": {
        "Type": "AWS::ElasticLoadBalancingV2::Listener",
        "Properties": {
            "LoadBalancerArn": {"Ref": "AWSEBV2LoadBalancer"},
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [
                {
                    "Type": "redirect",
                    "RedirectConfig": {
                        "Host": "#{host}",
                        "Path": "/#{path}",
                        "Port": "443",
                        "Protocol": "HTTPS",
                        "Query": "#{query}",
                        "StatusCode": "HTTP_301",
                    },
                }
            ],
        },
    }
}


def settings(certificate: str = ARN, http: str = "redirect", balancer: str = "application", more: str = "") -> str:
    """Return settings of HTTPS with a type of load balancer."""
    https = f"https: {{certificate: {certificate}, http: {http}{more}}}"
    return f"load_balancer: {{type: {balancer}}}\n{https}\ndns: none\n"


def listeners(application: Application) -> Any:
    """Return the options of listeners and of their policies, by namespace."""
    made: dict[str, Any] = {}
    for (namespace, name, _), entry in options.table(application, application.environments["dev"]).items():
        if namespace.startswith((DEFAULT[:18], CLASSIC, "aws:elb:policies")):
            made.setdefault(namespace, {})[name] = encode_to_dict(entry.value)
    return made


@pytest.mark.parametrize(("http", "enabled"), [("redirect", "true"), ("forward", "true"), ("none", "false")])
def test_an_application_load_balancer_terminates_https(shop: Configured, http: str, enabled: str) -> None:
    application = shop(settings(http=http))
    assert listeners(application) == {
        DEFAULT: {"DefaultProcess": "default", "ListenerEnabled": enabled, "Protocol": "HTTP"},
        SECURE: {
            "DefaultProcess": "default",
            "ListenerEnabled": "true",
            "Protocol": "HTTPS",
            "SSLCertificateArns": ARN,
            "SSLPolicy": BEST,
        },
    }
    redirect = OWN_REDIRECT if http == "redirect" else {}
    assert extension.resources(application.environments["dev"]) == redirect


@pytest.mark.parametrize(("http", "enabled"), [("forward", "true"), ("none", "false")])
def test_a_network_load_balancer_terminates_tls(shop: Configured, http: str, enabled: str) -> None:
    application = shop(settings(http=http, balancer="network"))
    assert listeners(application) == {
        DEFAULT: {"DefaultProcess": "default", "ListenerEnabled": enabled, "Protocol": "TCP"},
        SECURE: {
            "DefaultProcess": "default",
            "ListenerEnabled": "true",
            "Protocol": "TLS",
            "SSLCertificateArns": ARN,
            "SSLPolicy": BEST,
        },
    }
    assert extension.resources(application.environments["dev"]) == {}


@pytest.mark.parametrize(("http", "enabled"), [("forward", "true"), ("none", "false")])
def test_a_classic_load_balancer_terminates_https(shop: Configured, http: str, enabled: str) -> None:
    own_port = 'containers: {web: {ports: ["8080:80"]}}\n'
    text = own_port + settings(http=http, balancer="classic").replace("type: classic", "type: classic, port: 8080")
    application = shop(text)
    to_instances = {"InstancePort": "8080", "InstanceProtocol": "HTTP"}
    assert listeners(application) == {
        CLASSIC: {**to_instances, "ListenerEnabled": enabled, "ListenerProtocol": "HTTP"},
        CLASSIC_SECURE: {
            **to_instances,
            "ListenerEnabled": "true",
            "ListenerProtocol": "HTTPS",
            "SSLCertificateId": ARN,
        },
        "aws:elb:policies:https": {"LoadBalancerPorts": "443", "SSLReferencePolicy": BEST_OF_CLASSIC},
    }
    assert extension.resources(application.environments["dev"]) == {}


def test_the_policy_can_be_chosen(shop: Configured) -> None:
    policy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    application = shop(settings(more=f", policy: {policy}"))
    assert listeners(application)[SECURE]["SSLPolicy"] == policy


def test_a_parameter_may_hold_the_arn(shop: Configured) -> None:
    reference = "{{resolve:ssm:/certificates/shop}}"
    assert listeners(shop(settings(f"'{reference}'")))[SECURE]["SSLCertificateArns"] == reference


def test_raw_options_win_over_the_key(shop: Configured) -> None:
    raw = f"options: {{'{SECURE}': {{SSLPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06}}}}\n"
    assert listeners(shop(settings() + raw))[SECURE]["SSLPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"


def test_a_requested_certificate_is_validated_by_the_closest_zones(shop: Configured) -> None:
    application = shop(REQUESTED + "tags: {team: blue}\n")
    [made] = certificate.resources(application.environments["dev"])
    assert made.title == "Certificate"
    assert made.to_dict() == {
        "Type": "AWS::CertificateManager::Certificate",
        "Properties": {
            "DomainName": "shop.example.com",
            "SubjectAlternativeNames": ["*.shop.example.com", "shop.example.org"],
            "ValidationMethod": "DNS",
            "DomainValidationOptions": [
                {"DomainName": "shop.example.com", "HostedZoneId": "Z000000000SHOP"},
                {"DomainName": "*.shop.example.com", "HostedZoneId": "Z000000000SHOP"},
                {"DomainName": "shop.example.org", "HostedZoneId": "Z0000000000ORG"},
            ],
            "Tags": [{"Key": "team", "Value": "blue"}],
        },
    }
    assert listeners(application)[SECURE]["SSLCertificateArns"] == {"Ref": "Certificate"}


def test_an_existing_certificate_makes_no_resource(shop: Configured) -> None:
    assert certificate.resources(shop(settings()).environments["dev"]) == []
