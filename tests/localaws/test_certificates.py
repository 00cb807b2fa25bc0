"""Certificates: issued at once by an authority of this machine, used by listeners, refused where they do not exist."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from beanstack.loopback import AUTHORITY
from beanstack.run.authority import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import LocalAWS, Template

DOMAIN = "shop.example.com"
LISTENER = "aws:elbv2:listener:443"
HTTPS = {
    ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application",
    (LISTENER, "Protocol"): "HTTPS",
}


def requested(local: LocalAWS, region: str = "us-east-1") -> str:
    """Return the ARN of a new certificate."""
    asked = local.aws(
        *("acm", "request-certificate", "--domain-name", DOMAIN, "--region", region),
        *("--subject-alternative-names", f"*.{DOMAIN}", "--validation-method", "DNS"),
    )
    assert asked.returncode == 0, asked.stderr
    return str(json.loads(asked.stdout)["CertificateArn"])


def test_a_certificate_is_issued_at_once_and_is_also_for_this_machine(local: LocalAWS) -> None:
    arn = requested(local)
    acm = local.client("acm")
    described = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert (described["Status"], described["DomainName"]) == ("ISSUED", DOMAIN)
    found = acm.get_certificate(CertificateArn=arn)
    assert found["CertificateChain"] == (local.state / AUTHORITY).read_text()
    assert (local.state / KEY).stat().st_mode & 0o777 == 0o600
    (local.folder / "one.pem").write_text(found["Certificate"])
    names = ssl._ssl._test_decode_cert(str(local.folder / "one.pem"))["subjectAltName"]  # type: ignore[attr-defined]
    expected = {("DNS", DOMAIN), ("DNS", f"*.{DOMAIN}"), ("DNS", "localhost"), ("IP Address", "127.0.0.1")}
    assert set(names) == expected
    assert acm.get_certificate(CertificateArn=arn)["Certificate"] == found["Certificate"]  # not another one each time


def test_a_template_makes_a_certificate_for_its_environment(
    local: LocalAWS, template: Callable[..., Template], name: str
) -> None:
    local.put("one.zip")
    made = template(name, options={**HTTPS, (LISTENER, "SSLCertificateArns"): {"Ref": "Certificate"}})
    properties = {"DomainName": DOMAIN, "ValidationMethod": "DNS"}
    made["Resources"]["Certificate"] = {"Type": "AWS::CertificateManager::Certificate", "Properties": properties}
    assert local.create(name, made) == "CREATE_COMPLETE"
    arn = local.options(name, name)[LISTENER, "SSLCertificateArns"]
    stack = f"awseb-{local.environment(name)['EnvironmentId']}-stack"
    resources = local.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    [listener] = [one for one in resources if one["LogicalResourceId"] == "AWSEBV2LoadBalancerListener443"]
    listeners = local.client("elbv2").describe_listeners(ListenerArns=[listener["PhysicalResourceId"]])["Listeners"]
    assert listeners[0]["Certificates"] == [{"CertificateArn": arn}]


@pytest.mark.parametrize("option", ["SSLCertificateArns", "SSLCertificateId"])
@pytest.mark.parametrize("kind", ["missing", "of another Region"])
def test_an_environment_whose_certificate_does_not_exist_fails(
    local: LocalAWS, template: Callable[..., Template], name: str, option: str, kind: str
) -> None:
    local.put("one.zip")
    arn = f"arn:aws:acm:us-east-1:000000000000:certificate/{name}"
    if kind == "of another Region":
        arn = requested(local, "eu-west-1")
        assert ":eu-west-1:" in arn
    options: dict[tuple[str, str], Any] = {**HTTPS, (LISTENER, option): arn}
    if option == "SSLCertificateId":
        options = {("aws:elb:listener:443", "ListenerProtocol"): "HTTPS", ("aws:elb:listener:443", option): arn}
    assert local.create(name, template(name, options=options)).startswith("ROLLBACK")
    reason = (
        f"Certificate '{arn}' not found (Service: AmazonElasticLoadBalancingV2; Status Code: 400; Error Code: Certif"
    )
    assert any(f"Creating Load Balancer listener failed Reason: {reason}" in one for one in local.messages(name))


def test_an_update_to_a_certificate_that_does_not_exist_changes_nothing(
    local: LocalAWS, template: Callable[..., Template], name: str
) -> None:
    local.put("one.zip")
    arn = requested(local)
    options = {**HTTPS, (LISTENER, "SSLCertificateArns"): arn}
    assert local.create(name, template(name, options=options)) == "CREATE_COMPLETE"
    missing = f"{arn[:-4]}0000"
    options[LISTENER, "SSLCertificateArns"] = f"{arn},{missing}"
    assert local.update(name, template(name, options=options)) == "UPDATE_ROLLBACK_COMPLETE"
    assert local.options(name, name)[LISTENER, "SSLCertificateArns"] == arn
    options[LISTENER, "ListenerEnabled"] = "false"  # then nobody asks for it
    assert local.update(name, template(name, options=options)) == "UPDATE_COMPLETE"


def test_a_listener_of_elastic_load_balancing_refuses_it_too(local: LocalAWS, name: str) -> None:
    client = local.client("elbv2")
    balancer = client.create_load_balancer(Name=name, Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
    arn = f"arn:aws:acm:us-east-1:000000000000:certificate/{name}"
    actions = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    given: dict[str, Any] = {"LoadBalancerArn": balancer["LoadBalancerArn"], "Protocol": "HTTPS", "Port": 443}
    with pytest.raises(client.exceptions.CertificateNotFoundException, match=f"Certificate '{arn}' not found"):
        client.create_listener(**given, DefaultActions=actions, Certificates=[{"CertificateArn": arn}])
    properties = {**given, "Certificates": [{"CertificateArn": arn}], "DefaultActions": actions}
    listener = {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": properties}
    assert local.create(name, {"Resources": {"Listener": listener}}).startswith("ROLLBACK")
    assert f"Certificate '{arn}' not found" in local.first_failure(name)["ResourceStatusReason"]


def test_a_certificate_that_an_account_has_can_be_given(local: LocalAWS, name: str) -> None:
    arn = f"arn:aws:acm:us-east-1:123456789012:certificate/{name}"
    acm = local.client("acm", account="123456789012")
    for names in ([DOMAIN], [DOMAIN], [f"*.{DOMAIN}", DOMAIN]):
        assert local.give(account="123456789012", certificates={arn: names}) == 200
        described = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        assert (described["Status"], described["SubjectAlternativeNames"]) == ("ISSUED", names)
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    assert local.give(account="123456789012", certificates={elsewhere: [DOMAIN]}) == 200
    listed = acm.list_certificates()["CertificateSummaryList"]
    assert elsewhere not in [one["CertificateArn"] for one in listed]
