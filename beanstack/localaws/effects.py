"""What resources of some types do to others, which the engine keeps: rules of security groups, and web ACLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from beanstack.localaws.modules import Modules

Properties = Mapping[str, Any]
Effect = tuple[Callable[[Any, Properties], None], Callable[[Any, Properties], None]]
"""What a resource does when it is made, and how that is undone."""


def _rules(modules: Modules, properties: Properties, kind: str) -> list[Any]:
    """Return the rules of the group that a rule belongs to."""
    group = modules.ec2._security_groups.get(properties.get("GroupId"), {})
    rules: list[Any] = group.setdefault(kind, [])
    return rules


def _admit(modules: Modules, properties: Properties) -> None:
    _rules(modules, properties, "IpPermissions").extend(modules.provisioners._ec2_sg_permissions([properties]))


def _no_longer_admit(modules: Modules, properties: Properties) -> None:
    _remove(_rules(modules, properties, "IpPermissions"), modules, properties)


def _allow_out(modules: Modules, properties: Properties) -> None:
    _rules(modules, properties, "IpPermissionsEgress").extend(modules.provisioners._ec2_sg_permissions([properties]))


def _no_longer_allow_out(modules: Modules, properties: Properties) -> None:
    _remove(_rules(modules, properties, "IpPermissionsEgress"), modules, properties)


def _remove(rules: list[Any], modules: Modules, properties: Properties) -> None:
    for rule in modules.provisioners._ec2_sg_permissions([properties]):
        if rule in rules:
            rules.remove(rule)


def _associate(modules: Modules, properties: Properties) -> None:
    modules.waf._associations[properties["ResourceArn"]] = properties["WebACLArn"]


def _disassociate(modules: Modules, properties: Properties) -> None:
    modules.waf._associations.pop(properties["ResourceArn"], None)


EFFECTS: Final[Mapping[str, Effect]] = {
    "AWS::EC2::SecurityGroupEgress": (_allow_out, _no_longer_allow_out),
    "AWS::EC2::SecurityGroupIngress": (_admit, _no_longer_admit),
    "AWS::WAFv2::WebACLAssociation": (_associate, _disassociate),
}
