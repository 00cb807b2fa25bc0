"""The records of an environment's names in Route 53.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-beanstalk-environment.html
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troposphere import GetAtt
from troposphere.route53 import AliasTarget, RecordSetType

from beanstack.eb import aliaszones
from beanstack.eb.namespaces import LOAD_BALANCER
from beanstack.resources.beanstalk import ENVIRONMENT
from beanstack.resources.options import table

if TYPE_CHECKING:
    from beanstack.config import Application, Environment

TTL = "60"  # seconds; of an address, which changes when EB replaces an environment's resources
DUAL_STACK = (LOAD_BALANCER, "IpAddressType", "")


def resources(application: Application, environment: Environment) -> list[RecordSetType]:
    """Return the records of each name; nothing where they are set by hand."""
    dns = environment.dns
    if not dns or dns.by_hand:
        return []
    kinds = types(application, environment)
    return [record(environment, name, kind) for name in dns.names for kind in kinds]


def types(application: Application, environment: Environment) -> tuple[str, ...]:
    """Return the types of a name's records: AAAA as well where the load balancer has addresses of IPv6."""
    given = table(application, environment).get(DUAL_STACK)
    is_dual_stack = given is not None and given.value == "dualstack"
    return ("A", "AAAA") if is_dual_stack and not environment.cname_prefix else ("A",)


def record(environment: Environment, name: str, kind: str) -> RecordSetType:
    """Return a record that leads to the environment.

    It is an alias of the CNAME where that is known, because EB swaps CNAMEs and not load balancers; otherwise of the
    load balancer. A single instance has an address instead.
    """
    made = RecordSetType(
        logical_id(name, kind), HostedZoneId=environment.dns.zone_of(name) if environment.dns else "", Name=name
    )
    made.Type = kind
    endpoint = GetAtt(ENVIRONMENT, "EndpointURL")
    if environment.cname_prefix:
        zone = aliaszones.of_cname(environment.region)
        made.AliasTarget = AliasTarget(HostedZoneId=zone, DNSName=cname(environment), EvaluateTargetHealth=False)
        made.DependsOn = ENVIRONMENT  # whose creation gives it the CNAME
    elif environment.load_balanced:
        zone = aliaszones.of_balancer(environment.region, environment.balancer)
        made.AliasTarget = AliasTarget(HostedZoneId=zone, DNSName=endpoint, EvaluateTargetHealth=False)
    else:
        made.ResourceRecords = [endpoint]
        made.TTL = TTL
    return made


def cname(environment: Environment) -> str:
    """Return the environment's CNAME, which its prefix and the Region make.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customdomains.html
    """
    return f"{(environment.cname_prefix or '').lower()}.{environment.region}.elasticbeanstalk.com"


def logical_id(name: str, kind: str) -> str:
    """Return the logical ID of a record, which no other name shares: `shop.example.com` is RecordShopDotExampleDotCom.

    Letters of names become capitals where a label or a word of one begins, so no word looks like a sign.
    """
    words = re.split(r"([.*-])", name)
    signs = {".": "Dot", "-": "Dash", "*": "AnyName"}
    made = "".join(signs.get(word, word[:1].upper() + word[1:]) for word in words)
    return f"Record{made}" if kind == "A" else f"Record{made}{kind}"
