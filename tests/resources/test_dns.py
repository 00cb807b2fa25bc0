"""Names of an environment: alias records, records by hand, and the URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beanstack.resources import dns
from beanstack.stacks import environment_stack

if TYPE_CHECKING:
    from tests.conftest import Configured

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
ZONES = "zones: {example.com: Z0000000000COM, shop.example.com: Z000000000SHOP}"
NAMED = f"dns: {{{ZONES}, names: [shop.example.com]}}\n"
HTTPS = f"https: {{certificate: {ARN}}}\n"
SHARED = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0123456789abcdef"
RULES = "rules: {own: {priority: 10, hosts: [shop.example.com]}}"
ENDPOINT = {"Fn::GetAtt": ["Environment", "EndpointURL"]}


def stack(application: Any) -> Any:
    return environment_stack(application, application.environments["dev"], f"{'0' * 64}.zip").to_dict()


def records(application: Any) -> Any:
    """Return the records of `dev` by their logical IDs."""
    found = stack(application)["Resources"].items()
    return {name: resource for name, resource in found if resource["Type"] == "AWS::Route53::RecordSet"}


def outputs(application: Any) -> dict[str, Any]:
    """Return the outputs of `dev` that say where it answers."""
    found = stack(application)["Outputs"]
    return {name: output["Value"] for name, output in found.items() if name not in ("EnvironmentName", "Version")}


def alias(zone: str, name: str, target: Any, own: str, kind: str = "A") -> dict[str, Any]:
    properties = {
        "HostedZoneId": zone,
        "Name": name,
        "Type": kind,
        "AliasTarget": {"HostedZoneId": own, "DNSName": target, "EvaluateTargetHealth": False},
    }
    return {"Type": "AWS::Route53::RecordSet", "Properties": properties}


@pytest.mark.parametrize(
    ("balancer", "own"),
    [("application", "Z32O12XQLNTSW2"), ("classic", "Z32O12XQLNTSW2"), ("network", "Z2IFOLAFXWLO4F")],
)
def test_a_name_is_an_alias_of_the_load_balancer_in_its_closest_zone(shop: Configured, balancer: str, own: str) -> None:
    names = f'dns: {{{ZONES}, names: [shop.example.com, "*.shop.example.com", example.com, myshop.example.com]}}\n'
    assert records(shop(f"load_balancer: {{type: {balancer}}}\n{names}")) == {
        "RecordShopDotExampleDotCom": alias("Z000000000SHOP", "shop.example.com", ENDPOINT, own),
        "RecordAnyNameDotShopDotExampleDotCom": alias("Z000000000SHOP", "*.shop.example.com", ENDPOINT, own),
        "RecordExampleDotCom": alias("Z0000000000COM", "example.com", ENDPOINT, own),
        "RecordMyshopDotExampleDotCom": alias("Z0000000000COM", "myshop.example.com", ENDPOINT, own),
    }


def test_a_dual_stack_load_balancer_has_a_record_of_each_type(shop: Configured) -> None:
    raw = "options: {'aws:elbv2:loadbalancer': {IpAddressType: dualstack}}\n"
    own = "Z32O12XQLNTSW2"
    assert records(shop(NAMED + raw)) == {
        "RecordShopDotExampleDotCom": alias("Z000000000SHOP", "shop.example.com", ENDPOINT, own),
        "RecordShopDotExampleDotComAAAA": alias("Z000000000SHOP", "shop.example.com", ENDPOINT, own, "AAAA"),
    }


@pytest.mark.parametrize("balancer", ["application", "none"])
def test_a_chosen_cname_is_the_target_because_a_swap_moves_it(shop: Configured, balancer: str) -> None:
    found = records(shop(f"cname_prefix: Shop-dev\nload_balancer: {{type: {balancer}}}\n{NAMED}"))
    target = "shop-dev.eu-west-1.elasticbeanstalk.com"
    expected = alias("Z000000000SHOP", "shop.example.com", target, "Z2NYPWQ7DFZAZH")
    assert found == {"RecordShopDotExampleDotCom": {**expected, "DependsOn": "Environment"}}


def test_a_single_instance_has_an_address(shop: Configured) -> None:
    assert records(shop(f"load_balancer: {{type: none}}\n{NAMED}")) == {
        "RecordShopDotExampleDotCom": {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {
                "HostedZoneId": "Z000000000SHOP",
                "Name": "shop.example.com",
                "Type": "A",
                "ResourceRecords": [ENDPOINT],
                "TTL": "60",
            },
        }
    }


def test_no_two_names_share_a_logical_id() -> None:
    names = (
        "a.b-c.de",
        "a-b.c.de",
        "a.b.c.de",
        "a-b-c.de",
        "ab.c.de",
        "*.c.de",
        "anyname.c.de",
        "any-name.c.de",
        "a.dot.b.de",
        "adotb.de",
    )
    assert len({dns.logical_id(name, kind) for name in names for kind in ("A", "AAAA")}) == 2 * len(names)
    assert all(dns.logical_id(name, "AAAA").isalnum() for name in names)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", {"Fn::Sub": "http://${Environment.EndpointURL}"}),
        (NAMED, "http://shop.example.com"),
        (NAMED.replace("[shop", '["*.example.com", shop'), "http://shop.example.com"),
        (HTTPS, {"Fn::Sub": "https://${Environment.EndpointURL}"}),
        (HTTPS + NAMED, "https://shop.example.com"),
        (f"https: {{certificate: {{domain: example.com}}}}\ndns: {{{ZONES}}}\n", "https://example.com"),
        (
            f'https: {{certificate: {{domain: "*.example.com"}}}}\ndns: {{{ZONES}}}\n',
            {"Fn::Sub": "https://${Environment.EndpointURL}"},
        ),
        (
            "options: {'aws:elbv2:listener:default': {ListenerEnabled: false}, "
            f"'aws:elbv2:listener:443': {{Protocol: HTTPS, SSLCertificateArns: '{ARN}'}}}}\n",
            {"Fn::Sub": "https://${Environment.EndpointURL}"},
        ),
        (
            f"options: {{'aws:elbv2:listener:443': {{Protocol: HTTPS, SSLCertificateArns: '{ARN}'}}}}\n",
            {"Fn::Sub": "http://${Environment.EndpointURL}"},
        ),
        (
            "load_balancer: {type: classic}\noptions: {'aws:elb:listener': {ListenerEnabled: false}, "
            f"'aws:elb:listener:443': {{ListenerProtocol: HTTPS, SSLCertificateId: '{ARN}'}}}}\n",
            {"Fn::Sub": "https://${Environment.EndpointURL}"},
        ),
        (f"load_balancer: {{shared: {SHARED}, shared_port: 443, {RULES}}}\n{NAMED}", "https://shop.example.com"),
        (f"load_balancer: {{shared: {SHARED}, shared_port: 80, {RULES}}}\n{NAMED}", "http://shop.example.com"),
    ],
)
def test_the_url_speaks_what_answers_under_the_first_name(shop: Configured, settings: str, expected: Any) -> None:
    assert outputs(shop(settings)) == {"URL": expected}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("dns: none\n", ({"Fn::Sub": "(your name) CNAME ${Environment.EndpointURL}"},)),
        ("dns: none\ncname_prefix: shop-dev\n", ("(your name) CNAME shop-dev.eu-west-1.elasticbeanstalk.com",)),
        (
            "dns: {zones: none, names: [shop.example.com, www.example.com]}\n",
            (
                {"Fn::Sub": "shop.example.com CNAME ${Environment.EndpointURL}"},
                {"Fn::Sub": "www.example.com CNAME ${Environment.EndpointURL}"},
            ),
        ),
        (
            "dns: {zones: none, names: [shop.example.com]}\nload_balancer: {type: none}\n",
            ({"Fn::Sub": "shop.example.com A ${Environment.EndpointURL}"},),
        ),
    ],
)
def test_records_by_hand_are_outputs(shop: Configured, settings: str, expected: tuple[Any, ...]) -> None:
    application = shop(settings)
    assert records(application) == {}
    found = outputs(application)
    found.pop("URL")
    assert tuple(found.values()) == expected
    assert list(found) == ["DnsRecord", "DnsRecord2"][: len(expected)]
