"""What is valid of a network, but has no effect or is unwise: a warning at its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Verdict

A, B, C = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"
ID = "vpc-0123456789abcdef0"
PRIVATE = f"vpc: {{id: {ID}, subnets: [{A}], load_balancer_subnets: [{B}, {C}]}}"
SHARED = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0a"
LAUNCH = "aws:autoscaling:launchconfiguration"
PROFILE = "options: {'aws:autoscaling:launchconfiguration': {IamInstanceProfile: shop}}"
CLEARED = "EC2 reads 10.0.0.1/8 as 10.0.0.0/8; write that, or the block that is meant"
LESS = "a security group has 60 rules unless its quota was raised, and these need 61 for each port"


@pytest.mark.parametrize(
    ("settings", "place", "message"),
    [
        ("ssh_source: 10.0.0.0/8", "9:5 ssh_source", "has no effect without `key_pair`"),
        (
            "key_pair: ops",
            "9:15 key_pair",
            "EB lets everybody try to connect; name an `ssh_source`, or take `session_manager: true` in place of it",
        ),
        ("key_pair: ops\nssh_source: 0.0.0.0/0", "10:17 ssh_source", "lets everybody try to connect to the instances"),
        (
            f"vpc: {{id: {ID}, subnets: [{A}], load_balancer_subnets: [{B}, {C}], database_subnets: [{B}, {C}]}}",
            "9:152 vpc.database_subnets",
            "has no effect without `database`",
        ),
        (
            f"vpc: {{id: {ID}, subnets: [{A}], public_ip: true}}\nload_balancer: {{type: none}}",
            "9:75 vpc.public_ip",
            "has no effect: an instance without a load balancer always has a public address",
        ),
        (
            "load_balancer: {type: none, scheme: internal}",
            "9:33 load_balancer.scheme",
            "has no effect: there is no load balancer",
        ),
        (
            f"load_balancer: {{scheme: internal, shared: '{SHARED}'}}",
            "9:21 load_balancer.scheme",
            "has no effect: the shared load balancer has its own",
        ),
        (
            "session_manager: true\ninstance_profile: shop",
            "10:23 instance_profile",
            "the role of this profile must have AmazonSSMManagedInstanceCore: Beanstack adds it to its own role alone",
        ),
        (
            f"{PRIVATE}\nload_balancer: {{scheme: internal}}\n"
            "dns: {zones: {example.com: Z0123456789ABCDEFGHIJ}, names: [shop.example.com]}",
            "11:56 dns.names",
            "the load balancer is internal: in a public zone these names show its private addresses to everyone",
        ),
        ("load_balancer: {sources: [10.0.0.1/8]}", "9:31 load_balancer.sources.0", CLEARED),
        ("key_pair: ops\nssh_source: 10.0.0.1/8", "10:17 ssh_source", CLEARED),
        (
            "load_balancer: {sources: ['2001:db8::/32']}",
            "9:31 load_balancer.sources.0",
            "has no effect: only `ip_address_type: dualstack` has clients with IPv6",
        ),
        (
            "load_balancer: {type: network, sources: [203.0.113.0/24]}",
            "9:36 load_balancer.sources",
            "instances admit these alone, so health checks fail, which a network load balancer sends from its own "
            "subnets; add the block of those",
        ),
        (
            f"load_balancer: {{sources: [{', '.join(f'10.0.{number}.0/24' for number in range(61))}]}}",
            "9:21 load_balancer.sources",
            LESS,
        ),
        (
            f"vpc: {{id: {ID}, subnets: [{A}, {B}]}}",
            "9:48 vpc.subnets.0",
            f"{A} is public, as a public load balancer needs it, so instances there need `public_ip: true`",
        ),
        (
            "load_balancer: {ip_address_type: dualstack}",
            "9:38 load_balancer.ip_address_type",
            "a default VPC has no IPv6 addresses unless you gave it some; name a `vpc`",
        ),
        (
            "load_balancer: {scheme: internal}",
            "9:29 load_balancer.scheme",
            "AWS documents this for a VPC that is named; in the default one the load balancer may stay public, so name "
            "a `vpc`",
        ),
        (
            f"session_manager: true\n{PROFILE}",
            "10:75 options.aws:autoscaling:launchconfiguration.IamInstanceProfile",
            "the role of this profile must have AmazonSSMManagedInstanceCore: Beanstack adds it to its own role alone",
        ),
        (
            f"{PRIVATE}\noptions: {{'aws:ec2:vpc': {{VPCId: vpc-0123456789abcdef1}}}}",
            "10:31 options.aws:ec2:vpc.VPCId",
            "replaces what `vpc.id` sets; leave out one of the two",
        ),
        (
            f"{PRIVATE}\noptions: {{'aws:autoscaling:launchconfiguration': {{SecurityGroups: sg-01234567}}}}",
            "10:55 options.aws:autoscaling:launchconfiguration.SecurityGroups",
            "replaces what `vpc` sets; leave out one of the two",
        ),
    ],
)
def test_what_is_unwise_warns_at_its_key(settings: str, place: str, message: str, verdicts: Verdict) -> None:
    assert f"warning {place}: {message}" in verdicts(settings)


@pytest.mark.parametrize(
    "settings",
    [
        PRIVATE,
        f"{PRIVATE}\nsession_manager: true",
        f"{PRIVATE}\nkey_pair: ops\nssh_source: sg-0123456789abcdef0",
        f"{PRIVATE}\ndatabase: {{engine: mysql, user: shop}}\n".replace("}", f", database_subnets: [{B}, {C}]}}", 1),
        f"{PRIVATE}\nload_balancer: {{scheme: internal, sources: [10.0.0.0/8, pl-0123456789abcdef0]}}",
        f"{PRIVATE}\nload_balancer: {{ip_address_type: dualstack, sources: [203.0.113.0/24, '2001:db8::/32']}}",
        f"{PRIVATE}\nload_balancer: {{type: network, sources: [203.0.113.0/24, 10.1.0.0/16]}}",
        f"{PRIVATE}\nload_balancer: {{type: classic}}",
        f"vpc: {{id: {ID}, subnets: [{A}, {B}], public_ip: true}}",
        f"vpc: {{id: {ID}, subnets: [{A}, {B}]}}\nload_balancer: {{scheme: internal}}",
        f"vpc: {{id: {ID}, subnets: [{A}]}}\nload_balancer: {{type: none}}",
        f"vpc: {{id: {ID}, subnets: [{A}], public_ip: true}}\nload_balancer: {{type: network}}",
        "load_balancer: {sources: [203.0.113.0/24]}",
        f"{PRIVATE}\nssh_source: 10.0.0.0/8\noptions: {{'{LAUNCH}': {{EC2KeyName: !Ref 'AWS::StackName'}}}}",
        "key_pair: ops\nssh_source: 203.0.113.0/24\nsession_manager: true",
        f"load_balancer: {{sources: [{', '.join(f'10.0.{number}.0/24' for number in range(60))}]}}",
    ],
)
def test_what_is_usual_does_not_warn(settings: str, verdicts: Verdict) -> None:
    assert verdicts(settings) == []
