"""An environment in a VPC that exists, by the recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.recipes.conftest import Checkout

ACCOUNT = "000000000000"
HERE = ("APP=shop", "ENV=dev", "LOCAL=1")


class Network:
    """A VPC with two subnets, which an administrator has made."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        started = checkout.make("local-start")
        assert started.returncode == 0, started.stdout + started.stderr
        ec2 = checkout.client("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self.subnet(f"10.20.{number}.0/24", zone) for number, zone in ((0, "a"), (1, "b"))]

    def subnet(self, block: str, zone: str) -> str:
        made = self.checkout.client("ec2").create_subnet(
            VpcId=self.vpc, CidrBlock=block, AvailabilityZone=f"us-east-1{zone}"
        )
        return str(made["Subnet"]["SubnetId"])

    def configure(self, settings: str, vpc: str = "", subnets: list[str] | None = None) -> None:
        """Write a configuration in the VPC, and generate."""
        named = ", ".join(subnets or self.subnets)
        text = f"""\
application: shop
environments:
  dev:
    region: us-east-1
    platform: ECS running on 64bit Amazon Linux 2023/4.7.7
    containers: {{web: {{image: "nginx:1.27", memory: 64, ports: ["80:80"]}}}}
    vpc: {{id: {vpc or self.vpc}, subnets: [{named}], public_ip: true}}
    {settings}
"""
        (self.checkout.folder / "config/shop.yaml").write_text(text, "utf-8")
        result = self.checkout.make("generate")
        assert result.returncode == 0, result.stderr

    def on_account(self, target: str) -> subprocess.CompletedProcess[str]:
        """Run a target as on a real account, where nothing is made beforehand."""
        self.checkout.commit()
        return self.checkout.make(target, "APP=shop", "ENV=dev", environment=self.checkout.real_account(ACCOUNT))

    def groups(self) -> dict[str, dict[str, Any]]:
        """Return the security groups of the environment's stack by logical ID."""
        resources = self.checkout.client("cloudformation").describe_stack_resources(StackName="shop-dev")
        ids = {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in resources["StackResources"]
            if one["ResourceType"] == "AWS::EC2::SecurityGroup"
        }
        found = self.checkout.client("ec2").describe_security_groups(GroupIds=list(ids.values()))["SecurityGroups"]
        by_id = {group["GroupId"]: group for group in found}
        return {name: by_id[ident] for name, ident in ids.items()}

    def options(self) -> dict[str, str]:
        described = self.checkout.client("elasticbeanstalk").describe_configuration_settings(
            ApplicationName="shop", EnvironmentName="shop-dev"
        )
        settings = described["ConfigurationSettings"][0]["OptionSettings"]
        return {f"{one['Namespace']} {one['OptionName']}": one.get("Value", "") for one in settings}


@pytest.fixture
def network(new_checkout: Callable[[], Checkout]) -> Network:
    return Network(new_checkout())


def ports(permissions: list[dict[str, Any]]) -> dict[int, list[str]]:
    """Return who is admitted to each port: blocks of addresses and groups."""
    found: dict[int, list[str]] = {}
    for one in permissions:
        if one["IpProtocol"] != "-1":
            blocks = [block["CidrIp"] for block in one.get("IpRanges", [])]
            groups = [group["GroupId"] for group in one.get("UserIdGroupPairs", [])]
            found.setdefault(one["FromPort"], []).extend([*blocks, *groups])
    return found


def test_an_environment_lives_in_a_vpc_behind_groups_of_its_own(network: Network) -> None:
    network.configure("load_balancer: {sources: [203.0.113.0/24]}")
    network.checkout.stack("APP=shop", "ENV=dev")
    groups = network.groups()
    ids = {name: group["GroupId"] for name, group in groups.items()}
    assert {group["VpcId"] for group in groups.values()} == {network.vpc}
    assert ports(groups["LoadBalancerGroup"]["IpPermissions"]) == {80: ["203.0.113.0/24"]}
    assert ports(groups["LoadBalancerGroup"]["IpPermissionsEgress"]) == {80: [ids["InstanceGroup"]]}
    assert ports(groups["InstanceGroup"]["IpPermissions"]) == {80: [ids["LoadBalancerGroup"]]}
    options = network.options()
    assert options["aws:ec2:vpc VPCId"] == network.vpc
    assert options["aws:ec2:vpc ELBSubnets"] == ",".join(network.subnets)
    assert options["aws:elbv2:loadbalancer ManagedSecurityGroup"] == ids["LoadBalancerGroup"]
    assert ids["InstanceGroup"] in options["aws:autoscaling:launchconfiguration SecurityGroups"]
    [balancer] = network.checkout.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert balancer["SecurityGroups"] == [ids["LoadBalancerGroup"]]
    plan = network.checkout.make("plan", *HERE)
    assert plan.returncode == 0, plan.stdout + plan.stderr

    network.configure("load_balancer: {sources: [198.51.100.0/24]}")
    network.checkout.stack("APP=shop", "ENV=dev")
    assert ports(network.groups()["LoadBalancerGroup"]["IpPermissions"]) == {80: ["198.51.100.0/24"]}

    destroyed = network.checkout.make("destroy", *HERE, "CONFIRM=shop-dev")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    left = network.checkout.client("ec2").describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [network.vpc]}]
    )["SecurityGroups"]
    assert [group["GroupName"] for group in left if group["GroupName"] != "default"] == []


