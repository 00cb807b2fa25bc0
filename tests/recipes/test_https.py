"""HTTPS and names by the recipes: a certificate of the stack's own, each way of port 80, records by hand."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

CONFIG = "config/todobackend.yaml"
NAME = "todo.example.com"
LISTENER = "aws:elbv2:listener:443"
DEFAULT = "aws:elbv2:listener:default"


def generated(checkout: Checkout, *edits: tuple[str, str]) -> None:
    """Edit the configuration, generate and commit."""
    for old, new in edits:
        checkout.edit(CONFIG, old, new)
    done = checkout.make("generate")
    assert done.returncode == 0, done.stderr
    checkout.commit()


def options(checkout: Checkout) -> dict[str, dict[str, str]]:
    """Return the options of listeners that EB has, by namespace."""
    described = checkout.client("elasticbeanstalk").describe_configuration_settings(
        ApplicationName="todobackend", EnvironmentName="todobackend-dev"
    )["ConfigurationSettings"][0]["OptionSettings"]
    found: dict[str, dict[str, str]] = {}
    for one in described:
        if one["Namespace"] in (LISTENER, DEFAULT):
            found.setdefault(one["Namespace"], {})[one["OptionName"]] = one.get("Value", "")
    return found


def actions(checkout: Checkout) -> dict[int, str]:
    """Return the kind of each listener's default action, by port."""
    client = checkout.client("elbv2")
    [balancer] = client.describe_load_balancers()["LoadBalancers"]
    listeners = client.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return {one["Port"]: one["DefaultActions"][0]["Type"] for one in listeners}


@pytest.fixture(scope="module")
def secured(new_checkout: Callable[[], Checkout]) -> Checkout:
    """Return a copy whose environment has requested a certificate in a zone that the `aws` command has made."""
    checkout = new_checkout()
    assert checkout.make("local-start").returncode == 0
    zone = subprocess.run(
        [
            *(".venv/bin/aws", "route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", "1"),
            *("--query", "HostedZone.Id", "--output", "text", "--region", "us-east-1"),
        ],
        cwd=checkout.folder,
        env={"PATH": "/usr/bin:/bin", **checkout.real_account("000000000000")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    zones = f"{{example.com: {zone.removeprefix('/hostedzone/')}}}"
    https = f"https: {{certificate: {{domain: {NAME}}}}}\n    dns: {{zones: {zones}, names: [{NAME}]}}\n"
    generated(checkout, ("  dev: {}\n", f"  dev:\n    {https}"))
    return checkout


def test_https_with_a_certificate_of_its_own_changes_and_goes_again(secured: Checkout) -> None:
    assert f"URL: https://{NAME}\n" in secured.stack()
    arn = options(secured)[LISTENER]["SSLCertificateArns"]
    assert secured.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"
    [zone] = secured.client("route53").list_hosted_zones()["HostedZones"]
    records = secured.client("route53").list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    assert [one["Name"] for one in records if "AliasTarget" in one] == [f"{NAME}."]
    assert actions(secured)[80] == "redirect"
    assert secured.make("url", "LOCAL=1").stdout == f"https://{NAME}\n"

    generated(secured, (f"domain: {NAME}}}}}", f"domain: {NAME}}}, http: none}}"))
    secured.stack()
    assert options(secured)[DEFAULT]["ListenerEnabled"] == "false"

    generated(secured, ("http: none", "http: forward"))
    secured.stack()
    assert options(secured)[DEFAULT]["ListenerEnabled"] == "true"

    generated(secured, (f"https: {{certificate: {{domain: {NAME}}}, http: forward}}\n    ", ""))
    plan = secured.make("plan", "LOCAL=1").stdout
    assert f"EB keeps {LISTENER} ListenerEnabled = 'true', which the template no longer sets" in plan
    assert f"URL: http://{NAME}\n" in secured.stack("REMOVE_LEFTOVERS=1")
    assert LISTENER not in options(secured)
    assert "DNS:" not in secured.make("status", "LOCAL=1").stdout

    destroyed = secured.make("destroy", "LOCAL=1", "CONFIRM=todobackend-dev")
    assert destroyed.returncode == 0, destroyed.stderr
    records = secured.client("route53").list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    assert {one["Type"] for one in records} == {"NS", "SOA"}


def test_records_that_are_set_by_hand_are_shown(checkout: Checkout) -> None:
    generated(checkout, ("  dev: {}\n", f"  dev:\n    dns: {{zones: none, names: [{NAME}]}}\n"))
    deployed = checkout.stack()
    assert f"  URL: http://{NAME}\n" in deployed
    target = checkout.client("elasticbeanstalk").describe_environments()["Environments"][0]["EndpointURL"]
    assert f"  DnsRecord: {NAME} CNAME {target}\n" in deployed
    assert f"DNS:         by hand: {NAME} CNAME {target}\n" in checkout.make("status", "LOCAL=1").stdout


def test_a_zone_of_the_config_is_there_without_being_made(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    generated(
        checkout, ("  dev: {}\n", f"  dev:\n    dns: {{zones: {{example.com: Z0123456789ABC}}, names: [{NAME}]}}\n")
    )
    assert f"URL: http://{NAME}\n" in checkout.stack()
    found = checkout.client("route53").list_resource_record_sets(HostedZoneId="Z0123456789ABC")["ResourceRecordSets"]
    assert [one["Name"] for one in found if "AliasTarget" in one] == [f"{NAME}."]


def test_names_that_are_looked_after_elsewhere_are_left_open(new_checkout: Callable[[], Checkout]) -> None:
    checkout = new_checkout()
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
    generated(checkout, ("  dev: {}\n", f"  dev:\n    https: {{certificate: '{arn}'}}\n    dns: none\n"))
    deployed = checkout.stack()
    target = checkout.client("elasticbeanstalk").describe_environments()["Environments"][0]["EndpointURL"]
    assert f"  URL: https://{target}\n" in deployed
    assert f"  DnsRecord: (your name) CNAME {target}\n" in deployed
