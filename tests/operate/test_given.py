"""What a template names of its account, for a local run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack import stacks
from beanstack.archive import key
from beanstack.operate.committed import template
from beanstack.operate.given import common_domain, named
from beanstack.yaml import text

if TYPE_CHECKING:
    from typing import Any

    from tests.conftest import Configured

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def given(shop: Configured, settings: str) -> dict[str, Any]:
    application = shop(settings)
    made = stacks.environment_stack(application, application.environments["dev"], key(b""))
    return {kind: things for kind, things in named(template(text(made, "config/shop.yaml"))).items() if things}


def test_an_environment_of_nothing_but_its_own_is_given_nothing(shop: Configured) -> None:
    assert given(shop, "") == {}


def test_a_certificate_has_no_name_where_names_are_looked_after_elsewhere(shop: Configured) -> None:
    assert given(shop, f'https: {{certificate: "{ARN}"}}\ndns: none') == {"certificates": {ARN: []}}


def test_networks_groups_and_certificates_are_those_of_the_options(shop: Configured) -> None:
    settings = f"""\
https: {{certificate: "{ARN}"}}
dns: {{zones: none, names: [www.example.com, "*.shop.example.com"]}}
options:
  aws:ec2:vpc: {{VPCId: vpc-1a2b3c4d, Subnets: "subnet-1a2b3c4d, subnet-2a2b3c4d", DBSubnets: subnet-2a2b3c4d}}
  aws:autoscaling:launchconfiguration: {{SecurityGroups: sg-1a2b3c4d}}
"""
    assert given(shop, settings) == {
        "vpcs": {"vpc-1a2b3c4d": ["subnet-2a2b3c4d", "subnet-1a2b3c4d"]},
        "security_groups": {"vpc-1a2b3c4d": ["sg-1a2b3c4d"]},
        "certificates": {ARN: ["www.example.com", "*.shop.example.com"]},
    }


@pytest.mark.parametrize("written", ["company", "arn:aws:iam::123456789012:instance-profile/team/company"])
def test_an_instance_profile_has_its_name(shop: Configured, written: str) -> None:
    assert given(shop, f"instance_profile: {written}") == {"instance_profiles": ["company"]}


def test_zones_are_those_of_records_and_of_a_requested_certificate(shop: Configured) -> None:
    settings = """\
https: {certificate: {domain: shop.example.com, alternatives: ["*.shop.example.org"]}}
dns:
  zones: {example.com: Z0123456789A, example.org: Z0123456789B}
  names: [shop.example.com, www.shop.example.org, api.shop.example.org]
"""
    assert given(shop, settings) == {"zones": {"Z0123456789A": "shop.example.com", "Z0123456789B": "shop.example.org"}}


@pytest.mark.parametrize(
    ("names", "domain"),
    [
        (["shop.example.com"], "shop.example.com"),
        (["*.shop.example.com", "api.shop.example.com"], "shop.example.com"),
        (["shop.example.com", "workshop.example.com"], "example.com"),
    ],
)
def test_the_common_domain_ends_at_labels(names: list[str], domain: str) -> None:
    assert common_domain(names) == domain
