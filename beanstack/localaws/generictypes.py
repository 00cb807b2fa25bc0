"""Resource types that the engine lacks: each keeps its properties, with Ref and Fn::GetAtt as AWS's schema has them.

Which types there are, and their schemas, is in `beanstack/eb/facts/kept/resourcetypes.json`.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from beanstack.eb.kept import kept
from beanstack.localaws.api import random_name
from beanstack.localaws.effects import EFFECTS
from beanstack.localaws.schemas import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.modules import Modules

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]

# The beginnings of the IDs that AWS generates, by type and property; others are plain hexadecimal digits.
IDS: Final = {
    "AWS::EC2::EIP AllocationId": "eipalloc-0",
    "AWS::EC2::EIPAssociation Id": "eipassoc-0",
    "AWS::EC2::EgressOnlyInternetGateway Id": "eigw-0",
    "AWS::EC2::FlowLog Id": "fl-0",
    "AWS::EC2::KeyPair KeyPairId": "key-0",
    "AWS::EC2::NatGateway EniId": "eni-0",
    "AWS::EC2::NatGateway NatGatewayId": "nat-0",
    "AWS::EC2::NatGateway RouteTableId": "rtb-0",
    "AWS::EC2::NetworkAcl Id": "acl-0",
    "AWS::EC2::SecurityGroupEgress Id": "sgr-0",
    "AWS::EC2::SecurityGroupIngress Id": "sgr-0",
    "AWS::EC2::SubnetCidrBlock Id": "subnet-cidr-assoc-0",
    "AWS::EC2::SubnetNetworkAclAssociation AssociationId": "aclassoc-0",
    "AWS::EC2::VPCCidrBlock Id": "vpc-cidr-assoc-0",
}
# Where Ref returns one part of an identifier of several.
FIRST: Final = ("AWS::EC2::EIP", "AWS::EC2::VPCCidrBlock")
_HEX: Final = 8  # bytes of a generated ID, besides its first digit


def close_gaps(modules: Modules) -> None:
    """Register the types that the engine does not have."""
    provisioners = modules.provisioners
    for name, schema in kept("resourcetypes")["types"].items():
        if name in provisioners._RESOURCE_HANDLERS:
            continue
        made = GenericType(modules, name, schema)
        provisioners._RESOURCE_HANDLERS[name] = {
            "create": made.create,
            "update": made.update,
            "update_with_logical_id": True,
            "delete": made.delete,
        }
        provisioners._REPLACING_PROPERTIES[name] = tuple(schema["create_only"])
        if schema["properties"].get("Tags", {}).get("type") == "array":
            provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")


class GenericType:
    """A resource type that a schema describes."""

    def __init__(self, modules: Modules, name: str, schema: Mapping[str, Any]) -> None:
        self._modules = modules
        self._name = name
        self._schema = schema
        self._attributes: dict[tuple[str, str, str], dict[str, Any]] = {}

    def create(self, logical_id: str, properties: Properties, stack: str) -> Created:
        """Make a resource; raise ValueError if its properties are not valid."""
        self._check(logical_id, properties)
        own_name = f"{stack}-{logical_id}-{random_name(12)}"
        identifiers = [str(properties.get(name) or self._made(name, own_name)) for name in self._schema["identifier"]]
        ident = identifiers[0] if self._name in FIRST else "|".join(identifiers)
        known = dict(zip(self._schema["identifier"], identifiers, strict=True))
        attributes = {}
        for name in self._schema["read_only"]:
            attributes[name] = known.get(name) or self._made(name, own_name)
        self._attributes[self._key(ident)] = attributes
        if self._name in EFFECTS:
            EFFECTS[self._name][0](self._modules, properties)
        return ident, attributes

    def update(
        self, ident: str, old: Properties, new: Properties, _stack: str, logical_id: str | None = None
    ) -> Created:
        """Change a resource in place; the engine replaces it where a property can only be set at its creation."""
        self._check(logical_id or ident, new)
        if self._name in EFFECTS:
            do, undo = EFFECTS[self._name]
            undo(self._modules, old)
            do(self._modules, new)
        return ident, self._attributes.get(self._key(ident), {})

    def delete(self, ident: str, properties: Properties) -> None:
        """Forget a resource."""
        if self._name in EFFECTS:
            EFFECTS[self._name][1](self._modules, properties)
        self._attributes.pop(self._key(ident), None)

    def _key(self, ident: str) -> tuple[str, str, str]:
        responses = self._modules.responses
        return (responses.get_account_id(), responses.get_region(), ident)

    def _check(self, logical_id: str, properties: Properties) -> None:
        found = problems(self._schema, properties)
        if found:
            about = f"Properties validation failed for resource {logical_id} with message:"
            raise ValueError("\n".join([about, *found]))

    def _made(self, name: str, own_name: str) -> str:
        """Return a value that AWS would generate for a property of a resource; `own_name` is the resource's name."""
        beginning = IDS.get(f"{self._name} {name}")
        if beginning:
            return beginning + secrets.token_hex(_HEX)
        region, account = self._modules.responses.get_region(), self._modules.responses.get_account_id()
        if name.endswith("Arn"):
            _, service, kind = self._name.lower().split("::")
            return f"arn:aws:{service}:{region}:{account}:{kind}/{own_name}"
        if name in ("DNSName", "CanonicalHostedZoneName"):
            return f"{own_name}.{region}.elb.amazonaws.com"
        if name == "PublicIp":
            return f"203.0.113.{secrets.randbelow(254) + 1}"  # TEST-NET-3, which answers nowhere
        if name.endswith("Name"):
            return own_name
        return secrets.token_hex(_HEX)
