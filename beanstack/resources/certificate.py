"""The certificate that an environment requests, which records in Route 53 validate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere.certificatemanager import Certificate, DomainValidationOption

from beanstack.resources.tagging import tags

if TYPE_CHECKING:
    from troposphere import AWSObject

    from beanstack.config import Environment

CERTIFICATE = "Certificate"


def resources(environment: Environment) -> list[AWSObject]:
    """Return the certificate; nothing where an existing one is used. CloudFormation sets the records of validation.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
    """
    requested = environment.https.requested if environment.https else None
    if not requested or not environment.dns:
        return []
    validation = [
        DomainValidationOption(DomainName=name, HostedZoneId=environment.dns.zone_of(name)) for name in requested.names
    ]
    return [
        Certificate(
            CERTIFICATE,
            DomainName=requested.domain,
            DomainValidationOptions=validation,
            ValidationMethod="DNS",
            **({"SubjectAlternativeNames": list(requested.alternatives)} if requested.alternatives else {}),
            **tags(environment),
        )
    ]
