"""Resource types of CloudFormation that the engine of the local AWS lacks: what their schemas say of properties."""

from __future__ import annotations

from typing import Any

from scripts.facts.sources import schema

# What templates of environments, or the Resources of their bundles, are likely to name.
TYPES = (
    "AWS::AutoScaling::WarmPool",
    "AWS::Backup::BackupSelection",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::EIP",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::FlowLog",
    "AWS::EC2::KeyPair",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetCidrBlock",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::VPCCidrBlock",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::ServiceLinkedRole",
    "AWS::Logs::QueryDefinition",
    "AWS::RDS::EventSubscription",
    "AWS::RDS::OptionGroup",
    "AWS::Route53::HealthCheck",
    "AWS::Route53::RecordSetGroup",
    "AWS::SSM::Association",
    "AWS::SSM::Document",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::IPSet",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::RegexPatternSet",
    "AWS::WAFv2::WebACLAssociation",
)
LISTS = {"primaryIdentifier": "identifier", "readOnlyProperties": "read_only", "createOnlyProperties": "create_only"}
# Of a value's schema; the others are prose, or need more than the value to be judged.
KEPT = ("type", "enum", "pattern", "required", "$ref", "additionalProperties")


def facts() -> dict[str, Any]:
    """Return the schemas by type, without prose and without what nothing reads."""
    return {"types": {name: _type(schema(name)) for name in TYPES}}


def _type(given: dict[str, Any]) -> dict[str, Any]:
    found = _value(given)
    for name, ours in LISTS.items():
        paths = (path.removeprefix("/properties/") for path in given.get(name, ()))
        found[ours] = [path.replace("/", ".") for path in paths if "*" not in path]
    definitions = {name: _value(one) for name, one in sorted(given.get("definitions", {}).items())}
    return {**found, "definitions": definitions} if definitions else found


def _value(given: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of the schema of a value, and of the values in it."""
    found = {key: given[key] for key in KEPT if key in given}
    if isinstance(given.get("items"), dict):
        found["items"] = _value(given["items"])
    if given.get("properties"):
        found["properties"] = {name: _value(one) for name, one in sorted(given["properties"].items())}
    return found
