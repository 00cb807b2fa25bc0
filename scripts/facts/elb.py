"""What Elastic Load Balancing accepts of health checks."""

from __future__ import annotations

import re
from typing import Any

from scripts.facts.sources import api

# Ranges of HTTP codes stand in the documentation alone, a sentence for each type of load balancer.
CODES = re.compile(r"For (Application|Network) Load Balancers, you can specify values between (\d+) and (\d+)")
MEMBERS = {
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "threshold": "HealthCheckThresholdCount",
    "path_length": "Path",
}


def facts() -> dict[str, Any]:
    """Return the limits of health checks of target groups, and of Classic Load Balancers."""
    shapes = api("elbv2")["shapes"]
    codes = {
        kind.lower(): [int(least), int(most)]
        for kind, least, most in CODES.findall(shapes["Matcher"]["members"]["HttpCode"]["documentation"])
    }
    if codes.keys() != {"application", "network"}:
        raise ValueError("the documentation says otherwise which HTTP codes there are")
    classic = api("elb")["shapes"]
    return {
        "target_group": {name: _range(shapes[member]) for name, member in MEMBERS.items()},
        "codes": codes,
        "classic": {name: _range(classic[f"HealthCheck{name.title()}"]) for name in ("interval", "timeout")},
    }


def _range(shape: dict[str, Any]) -> list[int]:
    return [shape["min"], shape["max"]]
