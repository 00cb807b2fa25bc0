"""Records in zones of Route 53, and certificates that they validate: what AWS refuses of them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import LocalAWS, Template

ALIAS = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": "shop.us-east-1.elb.amazonaws.com", "EvaluateTargetHealth": False}


@pytest.fixture
def zone(local: LocalAWS, name: str) -> str:
    """Return the ID of a new zone, `example.com`, as CloudFormation takes it."""
    made = local.aws("route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", name)
    assert made.returncode == 0, made.stderr
    zones = local.client("route53").list_hosted_zones()["HostedZones"]
    return str(next(one["Id"] for one in zones if one["CallerReference"] == name)).removeprefix("/hostedzone/")


def record(zone: str, name: str) -> Template:
    properties = {"HostedZoneId": zone, "Name": name, "Type": "A", "AliasTarget": ALIAS}
    return {"Resources": {"It": {"Type": "AWS::Route53::RecordSet", "Properties": properties}}}


def certificate(zone: str, *names: str) -> Template:
    properties = {
        "DomainName": names[0],
        "SubjectAlternativeNames": names[1:],
        "ValidationMethod": "DNS",
        "DomainValidationOptions": [{"DomainName": name, "HostedZoneId": zone} for name in names],
    }
    return {
        "Resources": {"It": {"Type": "AWS::CertificateManager::Certificate", "Properties": properties}},
        "Outputs": {"Arn": {"Value": {"Ref": "It"}}},
    }


def aliases(local: LocalAWS, zone: str) -> dict[str, Any]:
    found = local.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {one["Name"]: one["AliasTarget"] for one in found if "AliasTarget" in one}


def test_an_alias_record_is_made_renamed_and_deleted(local: LocalAWS, name: str, zone: str) -> None:
    assert local.create(name, record(zone, "shop.example.com")) == "CREATE_COMPLETE"
    target = {**ALIAS, "DNSName": f"{ALIAS['DNSName']}."}
    assert aliases(local, zone) == {"shop.example.com.": target}
    assert local.update(name, record(zone, "example.com")) == "UPDATE_COMPLETE"
    assert aliases(local, zone) == {"example.com.": target}
    assert local.delete(name) == "DELETE_COMPLETE"
    assert aliases(local, zone) == {}


@pytest.mark.parametrize("outside", ["myexample.com", "shop.example.org", "com"])
def test_a_zone_refuses_a_name_that_it_does_not_hold(local: LocalAWS, name: str, zone: str, outside: str) -> None:
    assert local.create(name, record(zone, outside)) == "ROLLBACK_COMPLETE"
    reason = local.first_failure(name)["ResourceStatusReason"]
    assert f"RRSet with DNS name {outside}. is not permitted in zone example.com." in reason


def test_a_zone_must_exist(local: LocalAWS, name: str) -> None:
    assert local.create(name, record("Z0123456789ABC", "shop.example.com")) == "ROLLBACK_COMPLETE"
    assert "No hosted zone found with ID: Z0123456789ABC" in local.first_failure(name)["ResourceStatusReason"]


def test_a_certificate_is_issued_for_names_in_its_zone(local: LocalAWS, name: str, zone: str) -> None:
    assert local.create(name, certificate(zone, "shop.example.com", "*.shop.example.com")) == "CREATE_COMPLETE"
    arn = local.outputs(name)["Arn"]
    found = local.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    assert (found["Status"], found["DomainName"]) == ("ISSUED", "shop.example.com")
    assert {"shop.example.com", "*.shop.example.com"} <= set(found["SubjectAlternativeNames"])


def test_a_certificate_outside_its_zone_is_refused(local: LocalAWS, name: str, zone: str) -> None:
    assert local.create(name, certificate(zone, "shop.example.com", "shop.example.org")) == "ROLLBACK_COMPLETE"
    assert "is not permitted in zone example.com." in local.first_failure(name)["ResourceStatusReason"]