def test_an_environment_cannot_move_to_another_vpc(network: Network) -> None:
    network.configure("load_balancer: {type: none}")
    network.checkout.stack("APP=shop", "ENV=dev")
    other = network.checkout.client("ec2").create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    network.configure("load_balancer: {type: none}", other)
    refused = network.checkout.make("stack", *HERE)
    assert refused.returncode == 2
    assert (
        f"create-only:VPCId: EB sets aws:ec2:vpc VPCId only when it creates an environment: {network.vpc} -> {other}"
        in (refused.stdout + refused.stderr)
    )


@pytest.mark.parametrize("kind", ["network", "classic", "none"])
def test_every_type_of_load_balancer_is_made_in_a_vpc(kind: str, network: Network) -> None:
    network.configure(f"load_balancer: {{type: {kind}}}\n    database: {{engine: mysql, user: shop}}")
    network.checkout.stack("APP=shop", "ENV=dev")
    assert network.options()["aws:ec2:vpc VPCId"] == network.vpc


@pytest.mark.parametrize(
    ("vpc", "subnets", "reason"),
    [
        ("vpc-0123456789abcdef0", None, "missing:vpc-0123456789abcdef0: us-east-1 has no VPC vpc-0123456789abcdef0\n"),
        (
            "",
            ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "has no subnet subnet-0123456789abcdef0, which aws:ec2:vpc Subnets names\n",
        ),
    ],
)
def test_a_network_that_does_not_exist_is_missing(
    vpc: str, subnets: list[str] | None, reason: str, network: Network
) -> None:
    network.configure("load_balancer: {scheme: public}", vpc, subnets)
    result = network.on_account("stack")
    assert result.returncode == 2
    assert reason in result.stdout + result.stderr
    assert network.checkout.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_subnets_of_one_zone_are_too_few_for_a_load_balancer_and_a_database(network: Network) -> None:
    subnets = [network.subnets[0], network.subnet("10.20.2.0/24", "a")]
    network.configure("database: {engine: mysql, user: shop}", subnets=subnets)
    result = network.on_account("plan")
    assert result.returncode == 2
    for name, what in (("ELBSubnets", "an Application Load Balancer"), ("DBSubnets", "a database")):
        reason = f"all subnets of aws:ec2:vpc {name} are in us-east-1a, and {what} needs two Availability Zones"
        assert f"missing:{name}: {reason}\n" in result.stdout + result.stderr
