"""Certain and possible problems with the roles that are made from an environment's configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troposphere import encode_to_dict

from beanstack.config.sections.roles import AWS, WORDS
from beanstack.eb.branches import ECS
from beanstack.eb.findings import Finding, shown
from beanstack.eb.namespaces import HEALTH
from beanstack.eb.policies import known_policy
from beanstack.eb.rolearns import without_account
from beanstack.eb.roles import instance_role_findings
from beanstack.eb.rules import CONFIG_WARNING
from beanstack.resources import iam, instancepolicies, statements
from beanstack.resources.options import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import Sub

    from beanstack.config import Application, Environment
    from beanstack.eb.findings import Path

POLICIES: Path = ("instance_role", "managed_policies")
SERVICE_ROLE: Path = ("service_role",)


def judged(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield what AWS would refuse in the roles, permissions that EB would lack, and those that are too broad."""
    yield from _instance_role(application, environment)
    yield from statements.unwise(environment)
    yield from _service_role(application, environment)
    for path, secrets in instancepolicies.named_secrets(environment).items():
        if not secrets and not environment.instance_profile:
            message = "names no secret of `resources`; say in `instance_role.statements` that instances may read it"
            yield Finding(path, message, CONFIG_WARNING)


def _instance_role(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield managed policies that cannot be attached, and what instances need that no policy of the role allows."""
    given = environment.instance_role.managed_policies
    if environment.instance_profile or given == (AWS,):
        return
    managed = [arn if isinstance(arn, str) else _of_aws(arn) for arn in iam.managed_policies(environment)]
    own = [encode_to_dict(policy) for policy in instancepolicies.policies(application, environment)]
    system = table(application, environment)[HEALTH, "SystemType", ""].value
    found = instance_role_findings(
        {"ManagedPolicyArns": managed, "Policies": own},
        tier=environment.tier,
        platform=ECS,
        attached=(),
        enhanced_health=system == "enhanced",
    )
    reported: set[Path] = set()
    for finding in found:
        path = POLICIES
        if finding.path[:1] == ("ManagedPolicyArns",):
            arn = managed[int(finding.path[1])]
            places = [index for index, name in enumerate(given) if arn == name or arn.endswith(f"/{name}")]
            path = (*POLICIES, *places[:1])
        reported.add(path)
        yield replace(finding, path=path)
    for index, name in enumerate(given):
        is_of_aws = not name.startswith("arn:") and name not in WORDS
        if is_of_aws and not known_policy(name) and (*POLICIES, index) not in reported:
            message = f"AWS is not known to have a managed policy {shown(name)}; one of your own needs its ARN"
            yield Finding((*POLICIES, index), message, CONFIG_WARNING)


def _of_aws(arn: Sub) -> str:
    """Return the ARN of a policy of AWS as it is in the usual partition."""
    return str(arn.data["Fn::Sub"]).replace("${AWS::Partition}", "aws")


def _service_role(application: Application, environment: Environment) -> Iterator[Finding]:
    """Yield roles that the application's stack cannot name, or makes though this environment uses another.

    It has one template for every account, and its EB application one role for the lifecycle of versions:
    https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ApplicationResourceLifecycleConfig.html
    """
    if not environment.service_role:
        return
    environments = application.environments.values()
    without = [other.name for other in environments if not other.service_role]
    if without:
        message = f"the application's stack makes a service role all the same, because {without[0]!r} names none"
        yield Finding(SERVICE_ROLE, message, CONFIG_WARNING)
        return
    first = next(iter(environments))
    is_elsewhere = len({other.account for other in environments}) > 1
    if is_elsewhere and without_account(environment.service_role) != without_account(first.service_role or ""):
        message = (
            f"the application's stack, which has one template for all accounts, names {shown(first.service_role)} of "
            f"{first.name!r} for the lifecycle of versions; in all accounts the roles must have one name"
        )
        yield Finding(SERVICE_ROLE, message)
