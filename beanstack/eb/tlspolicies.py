"""The predefined security policies of load balancers: which versions of TLS, and which ciphers, a listener accepts.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS
from beanstack.eb.findings import nearest, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM = r"^ELBSecurityPolicy-(.+-)?[0-9]{4}-[0-9]{2}$"


@cache
def _facts() -> Mapping[str, Any]:
    return dict(json.loads((FACTS / "tls_policies.json").read_text("utf-8")))


def _of(balancer: str) -> Mapping[str, Any]:
    return dict(_facts()["classic" if balancer == "classic" else "elbv2"])


def recommended(balancer: str) -> str:
    """Return the policy that AWS recommends for a type of load balancer, with TLS 1.2 as the oldest version."""
    return str(_of(balancer)["recommended"])


def policy_doubt(policy: str, balancer: str) -> str:
    """Return why a policy is probably not intended; empty if it is a current one.

    AWS adds policies, so one that the facts do not know may exist.
    """
    facts = _of(balancer)
    if policy in facts["current"]:
        return ""
    if policy in facts["old"]:
        return f"allows TLS 1.0 or 1.1, which clients no longer need; AWS recommends {facts['recommended']}"
    near = nearest(policy, facts["current"])
    return f"unknown policy {shown(policy)} of a load balancer of type {balancer}{suggestion(near)}"
