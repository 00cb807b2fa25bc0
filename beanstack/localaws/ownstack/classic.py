"""The Classic Load Balancer of an environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-clb.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beanstack.eb.namespaces import (
    APPLICATION,
    CLASSIC_CHECK,
    CLASSIC_LISTENERS,
    CLASSIC_LOAD_BALANCER,
    CLASSIC_POLICIES,
    VPC,
)
from beanstack.localaws.ownstack.parts import CLASSIC, balancer_groups, resource

if TYPE_CHECKING:
    from beanstack.localaws.ownstack.parts import Asked, Resources

CHECK: Final = ("Interval", "Timeout", "HealthyThreshold", "UnhealthyThreshold")


def classic_balancer(asked: Asked) -> Resources:
    """Return the load balancer, whose listeners are its properties."""
    options = asked.options
    draining = {
        "Enabled": options.value(CLASSIC_POLICIES, "ConnectionDrainingEnabled"),
        "Timeout": options.value(CLASSIC_POLICIES, "ConnectionDrainingTimeout"),
    }
    properties = {
        "Listeners": [_listener(asked, port) for port in _ports(asked)],
        "Subnets": asked.balancer_subnets,
        "SecurityGroups": balancer_groups(asked),
        "Scheme": "internal" if options.value(VPC, "ELBScheme") == "internal" else "",
        "CrossZone": options.value(CLASSIC_LOAD_BALANCER, "CrossZone"),
        "ConnectionDrainingPolicy": draining if draining["Enabled"] == "true" else {},
        "HealthCheck": {
            "Target": _target(asked),
            **{name: options.value(CLASSIC_CHECK, name) for name in CHECK if options.value(CLASSIC_CHECK, name)},
        },
    }
    return {CLASSIC: resource(CLASSIC, properties)}


def _ports(asked: Asked) -> list[str]:
    """Return the ports of the listeners that are on."""
    return [
        port
        for port in asked.options.of_family(CLASSIC_LISTENERS)
        if asked.options.value(f"{CLASSIC_LISTENERS}{port}", "ListenerEnabled") != "false"
    ]


def _listener(asked: Asked, port: str) -> dict[str, str]:
    options, namespace = asked.options, f"{CLASSIC_LISTENERS}{port}"
    found = {
        "LoadBalancerPort": port,
        "Protocol": options.value(namespace, "ListenerProtocol") or "HTTP",
        "InstancePort": options.value(namespace, "InstancePort") or "80",
        "InstanceProtocol": options.value(namespace, "InstanceProtocol"),
        "SSLCertificateId": options.value(namespace, "SSLCertificateId"),
    }
    return {name: value for name, value in found.items() if value}


def _target(asked: Asked) -> str:
    """Return what is checked: a path or only a port of the instances."""
    given = asked.options.value(APPLICATION, "Application Healthcheck URL")
    if not given:
        return "TCP:80"
    return f"HTTP:80{given}" if given.startswith("/") else given
