"""What is valid of HTTPS and names, and probably not intended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Verdict

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
NAMED = "dns: {zones: {example.com: Z0123456789ABC}, names: [shop.example.com]}"


def https(more: str = "") -> str:
    return f"https: {{certificate: {ARN}{more}}}\n"


def test_a_certificate_and_names_are_as_they_should_be(verdicts: Verdict) -> None:
    assert verdicts(https() + NAMED) == []
    assert verdicts(https() + "dns: none") == []
    assert verdicts(NAMED) == []


def test_https_without_names_warns(verdicts: Verdict) -> None:
    message = "nothing says which names lead here; add `dns`, or write `dns: none` if that is looked after elsewhere"
    assert verdicts(https()) == [f"warning 9:5 https: {message}"]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (
            "ELBSecurityPolicy-2016-08",
            "allows TLS 1.0 or 1.1, which clients no longer need; AWS recommends "
            "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        ),
        (
            "ELBSecurityPolicy-TLS13-1-2-2021-07",
            "unknown policy 'ELBSecurityPolicy-TLS13-1-2-2021-07' of a load balancer of type application; "
            "did you mean 'ELBSecurityPolicy-TLS13-1-2-2021-06'?",
        ),
    ],
)
def test_a_policy_that_is_old_or_unknown_warns(verdicts: Verdict, policy: str, message: str) -> None:
    assert verdicts(https(f", policy: {policy}") + NAMED) == [f"warning 9:119 https.policy: {message}"]


def test_a_classic_load_balancer_has_policies_of_its_own(verdicts: Verdict) -> None:
    classic = f"load_balancer: {{type: classic}}\n{NAMED}\n"
    [warning] = verdicts(classic + https(", http: none, policy: ELBSecurityPolicy-TLS13-1-2-2021-06"))
    assert "unknown policy 'ELBSecurityPolicy-TLS13-1-2-2021-06' of a load balancer of type classic" in warning


def test_more_names_than_the_usual_quota_warn(verdicts: Verdict) -> None:
    names = ", ".join(f"{letter}.example.com" for letter in "abcdefghi")
    requested = f"https: {{certificate: {{domain: shop.example.com, alternatives: [{names}%s]}}}}\n{NAMED}"
    assert verdicts(requested % "") == []
    [warning] = verdicts(requested % ", j.example.com")
    assert warning.endswith("a certificate of 11 names needs a higher quota of ACM than the default of 10")


def test_names_of_an_internal_load_balancer_warn(verdicts: Verdict) -> None:
    internal = "options: {'aws:ec2:vpc': {ELBScheme: internal, VPCId: vpc-01234567, Subnets: subnet-01234567}}\n"
    [warning] = verdicts(internal + NAMED)
    assert "in a public zone these names show its private addresses to everyone" in warning


def test_what_an_option_replaces_is_named(verdicts: Verdict) -> None:
    raw = "options: {'aws:elbv2:listener:443': {SSLPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06}}"
    given = https(", policy: ELBSecurityPolicy-TLS13-1-2-2021-06")
    [warning] = verdicts(f"{given}{NAMED}\n{raw}")
    assert warning.endswith("SSLPolicy: replaces what `https.policy` sets; leave out one of the two")
