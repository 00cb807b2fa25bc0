"""Names at the boundaries of labels, certificates, and the zones of AWS's own names."""

from __future__ import annotations

import json
import re

import pytest

from beanstack.eb import FACTS, aliaszones, domains, tlspolicies
from beanstack.eb.certificates import ARN
from beanstack.eb.partitions import PARTITIONS


@pytest.mark.parametrize(
    ("name", "domain", "expected"),
    [
        ("example.com", "example.com", True),
        ("shop.example.com", "example.com", True),
        ("a.shop.example.com", "example.com", True),
        ("myexample.com", "example.com", False),
        ("example.com", "shop.example.com", False),
        ("example.com.org", "example.com", False),
    ],
)
def test_a_domain_holds_names_at_the_boundary_of_a_label(name: str, domain: str, expected: bool) -> None:
    assert domains.is_within(name, domain) is expected


def test_the_closest_domain_is_the_longest() -> None:
    known = ["com", "shop.example.com", "example.com"]
    assert domains.closest("a.shop.example.com", known) == "shop.example.com"
    assert domains.closest("myshop.example.com", known) == "example.com"
    assert domains.closest("example.org", known) is None


@pytest.mark.parametrize(
    ("certified", "name", "expected"),
    [
        ("*.example.com", "shop.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.shop.example.com", False),
        ("*.example.com", "shop.myexample.com", False),
        ("shop.example.com", "*.example.com", False),
        ("shop.example.com", "shop.example.com", True),
    ],
)
def test_a_wildcard_is_good_for_one_label(certified: str, name: str, expected: bool) -> None:
    assert domains.covers(certified, name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shop.example.com", True),
        ("xn--bcher-kva.example", True),
        ("*.example.com", True),
        ("example", False),
        ("shop.example.com.", False),
        ("-shop.example.com", False),
        ("a" * 64 + ".example.com", False),
        ("*.*.example.com", False),
        ("*", False),
        (".".join(["a" * 50] * 6), False),
        ("shop_1.example.com", False),
    ],
)
def test_names_have_the_form_that_certificates_take(name: str, expected: bool) -> None:
    assert bool(re.fullmatch(domains.NAME, name)) is expected


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012", True),
        ("arn:aws-cn:acm:cn-north-1:123456789012:certificate/12345678-1234-1234-1234-123456789012", True),
        ("arn:aws:iam::123456789012:server-certificate/path/shop", True),
        ("{{resolve:ssm:/shop/certificate}}", True),
        ("arn:aws:acm:eu-west-1:123456789012:certificate/shop", False),
        ("arn:aws:acm::123456789012:certificate/12345678-1234-1234-1234-123456789012", False),
        ("arn:aws:iam::123456789012:role/shop", False),
        ("arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/12345678-1234-1234-1234-123456789012", False),
    ],
)
def test_certificates_are_of_acm_or_of_iam(arn: str, expected: bool) -> None:
    assert bool(re.fullmatch(ARN, arn)) is expected


def test_the_zones_are_of_known_regions_and_no_two_are_the_same() -> None:
    zones = json.loads((FACTS / "alias_zones.json").read_text())["zones"]
    known = {region for partition in PARTITIONS.values() for region in partition.regions}
    assert zones.keys() <= known
    ids = [zone for of_region in zones.values() for zone in of_region.values()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(domains.ZONE_ID, zone) for zone in ids)


def test_each_type_has_its_zone() -> None:
    assert aliaszones.of_balancer("us-east-1", "application") == "Z35SXDOTRQ7X7K"
    assert aliaszones.of_balancer("us-east-1", "classic") == "Z35SXDOTRQ7X7K"
    assert aliaszones.of_balancer("us-east-1", "network") == "Z26RNL4JYFTOTI"
    assert aliaszones.of_cname("us-east-1") == "Z117KPS5GTRQ2G"
    assert aliaszones.of_cname("cn-north-1") is None
    assert aliaszones.of_balancer("us-nowhere-1", "application") is None


@pytest.mark.parametrize("balancer", ["application", "network", "classic"])
def test_the_recommended_policy_is_a_current_one(balancer: str) -> None:
    assert tlspolicies.policy_doubt(tlspolicies.recommended(balancer), balancer) == ""
    assert re.fullmatch(tlspolicies.FORM, tlspolicies.recommended(balancer))
