"""Roles, as the tests of what they lack make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beanstack.eb.roles import instance_role_findings, service_role_findings

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding

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


def of_instance(role: Any, **given: Any) -> list[Finding]:
    options: dict[str, Any] = {"tier": "web", "platform": "ecs-al2023", "attached": (), "enhanced_health": True} | given
    return list(instance_role_findings(role, **options))


def of_service(role: Any, **given: Any) -> list[Finding]:
    options: dict[str, Any] = {"managed_updates": True, "enhanced_health": True, "attached": ()} | given
    return list(service_role_findings(role, **options))


def ids(findings: list[Finding]) -> list[str]:
    return [finding.id for finding in findings]


SOUND = role(WEB, ECS)
EB = "elasticbeanstalk.amazonaws.com"
SOUND_SERVICE = role(HEALTH, UPDATES, service=EB)
