"""HTTPS of a running environment as the key that it is in config, where one listener on port 443 is all of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.certificates import ARN
from beanstack.eb.namespaces import HTTPS_LISTENER, LISTENER
from beanstack.eb.options.keys import Key

if TYPE_CHECKING:
    from collections.abc import Mapping

PROTOCOLS = {"application": "HTTPS", "network": "TLS"}
# What Elastic Load Balancing takes where no policy is named, as EB names none by itself.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
UNNAMED_POLICY = "ELBSecurityPolicy-2016-08"


def https(values: Mapping[Key, str], balancer: str) -> dict[str, str]:
    """Return the section, empty where options have to say it.

    A redirect is not among the options: it stays in the bundle's own files, and port 80 forwards as far as EB knows.
    """

    def value(namespace: str, option: str) -> str:
        return values.get(Key(namespace, option), "")

    certificate = value(HTTPS_LISTENER, "SSLCertificateArns")
    is_on = value(HTTPS_LISTENER, "ListenerEnabled").lower() != "false"
    is_secure = value(HTTPS_LISTENER, "Protocol") == PROTOCOLS.get(balancer, "")
    if not (is_on and is_secure and re.fullmatch(ARN, certificate)):
        return {}
    is_closed = value(LISTENER, "ListenerEnabled").lower() == "false"
    policy = value(HTTPS_LISTENER, "SSLPolicy") or UNNAMED_POLICY
    return {"certificate": certificate, "policy": policy, "http": "none" if is_closed else "forward"}
