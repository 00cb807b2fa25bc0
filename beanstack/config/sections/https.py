"""HTTPS: the certificate of the load balancer, and how it answers requests without TLS."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from beanstack.config.either import OrText
from beanstack.config.model import Model, Shape
from beanstack.eb import certificates, tlspolicies
from beanstack.eb.domains import NAME

NAME_FORM = Shape(NAME, "a domain name in lower case, such as shop.example.com or *.shop.example.com")
DomainName = Annotated[str, NAME_FORM]
FirstName = Annotated[str, Field(max_length=certificates.LONGEST_DOMAIN), NAME_FORM]
CertificateArn = Shape(certificates.ARN, certificates.FORM)
Policy = Annotated[
    str, Shape(tlspolicies.FORM, f"the name of a security policy, such as {tlspolicies.recommended('application')}")
]


class Certificate(Model):
    """A certificate that the stack requests from ACM, which the zones of `dns` validate."""

    domain: FirstName = Field(
        description="First name of the certificate, of at most 64 characters. A change requests another certificate."
    )
    alternatives: tuple[DomainName, ...] = Field(
        (),
        max_length=certificates.MOST_NAMES - 1,
        description="Further names; `*.example.com` covers one label, `example.com` itself not included.",
    )

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the certificate."""
        return (self.domain, *self.alternatives)


class Https(Model):
    """HTTPS at the load balancer, on port 443; instances get HTTP."""

    certificate: Annotated[Certificate | str, OrText(Certificate, CertificateArn)] = Field(
        description="ARN of a certificate in the environment's Region, or a certificate that the stack requests: it "
        "waits until DNS has validated it."
    )
    policy: Policy | None = Field(
        None,
        description="Security policy, which decides the versions of TLS; by default "
        f"`{tlspolicies.recommended('application')}`, with a classic load balancer "
        f"`{tlspolicies.recommended('classic')}`.",
    )
    http: Literal["redirect", "forward", "none"] = Field(
        "redirect",
        description="Port 80: `redirect` to HTTPS, `forward` to the application, or `none`. Only an application load "
        "balancer of the environment's own redirects.",
    )

    @property
    def redirects(self) -> bool:
        """Whether port 80 redirects."""
        return self.http == "redirect"

    @property
    def requested(self) -> Certificate | None:
        """The certificate that the stack requests, None for one that exists."""
        return self.certificate if isinstance(self.certificate, Certificate) else None
