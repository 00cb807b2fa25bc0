"""Rules on the names of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb import aliaszones
from beanstack.eb.findings import Finding, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

DNS: Path = ("dns",)
NAMES: Path = ("dns", "names")
ZONES: Path = ("dns", "zones")


def zones(env: Environment) -> Iterator[Finding]:
    """Yield names that no zone holds. A zone holds its own domain and what is below it, at the boundary of a label.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html
    """
    if not env.dns or env.dns.by_hand:
        return
    for index, name in enumerate(env.dns.names):
        if not env.dns.domain_of(name):
            message = f"no zone of `dns.zones` holds {name}; add one, or write `zones: none` and set the record by hand"
            yield Finding((*NAMES, index), message, also=(ZONES,))


def alias_zones(env: Environment) -> Iterator[Finding]:
    """Yield names in a Region where the target of an alias record is in no zone that is known.

    https://docs.aws.amazon.com/general/latest/gr/elb.html
    https://docs.aws.amazon.com/general/latest/gr/elasticbeanstalk.html
    """
    if not env.dns or env.dns.by_hand or not env.dns.names:
        return
    by_hand = "write `zones: none` and set the records by hand"
    if env.cname_prefix:
        if not aliaszones.of_cname(env.region):
            message = f"an alias record cannot lead to a CNAME of EB in {env.region}: AWS lists no hosted zone of it; "
            yield Finding(NAMES, message + by_hand, at_key=True, also=(("cname_prefix",), ("region",)))
    elif env.load_balanced and not aliaszones.of_balancer(env.region, env.balancer):
        message = f"no hosted zone of load balancers in {env.region} is known, which an alias record has to name; "
        yield Finding(NAMES, message + by_hand, at_key=True, also=(("region",),))


def repeated(env: Environment) -> Iterator[Finding]:
    """Yield names that are listed twice: Route 53 refuses the second record.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    seen = set[str]()
    for index, name in enumerate(env.dns.names if env.dns else ()):
        if name in seen:
            yield Finding((*NAMES, index), f"{shown(name)} is listed already")
        seen.add(name)


def smoke_test(env: Environment) -> Iterator[Finding]:
    """Yield a smoke test of the load balancer's own name, for which nobody can get a certificate.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/configuring-https.html
    """
    if env.smoke_test and env.https and not env.host:
        message = "would fail: the certificate does not cover the load balancer's own name; add yours to `dns.names`"
        yield Finding(("smoke_test",), message, at_key=True, also=(DNS, ("https",)))


def unnamed(env: Environment) -> Iterator[Finding]:
    """Yield HTTPS where nothing says under which name: clients would refuse the certificate.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customdomains.html
    """
    if env.https and not env.dns:
        message = (
            "nothing says which names lead here; add `dns`, or write `dns: none` if that is looked after elsewhere"
        )
        yield Finding(("https",), message, at_key=True)


def internal(env: Environment) -> Iterator[Finding]:
    """Yield names in Route 53 of a load balancer that only its VPC reaches.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
    """
    scheme = env.effective("load_balancer", "scheme")
    if scheme.value.lower() == "internal" and env.load_balanced and env.dns and env.dns.names and not env.dns.by_hand:
        message = "the load balancer is internal: in a public zone these names show its private addresses to everyone"
        yield Finding(NAMES, message, at_key=True, also=scheme.keys)
