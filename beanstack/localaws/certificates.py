"""Certificates of the local AWS: issued at once by an authority of this machine, so that clients here can check them.

The engine has certificates without keys. They are made when one is first needed, because most never are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from beanstack.run.authority import HERE, Authority
from beanstack.run.balancer.process import Certificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from beanstack.localaws.modules import Modules

NOT_FOUND: Final = "CertificateNotFound"
# What https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html answers, in the
# words of hashicorp/terraform-provider-aws issue 11334.
MESSAGE: Final = "Certificate '{arn}' not found"
_GIVEN: Final = "_given"  # marks the record of a certificate that no request made
_WRITTEN: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Certificates:
    """The certificates of all accounts and Regions."""

    modules: Modules
    authority: Authority

    def find(self, account: str, region: str, arn: str) -> Certificate | None:
        """Return a certificate; None if the Region has no such certificate."""
        record = self.modules.acm._certificates.get_scoped(account, region, arn)
        if record is None:
            return None
        issue(self.authority, record)
        names = _names(record["_pem_body"]) if record["Type"] == "IMPORTED" else [*_domains(record), *HERE]
        return Certificate(names, f"{record['_private_key']}{record['_pem_body']}{record['_pem_chain']}")


def issue(authority: Authority, record: dict[str, Any]) -> None:
    """Issue the certificate of a record, unless it has a key."""
    if record["_private_key"]:
        return
    issued = authority.issue(_domains(record))
    record |= {
        "_pem_body": issued.certificate,
        "_pem_chain": authority.certificate.read_text("ascii"),
        "_private_key": issued.key,
        "NotAfter": issued.expires.strftime(_WRITTEN),
    }


def close_gaps(modules: Modules, folder: Path) -> Certificates:
    """Issue certificates for ministack's ACM, and let listeners refuse those that do not exist."""
    authority = Authority(folder)
    acm, alb, provisioners = modules.acm, modules.alb, modules.provisioners
    get_certificate, default_certificate = acm._get_certificate, alb._default_certificate
    listener_tls = provisioners._elbv2_listener_tls

    def got(data: Mapping[str, Any]) -> Any:
        record = acm._get_local_certificate(data.get("CertificateArn", ""))
        if record:
            issue(authority, record)
        return get_certificate(data)

    def checked_default(params: Any) -> Any:
        arns, error = default_certificate(params)
        missing = _missing(modules, arns or ())
        return (None, alb._error(NOT_FOUND, MESSAGE.format(arn=missing))) if missing else (arns, error)

    def checked_tls(listener: dict[str, Any], properties: Mapping[str, Any]) -> None:
        given = [one["CertificateArn"] for one in properties.get("Certificates") or ()]
        missing = _missing(modules, given)
        if missing:
            raise ValueError(failure(missing))
        listener_tls(listener, properties)

    acm._get_certificate, alb._default_certificate = got, checked_default
    provisioners._elbv2_listener_tls = checked_tls
    return Certificates(modules, authority)


def failure(arn: str) -> str:
    """Return what a stack's event says of a listener whose certificate does not exist.

    The form is that of cloudposse/terraform-aws-elastic-beanstalk-environment issue 81.
    """
    message = MESSAGE.format(arn=arn)
    return f"{message} (Service: AmazonElasticLoadBalancingV2; Status Code: 400; Error Code: {NOT_FOUND})"


def give(modules: Modules, given: Mapping[str, list[str]]) -> None:
    """Make certificates that an account already has, by ARN, for these names; those of other Regions are not there.

    One that was given before is issued again if its names have changed.
    """
    certificates = modules.acm._certificates
    for arn, names in given.items():
        before = certificates.get(arn)
        [domain, *others] = names or ["localhost"]
        is_given_again = before is not None and before.get(_GIVEN) and _domains(before) != [domain, domain, *others]
        if arn.split(":")[2:4] != ["acm", modules.responses.get_region()] or (before and not is_given_again):
            continue
        asked = {"DomainName": domain, "SubjectAlternativeNames": [domain, *others]}
        made = json.loads(modules.acm._request_certificate(asked)[2])["CertificateArn"]
        certificates[arn] = {**certificates.pop(made), "CertificateArn": arn, _GIVEN: True}


def _missing(modules: Modules, arns: Iterable[str]) -> str:
    """Return an ARN of which the current account and Region have no certificate; empty if they have all."""
    return next((arn for arn in arns if arn not in modules.acm._certificates), "")


def _domains(record: Mapping[str, Any]) -> list[str]:
    return [record["DomainName"], *record.get("SubjectAlternativeNames", ())]


def _names(pem: str) -> list[str]:
    """Return the host names that an imported certificate is for."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except (ValueError, x509.ExtensionNotFound):
        return []
    return list(found.value.get_values_for_type(x509.DNSName))
