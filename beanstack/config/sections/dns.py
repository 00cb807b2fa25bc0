"""DNS: the names under which clients reach an environment, and the zones that hold them."""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from beanstack.config.either import OrNone
from beanstack.config.model import Model, Shape, refuse
from beanstack.config.sections.https import DomainName
from beanstack.eb.domains import DOMAIN, WILDCARD, ZONE_ID, closest

API_PREFIX = "/hostedzone/"


def _without_prefix(value: Any) -> Any:
    """Refuse the form in which the API of Route 53 returns IDs.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html
    """
    if isinstance(value, str) and value.startswith(API_PREFIX):
        raise refuse(f"write the ID alone, {value.removeprefix(API_PREFIX)}, as CloudFormation takes it")
    return value


Domain = Annotated[str, Shape(DOMAIN, "a domain in lower case, such as example.com")]
ZoneId = Annotated[
    str, Shape(ZONE_ID, "the ID of a hosted zone, such as Z0123456789ABCDEFGHIJ"), BeforeValidator(_without_prefix)
]


class Dns(Model):
    """Names of an environment, as records of Route 53."""

    names: tuple[DomainName, ...] = Field(
        (),
        description="Names that lead to the environment; the first one without `*` is in its URL. Each becomes an "
        "alias record in the longest of `zones` that it is in.",
    )
    zones: Annotated[Mapping[Domain, ZoneId] | None, OrNone({})] = Field(
        None,
        description="IDs of the hosted zones in Route 53, by domain; they also validate the certificate that `https` "
        "requests. `none`: the records are set by hand, and `make stack` and `make status` show them.",
    )

    @property
    def by_hand(self) -> bool:
        """Whether `none` was written for the zones."""
        return self.zones is not None and not self.zones

    @property
    def first(self) -> str:
        """The name in the URL, empty if there is none."""
        return next((name for name in self.names if not name.startswith(WILDCARD)), "")

    def domain_of(self, name: str) -> str | None:
        """Return the domain whose zone holds a name, None if no zone does."""
        return closest(name.removeprefix(WILDCARD), self.zones or {})

    def zone_of(self, name: str) -> str:
        """Return the ID of the zone that holds a name."""
        return (self.zones or {})[self.domain_of(name) or ""]
