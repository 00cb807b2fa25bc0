"""Resources of an account that an environment names and no stack makes: a local run gets the same.

A configuration names the VPC, subnets, security groups, instance profile, certificates and hosted zones of a real
account. The local AWS refuses those that it does not know, as AWS does. So before a deployment it gets those that the
committed template has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, Request, build_opener

from beanstack.deployment import RECORD as BY_HAND
from beanstack.eb import namespaces
from beanstack.operate.committed import template, text
from beanstack.operate.comparison.observed import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.operate.call import Call

CERTIFICATE = "AWS::CertificateManager::Certificate"
RECORD = "AWS::Route53::RecordSet"
SUBNETS = ("Subnets", "ELBSubnets", "DBSubnets")
GROUPS = ("SecurityGroups", "ManagedSecurityGroup")
CERTIFICATES = ("SSLCertificateArns", "SSLCertificateId")


def give(call: Call) -> None:
    """Give the local AWS of a call what the environment's committed template names; do nothing on AWS."""
    if not call.endpoint:
        return
    found = {kind: things for kind, things in named(template(text(call.template))).items() if things}
    if not found:
        return
    account = {"account": call.deployment.account} if call.deployment.account else {}
    body = json.dumps({**account, "region": call.deployment.region, **found}).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"{call.endpoint}/_localaws/given", body, headers)  # noqa: S310 - the local AWS
    with build_opener(ProxyHandler({})).open(request, timeout=60):
        pass


def named(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template names literally, by kind.

    Subnets and security groups are those of its one VPC. A certificate gets the names that lead to the environment, and
    a zone the domain that its records have in common.
    """
    vpcs, groups, certificates, profiles = set[str](), set[str](), set[str](), set[str]()
    subnets: list[str] = []  # in the order of each option, because neighbours get different Availability Zones
    for option, value in written(content).items():
        if not isinstance(value, str):
            continue
        words = [word.strip() for word in value.split(",") if word.strip()]
        if option.namespace == namespaces.VPC and option.name == "VPCId":
            vpcs.update(words)
        elif option.namespace == namespaces.VPC and option.name in SUBNETS:
            subnets += words
        elif option.name in GROUPS:
            groups.update(word for word in words if word.startswith("sg-"))
        elif option.name in CERTIFICATES:
            certificates.update(words)
        elif option.name == "IamInstanceProfile":
            profiles.update(word.rpartition("/")[2] for word in words)
    records = dict[str, list[str]]()
    for zone, name in in_zones(content):
        if isinstance(zone, str) and isinstance(name, str):
            records.setdefault(zone, []).append(name)
    return {
        "vpcs": {vpc: list(dict.fromkeys(subnets)) for vpc in vpcs},
        "security_groups": {vpc: sorted(groups) for vpc in vpcs if groups},
        "instance_profiles": sorted(profiles),
        "certificates": dict.fromkeys(sorted(certificates), hosts(content)),
        "zones": {zone: common_domain(names) for zone, names in records.items()},
    }


def in_zones(content: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the hosted zones of records, and of the validation of certificates, each with a name that is in it."""
    for resource in content["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == RECORD:
            yield properties.get("HostedZoneId"), properties.get("Name")
        elif resource["Type"] == CERTIFICATE:
            for option in properties.get("DomainValidationOptions", ()):
                yield option.get("HostedZoneId"), option.get("DomainName")


def hosts(content: Mapping[str, Any]) -> list[str]:
    """Return the names that lead to an environment: of its records, and of the records to set by hand."""
    found = {}
    for resource in content["Resources"].values():
        name = resource.get("Properties", {}).get("Name")
        if resource["Type"] == RECORD and isinstance(name, str):
            found[name] = True
    for name, output in content.get("Outputs", {}).items():
        value = output["Value"]
        words = value["Sub"] if isinstance(value, dict) and "Sub" in value else value
        if name.startswith(BY_HAND) and isinstance(words, str):
            host = words.split()[0]
            if "." in host:  # `dns: none` leaves it open
                found[host] = True
    return list(found)


def common_domain(names: list[str]) -> str:
    """Return the longest domain that holds all of some names."""
    common = names[0].removeprefix("*.")
    while not all(f".{name}".endswith(f".{common}") for name in names):
        common = common.partition(".")[2]
    return common
