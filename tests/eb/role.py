"""Roles, as the tests of what they lack make them."""

from __future__ import annotations

from typing import Any

from beanstack.eb.findings import finding_id
from beanstack.eb.roles import RoleFault, instance_role_faults, service_role_faults

AWS = "arn:aws:iam::aws:policy/"
WEB, WORKER = f"{AWS}AWSElasticBeanstalkWebTier", f"{AWS}AWSElasticBeanstalkWorkerTier"
ECS = f"{AWS}AWSElasticBeanstalkMulticontainerDocker"
HEALTH = f"{AWS}service-role/AWSElasticBeanstalkEnhancedHealth"
UPDATES = f"{AWS}AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"


def trust(service: Any = "ec2.amazonaws.com", **statement: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"} | statement
    return {"Version": "2012-10-17", "Statement": [allow]}


def role(*arns: Any, service: str = "ec2.amazonaws.com", **properties: Any) -> dict[str, Any]:
    return {"AssumeRolePolicyDocument": trust(service), "ManagedPolicyArns": list(arns)} | properties


def inline(*actions: str, **statement: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"} | statement
    return {"PolicyName": "Own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow]}}


def of_instance(role: Any, **given: Any) -> list[RoleFault]:
    options: dict[str, Any] = {"tier": "web", "platform": "ecs-al2023", "attached": (), "enhanced_health": True} | given
    return list(instance_role_faults(role, **options))


def of_service(role: Any, **given: Any) -> list[RoleFault]:
    options: dict[str, Any] = {"managed_updates": True, "enhanced_health": True, "attached": ()} | given
    return list(service_role_faults(role, **options))


def ids(faults: list[RoleFault]) -> list[str]:
    return [finding_id(fault.severity, fault.kind) for fault in faults]


SOUND = role(WEB, ECS)
EB = "elasticbeanstalk.amazonaws.com"
SOUND_SERVICE = role(HEALTH, UPDATES, service=EB)
