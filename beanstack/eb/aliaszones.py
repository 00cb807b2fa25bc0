"""The hosted zones of AWS's own names, which an alias record has to name beside its target.

https://docs.aws.amazon.com/general/latest/gr/elb.html
https://docs.aws.amazon.com/general/latest/gr/elasticbeanstalk.html
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from beanstack.eb import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping

CNAME = "eb"
# By the type of the load balancer; Application and Classic Load Balancers share one.
OF_BALANCERS = {"application": "elb", "classic": "elb", "network": "nlb"}


@cache
def _zones() -> Mapping[str, Mapping[str, str]]:
    return dict(json.loads((FACTS / "alias_zones.json").read_text("utf-8"))["zones"])


def of_balancer(region: str, balancer: str) -> str | None:
    """Return the ID of the zone with the names of load balancers in a Region; None if the Region is unknown."""
    return _zones().get(region, {}).get(OF_BALANCERS[balancer])


def of_cname(region: str) -> str | None:
    """Return the ID of the zone with the CNAMEs of environments in a Region; None if it is unknown or has none."""
    return _zones().get(region, {}).get(CNAME)
