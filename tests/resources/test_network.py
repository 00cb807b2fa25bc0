"""A VPC and its security groups: the options, the groups whole, and who is admitted by any template."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from troposphere import encode_to_dict

from beanstack.resources import options
from beanstack.stacks import stacks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config import Application
    from tests.conftest import Configured

LAUNCH = "aws:autoscaling:launchconfiguration"
LISTENER = "aws:elbv2:listener"
PROCESS = "aws:elasticbeanstalk:environment:process"
VPC = "aws:ec2:vpc"
A, B, C, D = (f"subnet-0123456789abcdef{number}" for number in range(4))
ID = "vpc-0123456789abcdef0"
PRIVATE = f"vpc: {{id: {ID}, subnets: [{A}, {B}], load_balancer_subnets: [{C}, {D}]}}"
RAW_DATABASE = (
    "options: {'aws:rds:dbinstance': {HasCoupledDatabase: true, DBPassword: '{{resolve:secretsmanager:db}}'}}"
)
WORLD = ("0.0.0.0/0", "::/0")
INSTANCES = {"Fn::GetAtt": ["InstanceGroup", "GroupId"]}
BALANCER = {"Fn::GetAtt": ["LoadBalancerGroup", "GroupId"]}
OUTWARDS = [
    {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0", "Description": "What instances and containers call"},
    {"IpProtocol": "-1", "CidrIpv6": "::/0", "Description": "What instances and containers call"},
]


def table(application: Application) -> dict[str, dict[str, Any]]:
    """The option table of `dev` by namespace."""
    made: dict[str, dict[str, Any]] = {}
    for (namespace, name, _), entry in options.table(application, application.environments["dev"]).items():
        made.setdefault(namespace, {})[name] = encode_to_dict(entry.value)
    return made


def template(application: Application) -> dict[str, Any]:
    """The resources of `dev` by logical ID."""
    built = stacks(application, {"dev": f"{'0' * 64}.zip"})
    [made] = [each.template.to_dict()["Resources"] for each in built if not each.stack.is_shared]
    return dict(made)


def groups(application: Application) -> dict[str, dict[str, Any]]:
    """The properties of security groups and their rules by logical ID."""
    found = template(application)
    return {name: each["Properties"] for name, each in found.items() if "SecurityGroup" in each["Type"]}


def rule(port: int, description: str, **peer: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": description, **peer}


def without_groups(found: dict[str, Any]) -> dict[str, Any]:
    """The launch options without what every environment has."""
    usual = ("DisableIMDSv1", "EC2KeyName", "IamInstanceProfile", "RootVolumeType")
    return {name: value for name, value in found.items() if name not in usual}


@pytest.mark.parametrize(
    ("balancer", "vpc", "load_balancer"),
    [
        (
            "{}",
            {"AssociatePublicIpAddress": "false", "ELBScheme": "public", "ELBSubnets": f"{C},{D}"},
            {"ManagedSecurityGroup": BALANCER, "SecurityGroups": BALANCER},
        ),
        (
            "{scheme: internal, ip_address_type: dualstack}",
            {"AssociatePublicIpAddress": "false", "ELBScheme": "internal", "ELBSubnets": f"{C},{D}"},
            {"IpAddressType": "dualstack", "ManagedSecurityGroup": BALANCER, "SecurityGroups": BALANCER},
        ),
        (
            "{type: network, ip_address_type: ipv4}",
            {"AssociatePublicIpAddress": "false", "ELBScheme": "public", "ELBSubnets": f"{C},{D}"},
            {"IpAddressType": "ipv4"},
        ),
        ("{type: none}", {}, None),
    ],
)
def test_a_vpc_sets_its_options_and_groups(
    balancer: str, vpc: dict[str, str], load_balancer: dict[str, Any] | None, shop: Configured
) -> None:
    found = table(shop(f"{PRIVATE}\nload_balancer: {balancer}"))
    assert found[VPC] == {"VPCId": ID, "Subnets": f"{A},{B}", **vpc}
    assert found.get("aws:elbv2:loadbalancer") == load_balancer
    disabled = "false" if "network" in balancer else "true"
    assert without_groups(found[LAUNCH]) == {"DisableDefaultEC2SecurityGroup": disabled, "SecurityGroups": INSTANCES}


def test_a_network_load_balancer_with_sources_leaves_the_group_of_eb_out(shop: Configured) -> None:
    found = table(shop(f"{PRIVATE}\nload_balancer: {{type: network, sources: [10.0.0.0/8]}}"))[LAUNCH]
    assert (found["DisableDefaultEC2SecurityGroup"], found["SecurityGroups"]) == ("true", INSTANCES)


def test_a_classic_load_balancer_takes_its_group_in_its_own_namespace(shop: Configured) -> None:
    found = table(shop(f"{PRIVATE}\nload_balancer: {{type: classic}}"))
    assert found["aws:elb:loadbalancer"] == {"ManagedSecurityGroup": BALANCER, "SecurityGroups": BALANCER}
    assert "aws:elbv2:loadbalancer" not in found


def test_subnets_are_the_instances_own_where_none_are_named(shop: Configured) -> None:
    vpc = f"vpc: {{id: {ID}, subnets: [{A}, {B}], public_ip: true}}"
    found = table(shop(f"{vpc}\ndatabase: {{engine: mysql}}"))[VPC]
    assert (found["ELBSubnets"], found["DBSubnets"]) == (f"{A},{B}", f"{A},{B}")
    assert found["AssociatePublicIpAddress"] == "true"
    named = table(shop(f"{vpc[:-1]}, database_subnets: [{C}, {D}]}}\ndatabase: {{engine: mysql}}"))[VPC]
    assert named["DBSubnets"] == f"{C},{D}"


def test_a_database_of_the_options_gets_its_subnets_too(shop: Configured) -> None:
    found = table(shop(f"{PRIVATE[:-1]}, database_subnets: [{A}, {D}]}}\n{RAW_DATABASE}"))[VPC]
    assert found["DBSubnets"] == f"{A},{D}"


def test_without_a_vpc_or_sources_eb_makes_its_own_groups(shop: Configured) -> None:
    for settings in ("", "key_pair: ops\nssh_source: 10.0.0.0/8", "load_balancer: {scheme: public}"):
        assert groups(shop(settings)) == {}
        assert "SecurityGroups" not in table(shop(settings))[LAUNCH]


def test_a_database_needs_the_group_of_eb_that_it_admits(shop: Configured) -> None:
    found = table(shop(f"{PRIVATE}\ndatabase: {{engine: mysql}}"))[LAUNCH]
    assert (found["DisableDefaultEC2SecurityGroup"], found["SecurityGroups"]) == ("false", INSTANCES)
    assert table(shop(f"{PRIVATE}\n{RAW_DATABASE}"))[LAUNCH]["DisableDefaultEC2SecurityGroup"] == "false"


def test_who_may_connect_by_ssh_is_an_option_for_the_group_of_eb(shop: Configured) -> None:
    found = table(shop("key_pair: ops\nssh_source: 203.0.113.0/24"))[LAUNCH]
    assert without_groups(found) == {"SSHSourceRestriction": "tcp, 22, 22, 203.0.113.0/24"}


def test_the_groups_of_a_load_balancer_and_its_instances_name_each_other(shop: Configured) -> None:
    application = shop(f"{PRIVATE}\ntags: {{team: blue}}")
    tags = [{"Key": "team", "Value": "blue"}]
    assert groups(application) == {
        "InstanceGroup": {
            "GroupDescription": "Instances of dev",
            "SecurityGroupEgress": OUTWARDS,
            "Tags": tags,
            "VpcId": ID,
        },
        "LoadBalancerGroup": {
            "GroupDescription": "Load balancer of dev",
            "SecurityGroupEgress": [rule(80, "Requests to the instances", DestinationSecurityGroupId=INSTANCES)],
            "SecurityGroupIngress": [rule(80, "Requests", CidrIp="0.0.0.0/0")],
            "Tags": tags,
            "VpcId": ID,
        },
        "FromLoadBalancerToPort80": {
            "GroupId": INSTANCES,
            **rule(80, "Requests from the load balancer", SourceSecurityGroupId=BALANCER),
        },
    }


def test_a_group_that_admits_everybody_says_why_in_its_template(shop: Configured) -> None:
    def skipped(settings: str) -> dict[str, list[str]]:
        found = template(shop(f"{PRIVATE}\n{settings}"))
        return {
            name: [check["id"] for check in each["Metadata"]["checkov"]["skip"]]
            for name, each in found.items()
            if "SecurityGroup" in each["Type"] and "Metadata" in each
        }

    assert skipped("") == {"LoadBalancerGroup": ["CKV_AWS_260"]}
    assert skipped("load_balancer: {type: none}") == {"InstanceGroup": ["CKV_AWS_260"]}
    assert skipped("load_balancer: {sources: [10.0.0.0/8]}") == {}


def test_the_environment_waits_for_the_rules_and_is_deleted_before_them(shop: Configured) -> None:
    assert template(shop(PRIVATE))["Environment"]["DependsOn"] == ["FromLoadBalancerToPort80"]
    assert "DependsOn" not in template(shop(""))["Environment"]


def test_ports_are_those_of_listeners_and_processes(shop: Configured) -> None:
    """Of the option table, whichever key or option made it."""
    found = groups(
        shop(
            f"""\
{PRIVATE}
containers: {{web: {{ports: ["8080:80", "8081:81"]}}}}
load_balancer: {{port: 8080, sources: [203.0.113.7/24, '2001:db8::/32', pl-0123456789abcdef0]}}
options:
  {LISTENER}:default: {{ListenerEnabled: false}}
  {LISTENER}:443: {{Protocol: HTTPS, SSLCertificateArns: 'arn:aws:acm:eu-west-1:123456789012:certificate/0a'}}
  {LISTENER}:8443: {{DefaultProcess: admin}}
  {LISTENER}rule:admin: {{PathPatterns: /admin/*, Process: admin}}
  {PROCESS}:admin: {{Port: 8081}}
"""
        )
    )
    clients = [
        {"CidrIp": "203.0.113.0/24"},
        {"CidrIpv6": "2001:db8::/32"},
        {"SourcePrefixListId": "pl-0123456789abcdef0"},
    ]
    assert found["LoadBalancerGroup"]["SecurityGroupIngress"] == [
        rule(port, "Requests", **client) for port in (443, 8443) for client in clients
    ]
    assert found["LoadBalancerGroup"]["SecurityGroupEgress"] == [
        rule(port, "Requests to the instances", DestinationSecurityGroupId=INSTANCES) for port in (8080, 8081)
    ]
    assert found.keys() - {"LoadBalancerGroup", "InstanceGroup"} == {
        "FromLoadBalancerToPort8080",
        "FromLoadBalancerToPort8081",
    }


def test_https_and_processes_bring_their_ports(shop: Configured) -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0123abcd-0123-abcd-0123-0123456789ab"
    keys = (
        "processes: {api: {port: 8000}, again: {port: 8000}}, rules: {api: {priority: 1, paths: [/api], process: api}}"
    )
    found = groups(
        shop(
            f"""\
{PRIVATE}
containers: {{web: {{ports: ["80:80", "8000:81"]}}}}
load_balancer: {{{keys}}}
https: {{certificate: '{arn}', http: none}}
dns: none
"""
        )
    )
    assert found["LoadBalancerGroup"]["SecurityGroupIngress"] == [rule(443, "Requests", CidrIp="0.0.0.0/0")]
    assert found.keys() - {"LoadBalancerGroup", "InstanceGroup"} == {
        "FromLoadBalancerToPort80",
        "FromLoadBalancerToPort8000",
    }
    redirecting = groups(shop(f"{PRIVATE}\nhttps: {{certificate: '{arn}'}}\ndns: none"))
    assert [each["FromPort"] for each in redirecting["LoadBalancerGroup"]["SecurityGroupIngress"]] == [80, 443]


def test_a_classic_load_balancer_has_ports_as_well(shop: Configured) -> None:
    found = groups(
        shop(
            f"""\
{PRIVATE}
containers: {{web: {{ports: ["8080:80"]}}}}
load_balancer: {{type: classic, port: 8080}}
options: {{'aws:elb:listener:443': {{ListenerProtocol: TCP, InstancePort: 8443, InstanceProtocol: TCP}}}}
"""
        )
    )
    assert [each["FromPort"] for each in found["LoadBalancerGroup"]["SecurityGroupIngress"]] == [80, 443]
    assert sorted(found) == [
        "FromLoadBalancerToPort8080",
        "FromLoadBalancerToPort8443",
        "InstanceGroup",
        "LoadBalancerGroup",
    ]


@pytest.mark.parametrize("kind", ["network", "none"])
def test_instances_admit_clients_themselves_where_no_load_balancer_has_a_group(kind: str, shop: Configured) -> None:
    balancer = f"load_balancer: {{type: {kind}, sources: [10.0.0.0/8]}}"
    assert groups(shop(f"{PRIVATE}\n{balancer}")) == {
        "InstanceGroup": {
            "GroupDescription": "Instances of dev",
            "SecurityGroupEgress": OUTWARDS,
            "SecurityGroupIngress": [rule(80, "Requests", CidrIp="10.0.0.0/8")],
            "VpcId": ID,
        }
    }


def test_dual_stack_admits_everybody_by_ipv6_as_well(shop: Configured) -> None:
    found = groups(shop(f"{PRIVATE}\nload_balancer: {{ip_address_type: dualstack}}"))
    assert found["LoadBalancerGroup"]["SecurityGroupIngress"] == [
        rule(80, "Requests", CidrIp="0.0.0.0/0"),
        rule(80, "Requests", CidrIpv6="::/0"),
    ]


@pytest.mark.parametrize(
    ("source", "peer"),
    [
        ("203.0.113.0/24", {"CidrIp": "203.0.113.0/24"}),
        ("2001:db8::/32", {"CidrIpv6": "2001:db8::/32"}),
        ("sg-0123456789abcdef0", {"SourceSecurityGroupId": "sg-0123456789abcdef0"}),
    ],
)
def test_instances_admit_ssh_from_its_source_alone(source: str, peer: dict[str, str], shop: Configured) -> None:
    found = groups(shop(f"{PRIVATE}\nkey_pair: ops\nssh_source: {source}"))
    assert found["InstanceGroup"]["SecurityGroupIngress"] == [rule(22, "SSH", **peer)]
    assert "SecurityGroupIngress" not in groups(shop(f"{PRIVATE}\nssh_source: {source}"))["InstanceGroup"]


def test_sources_make_groups_in_the_default_vpc(shop: Configured) -> None:
    found = groups(shop("load_balancer: {sources: [10.0.0.0/8]}"))
    assert found["InstanceGroup"] == {"GroupDescription": "Instances of dev"}
    assert found["LoadBalancerGroup"] == {
        "GroupDescription": "Load balancer of dev",
        "SecurityGroupIngress": [rule(80, "Requests", CidrIp="10.0.0.0/8")],
    }


def test_a_vpc_of_the_options_is_that_of_the_groups(shop: Configured) -> None:
    raw = f"options: {{'{VPC}': {{VPCId: {ID}, Subnets: '{A},{B}', ELBSubnets: '{A},{B}'}}}}"
    assert groups(shop(f"load_balancer: {{sources: [10.0.0.0/8]}}\n{raw}"))["LoadBalancerGroup"]["VpcId"] == ID


def test_a_function_in_the_options_can_be_the_vpc_of_the_groups(shop: Configured) -> None:
    raw = f"options: {{'{VPC}': {{VPCId: !ImportValue vpc, Subnets: '{A},{B}', ELBSubnets: '{A},{B}'}}}}"
    found = groups(shop(f"load_balancer: {{sources: [10.0.0.0/8]}}\n{raw}"))
    assert found["LoadBalancerGroup"]["VpcId"] == found["InstanceGroup"]["VpcId"] == {"Fn::ImportValue": "vpc"}


def test_the_groups_of_a_shared_load_balancer_are_left_alone(shop: Configured) -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0a"
    application = shop(f"{PRIVATE}\nload_balancer: {{shared: '{arn}'}}")
    assert table(application)[VPC] == {
        "VPCId": ID,
        "Subnets": f"{A},{B}",
        "ELBSubnets": f"{C},{D}",
        "AssociatePublicIpAddress": "false",
    }
    assert groups(application) == {}
    assert "DisableDefaultEC2SecurityGroup" not in table(application)[LAUNCH]


def test_session_manager_is_a_right_of_the_instances(shop: Configured) -> None:
    def policies(settings: str) -> list[str]:
        return [arn["Fn::Sub"] for arn in template(shop(settings))["InstanceRole"]["Properties"]["ManagedPolicyArns"]]

    core = "arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert policies("session_manager: true") == [*policies(""), core]


def admitted(resources: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """The group, the port and the client of every rule that admits a block of addresses."""
    for name, resource in resources.items():
        properties = resource["Properties"]
        embedded = properties.get("SecurityGroupIngress", []) if resource["Type"] == "AWS::EC2::SecurityGroup" else []
        own = [properties] if resource["Type"] == "AWS::EC2::SecurityGroupIngress" else []
        for each in [*embedded, *own]:
            client = each.get("CidrIp") or each.get("CidrIpv6")
            if client:
                yield name, each["FromPort"], client


KINDS = ("application", "network", "classic", "none")
SHELLS = ("", "session_manager: true", "key_pair: ops\nssh_source: 203.0.113.0/24")
DATABASES = ("", "database: {engine: postgres, user: shop}")
SOURCES = ("", ", sources: [10.0.0.0/8]")


@pytest.mark.parametrize(("kind", "shell", "database", "sources"), list(product(KINDS, SHELLS, DATABASES, SOURCES)))
def test_nothing_is_open_to_the_world_but_what_takes_requests(
    kind: str, shell: str, database: str, sources: str, shop: Configured
) -> None:
    if database and sources and kind in ("network", "none"):
        pytest.skip("is refused")
    resources = template(shop(f"{PRIVATE}\n{shell}\n{database}\nload_balancer: {{type: {kind}{sources}}}"))
    takes_requests = "LoadBalancerGroup" if kind in ("application", "classic") else "InstanceGroup"
    to_world = {each[:2] for each in admitted(resources) if each[2] in WORLD}
    assert to_world == (set() if sources else {(takes_requests, 80)})
    of_ssh = {client for _, port, client in admitted(resources) if port == 22}
    assert of_ssh == ({"203.0.113.0/24"} if "ssh_source" in shell else set())
