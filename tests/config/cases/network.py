"""What a VPC must be, and who may reach an environment."""

from __future__ import annotations

from tests.config.conftest import case

LAST = "  variables: {DB_HOST: RDS_HOSTNAME}\n"
A, B = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1"
ID = "vpc-0123456789abcdef0"
VPC = f"vpc: {{id: {ID}, subnets: [{A}, {B}]}}"
TWO_ZONES = "An Application Load Balancer needs subnets in at least two Availability Zones"
BLOCK = "expected a block of addresses such as 10.0.0.0/8 or 2001:db8::/32, found"
CASES = (
    case(
        "the name of a VPC",
        LAST,
        f"{LAST}vpc: main\n",
        "27:6: vpc: expected the IDs of a VPC that exists, as in {id: vpc-0123456789abcdef0, subnets: [...]}",
    ),
    case("a VPC without subnets", LAST, f"{LAST}vpc: {{id: {ID}}}\n", "27:6: vpc.subnets: is missing"),
    case("subnets without their VPC", LAST, f"{LAST}vpc: {{subnets: [{A}, {B}]}}\n", "27:6: vpc.id: is missing"),
    case(
        "no subnet",
        LAST,
        f"{LAST}vpc: {{id: {ID}, subnets: []}}\n",
        "27:43: vpc.subnets: needs at least 1 entry, has none",
    ),
    case(
        "a subnet in place of a VPC",
        LAST,
        f"{LAST}vpc: {{id: {A}, subnets: [{A}, {B}]}}\n",
        f"27:11: vpc.id: expected the ID of a VPC, such as {ID}, found '{A}'",
    ),
    case(
        "subnets as one text",
        LAST,
        f"{LAST}vpc: {{id: {ID}, subnets: ['{A},{B}']}}\n",
        f"27:44: vpc.subnets.0: expected the ID of a subnet, such as {A}, found '{A},{B}'",
    ),
    case(
        "a subnet twice",
        LAST,
        f"{LAST}vpc: {{id: {ID}, subnets: [{A}, {A}]}}\n",
        f"27:43: vpc.subnets: names {A} twice",
    ),
    case(
        "one subnet for an application load balancer",
        LAST,
        f"{LAST}vpc: {{id: {ID}, subnets: [{A}, {B}], load_balancer_subnets: [{A}]}}\n",
        f"27:120: vpc.load_balancer_subnets: {TWO_ZONES} (ELBSubnets is '{A}', LoadBalancerType is 'application', "
        "EnvironmentType is 'LoadBalanced', LoadBalancerIsShared is 'false' by default)",
    ),
    case(
        "one subnet for a database",
        LAST,
        f"{LAST}vpc: {{id: {ID}, subnets: [{A}, {B}], database_subnets: [{A}]}}\n",
        "27:115: vpc.database_subnets: A database needs subnets in at least two Availability Zones "
        f"(DBSubnets is '{A}', HasCoupledDatabase is 'true')",
    ),
    case(
        "a key pair that nobody could use",
        LAST,
        f"{LAST}{VPC}\nkey_pair: ops\n",
        "28:11: key_pair: needs `ssh_source`, which says who may connect with it, as in 203.0.113.0/24",
    ),
    case(
        "SSH from an address",
        LAST,
        f"{LAST}key_pair: ops\nssh_source: 203.0.113.7\n",
        "28:13: ssh_source: expected a block of addresses; a single one is '203.0.113.7/32'",
    ),
    case(
        "SSH from a prefix list, which EB does not take",
        LAST,
        f"{LAST}key_pair: ops\nssh_source: pl-01234567\n",
        f"28:13: ssh_source: {BLOCK} 'pl-01234567'",
    ),
    case(
        "a prefix that is too long",
        LAST,
        f"{LAST}load_balancer: {{sources: [10.0.0.0/8, 10.0.0.0/33]}}\n",
        f"27:39: load_balancer.sources.1: {BLOCK} '10.0.0.0/33'",
    ),
    case(
        "a name as a source",
        LAST,
        f"{LAST}load_balancer: {{sources: [example.org]}}\n",
        f"27:27: load_balancer.sources.0: {BLOCK} 'example.org'",
    ),
    case(
        "an address of IPv6 as a source",
        LAST,
        f"{LAST}load_balancer: {{sources: ['2001:db8::1']}}\n",
        "27:27: load_balancer.sources.0: expected a block of addresses; a single one is '2001:db8::1/128'",
    ),
    case(
        "sources that are one block",
        LAST,
        f"{LAST}load_balancer: {{sources: [10.0.0.0/8, 10.1.0.0/8]}}\n",
        "27:26: load_balancer.sources: names 10.0.0.0/8 twice",
    ),
    case(
        "a raw key pair that nobody could use",
        LAST,
        f"{LAST}{VPC}\noptions: {{'aws:autoscaling:launchconfiguration': {{EC2KeyName: ops}}}}\n",
        "28:63: options.aws:autoscaling:launchconfiguration.EC2KeyName: needs `ssh_source`, which says who may connect "
        "with it, as in 203.0.113.0/24",
    ),
    case(
        "no source",
        LAST,
        f"{LAST}load_balancer: {{sources: []}}\n",
        "27:26: load_balancer.sources: needs at least 1 entry, has none",
    ),
    case(
        "another scheme",
        LAST,
        f"{LAST}load_balancer: {{scheme: internet-facing}}\n",
        "27:25: load_balancer.scheme: expected 'public' or 'internal', found 'internet-facing'; did you mean 'public'?",
    ),
    case(
        "both protocols on a classic load balancer",
        LAST,
        f"{LAST}load_balancer: {{type: classic, ip_address_type: dualstack}}\n",
        "27:49: load_balancer.ip_address_type: dualstack needs an application or network load balancer",
    ),
    case(
        "sources of instances that EB opens for a database",
        LAST,
        f"{LAST}load_balancer: {{type: network, sources: [10.0.0.0/8]}}\n",
        "27:32: load_balancer.sources: EB's own security group, which a coupled database needs, admits everybody to "
        "the instances",
    ),
    case(
        "sources of a shared load balancer",
        LAST,
        f"{LAST}load_balancer:\n  sources: [10.0.0.0/8]\n"
        "  shared: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0a\n",
        "28:3: load_balancer.sources: the security groups of a shared load balancer say who may reach it",
    ),
)
