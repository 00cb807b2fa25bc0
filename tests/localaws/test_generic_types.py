"""Types that the engine lacks, by AWS's schemas, and networks that do not exist."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from beanstack.eb.kept import kept

if TYPE_CHECKING:
    from .conftest import LocalAWS

GROUP = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "one"}}
RULE = {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
FOREIGN = {"IpProtocol": "-1", "SourceSecurityGroupId": "sg-1"}


def stack(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def physical(local: LocalAWS, name: str, logical: str) -> str:
    found = local.client("cloudformation").describe_stack_resource(StackName=name, LogicalResourceId=logical)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def refusal(local: LocalAWS, name: str, template: dict[str, Any]) -> str:
    """Return why a stack is not created."""
    assert local.create(name, template) == "ROLLBACK_COMPLETE"
    return str(local.first_failure(name)["ResourceStatusReason"])


def test_ref_and_getatt_give_what_the_schema_says(local: LocalAWS, name: str) -> None:
    template = stack(
        Address=of("EC2::EIP", Domain="vpc"),
        Gateway=of(
            "EC2::NatGateway",
            SubnetId="subnet-00000001",
            AllocationId={"Fn::GetAtt": ["Address", "AllocationId"]},
        ),
    )
    outputs = {
        "Address": {"Ref": "Address"},
        "Allocation": {"Fn::GetAtt": ["Address", "AllocationId"]},
        "Gateway": {"Ref": "Gateway"},
    }
    template["Outputs"] = {key: {"Value": value} for key, value in outputs.items()}
    assert local.create(name, template) == "CREATE_COMPLETE", local.first_failure(name)
    found = local.outputs(name)
    assert found["Address"].startswith("203.0.113.")
    assert found["Allocation"].startswith("eipalloc-0")
    assert found["Gateway"].startswith("nat-0")


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (of("SSM::Document"), "#: required key [Content] not found"),
        (of("EC2::EIP", Colour="red"), "#: extraneous key [Colour] is not permitted"),
        (of("EC2::EIP", AllocationId="eipalloc-1"), "#: extraneous key [AllocationId] is not permitted"),
        (of("EC2::FlowLog", ResourceId="vpc-1", ResourceType="Bridge"), "Bridge is not a valid enum value"),
        (of("SSM::Document", Content={}, Attachments="a"), "#/Attachments: expected type: Array, found: String"),
        (
            of("ElasticLoadBalancing::LoadBalancer", Listeners=[{"InstancePort": "80", "Protocol": "HTTP"}]),
            "#/Listeners/0: required key [LoadBalancerPort] not found",
        ),
        (
            of("SecretsManager::RotationSchedule", SecretId="s", RotationRules={"Days": 1}),
            "#/RotationRules: extraneous key [Days] is not permitted",
        ),
    ],
)
def test_properties_are_judged_by_the_schema(
    local: LocalAWS, name: str, resource: dict[str, Any], message: str
) -> None:
    reason = refusal(local, name, stack(It=resource))
    assert reason.startswith("Properties validation failed for resource It with message:")
    assert message in reason


def test_numbers_and_booleans_may_be_text(local: LocalAWS, name: str) -> None:
    listener = {"InstancePort": 80, "LoadBalancerPort": "80", "Protocol": "HTTP"}
    template = stack(It=of("ElasticLoadBalancing::LoadBalancer", Listeners=[listener], CrossZone="true"))
    assert local.create(name, template) == "CREATE_COMPLETE", local.first_failure(name)


def test_only_a_change_of_a_create_only_property_replaces_a_resource(local: LocalAWS, name: str) -> None:
    document = {"schemaVersion": "0.3", "mainSteps": []}
    template = stack(It=of("SSM::Document", Content=document, DocumentType="Automation"))
    assert local.create(name, template) == "CREATE_COMPLETE", local.first_failure(name)
    first = physical(local, name, "It")
    template["Resources"]["It"]["Properties"]["VersionName"] = "two"
    assert local.update(name, template) == "UPDATE_COMPLETE"
    assert physical(local, name, "It") == first
    template["Resources"]["It"]["Properties"]["DocumentType"] = "Command"
    assert local.update(name, template) == "UPDATE_COMPLETE"
    assert physical(local, name, "It") != first


def test_every_type_has_an_identifier_that_can_be_made(local: LocalAWS, name: str) -> None:
    for kind, schema in kept("resourcetypes")["types"].items():
        assert schema["identifier"], kind
    association = of("WAFv2::WebACLAssociation", ResourceArn="arn:aws:one", WebACLArn="arn:aws:two")
    assert local.create(name, stack(It=association)) == "CREATE_COMPLETE"
    assert physical(local, name, "It") == "arn:aws:one|arn:aws:two"


def test_a_rule_of_its_own_joins_its_group_and_leaves_it(local: LocalAWS, name: str) -> None:
    template = stack(Group=GROUP, Rule=of("EC2::SecurityGroupIngress", **RULE, CidrIp="10.0.0.0/8"))
    assert local.create(name, template) == "CREATE_COMPLETE", local.first_failure(name)
    ec2, group = local.client("ec2"), physical(local, name, "Group")

    def sources() -> list[str]:
        [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        return [one["CidrIp"] for rule in found["IpPermissions"] for one in rule["IpRanges"]]

    assert sources() == ["10.0.0.0/8"]
    template["Resources"]["Rule"]["Properties"]["CidrIp"] = "10.1.0.0/16"
    assert local.update(name, template) == "UPDATE_COMPLETE"
    assert sources() == ["10.1.0.0/16"]
    assert local.update(name, stack(Group=GROUP)) == "UPDATE_COMPLETE"
    assert sources() == []


def test_two_groups_may_name_each_other_in_rules_of_their_own(local: LocalAWS, name: str) -> None:
    other = {"Fn::GetAtt": ["Other", "GroupId"]}
    template = stack(
        Group=GROUP,
        Other=GROUP,
        In=of("EC2::SecurityGroupIngress", **RULE, SourceSecurityGroupId=other),
        Out=of("EC2::SecurityGroupEgress", **{**RULE, "GroupId": other, "DestinationSecurityGroupId": RULE["GroupId"]}),
    )
    assert local.create(name, template) == "CREATE_COMPLETE", local.first_failure(name)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (of("EC2::SecurityGroup", GroupDescription="a", VpcId="vpc-1"), "InvalidVpcID.NotFound"),
        (of("EC2::NatGateway", SubnetId="subnet-1"), "InvalidSubnetID.NotFound"),
        (
            of("EC2::SecurityGroupIngress", GroupId="sg-1", IpProtocol="-1", CidrIp="10.0.0.0/8"),
            "InvalidGroup.NotFound",
        ),
        (
            of("ElasticLoadBalancingV2::LoadBalancer", Subnets=["subnet-00000001", "subnet-1"]),
            "InvalidSubnetID.NotFound",
        ),
        (
            of("ElasticLoadBalancingV2::LoadBalancer", Subnets=["subnet-00000001"]),
            "At least two subnets in two different Availability Zones must be specified",
        ),
        (
            of("EC2::SecurityGroup", GroupDescription="a", SecurityGroupIngress=[FOREIGN]),
            "The security group 'sg-1' does not exist",
        ),
    ],
)
def test_networks_that_do_not_exist_are_refused(
    local: LocalAWS, name: str, resource: dict[str, Any], words: str
) -> None:
    assert words in refusal(local, name, stack(It=resource))


@pytest.mark.parametrize(
    ("namespace", "option", "value", "message"),
    [
        ("aws:ec2:vpc", "VPCId", "vpc-1", "The vpc ID 'vpc-1' does not exist"),
        ("aws:ec2:vpc", "Subnets", "subnet-00000001, subnet-1", "The subnet ID 'subnet-1' does not exist"),
        ("aws:ec2:vpc", "ELBSubnets", "subnet-1", "The subnet ID 'subnet-1' does not exist"),
        ("aws:ec2:vpc", "DBSubnets", "subnet-1", "The subnet ID 'subnet-1' does not exist"),
        ("aws:autoscaling:launchconfiguration", "SecurityGroups", "sg-1", "The security group 'sg-1' does not exist"),
        ("aws:elbv2:loadbalancer", "SecurityGroups", "sg-1", "The security group 'sg-1' does not exist"),
    ],
)
def test_an_option_that_names_a_network_that_does_not_exist_is_refused(
    local: LocalAWS, deployed: str, namespace: str, option: str, value: str, message: str
) -> None:
    setting = {"Namespace": namespace, "OptionName": option, "Value": value}
    with pytest.raises(ClientError) as caught:
        local.client("elasticbeanstalk").update_environment(EnvironmentName=deployed, OptionSettings=[setting])
    wrong = value.rpartition(" ")[2]
    about = f"Invalid option value: '{wrong}' (Namespace: '{namespace}', OptionName: '{option}'): {message}"
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ConfigurationValidationException",
        "Message": f"Configuration validation exception: {about}",
    }


def test_an_environment_is_made_in_a_vpc_that_exists(local: LocalAWS, name: str, template: Any) -> None:
    made = json.loads(local.aws("ec2", "create-vpc", "--cidr-block", "10.9.0.0/16").stdout)["Vpc"]["VpcId"]
    subnets = []
    for index, zone in enumerate(("us-east-1a", "us-east-1b")):
        words = ["--vpc-id", made, "--cidr-block", f"10.9.{index}.0/24", "--availability-zone", zone]
        subnets.append(json.loads(local.aws("ec2", "create-subnet", *words).stdout)["Subnet"]["SubnetId"])
    options = {
        ("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application",
        ("aws:ec2:vpc", "VPCId"): made,
        ("aws:ec2:vpc", "Subnets"): ",".join(subnets),
    }
    local.put("one.zip")
    assert local.create(name, template(name, options=options)) == "CREATE_COMPLETE", local.first_failure(name)
    stack_name = f"awseb-{local.environment(name)['EnvironmentId']}-stack"
    [balancer] = local.client("elbv2").describe_load_balancers(
        LoadBalancerArns=[physical(local, stack_name, "AWSEBV2LoadBalancer")]
    )["LoadBalancers"]
    assert [zone["SubnetId"] for zone in balancer["AvailabilityZones"]] == subnets
    assert local.environment(name)["EndpointURL"] == balancer["DNSName"]


def test_what_an_account_already_has_can_be_given(local: LocalAWS) -> None:
    subnets = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    assert local.give(vpcs={"vpc-0a1b2c3d": subnets}, security_groups={"vpc-0a1b2c3d": ["sg-0a1b2c3d"]}) == 200
    assert local.give(vpcs={"vpc-0a1b2c3d": subnets}) == 200
    found = local.client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"]
    assert {one["AvailabilityZone"] for one in found} == {"us-east-1a", "us-east-1b"}
    assert {one["VpcId"] for one in found} == {"vpc-0a1b2c3d"}
    assert local.client("ec2").describe_security_groups(GroupIds=["sg-0a1b2c3d"])["SecurityGroups"]
    assert [local.give(instance_profiles=["company"]) for _ in range(2)] == [200, 200]
    profile = local.client("iam").get_instance_profile(InstanceProfileName="company")["InstanceProfile"]
    assert profile["InstanceProfileName"] == "company"
    assert local.give(planets=["earth"]) == 400


def test_the_full_name_of_a_target_group_is_that_of_its_metrics(local: LocalAWS, name: str) -> None:
    template = stack(It=of("ElasticLoadBalancingV2::TargetGroup", Port=80, Protocol="HTTP", VpcId="vpc-00000001"))
    template["Outputs"] = {"Name": {"Value": {"Fn::GetAtt": ["It", "TargetGroupFullName"]}}}
    assert local.create(name, template) == "CREATE_COMPLETE"
    assert local.outputs(name)["Name"] == physical(local, name, "It").rpartition(":")[2]


def test_a_certificate_and_a_zone_that_an_account_already_has_can_be_given(local: LocalAWS) -> None:
    arn = "arn:aws:acm:us-east-1:000000000000:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    for domain in ("shop.given.example.com", "given.example.com"):
        assert local.give(certificates={arn: ["www.given.example.com"]}, zones={"ZGIVEN": domain}) == 200
    certificate = local.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    assert (certificate["DomainName"], certificate["Status"]) == ("www.given.example.com", "ISSUED")
    assert local.client("route53").get_hosted_zone(Id="ZGIVEN")["HostedZone"]["Name"] == "given.example.com."
