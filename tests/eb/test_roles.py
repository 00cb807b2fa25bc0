"""What a role lacks as the role of an instance profile or as a service role: permissions, managed policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beanstack.eb import FACTS
from beanstack.eb.policies import allowed, managed_policies, matches
from scripts.managed_policies import granted as granted_by
from scripts.managed_policies import needed, policies
from tests.eb.role import (
    AWS,
    EB,
    ECS,
    HEALTH,
    SOUND,
    UPDATES,
    WEB,
    WORKER,
    ids,
    inline,
    of_instance,
    of_service,
    role,
    trust,
)

if TYPE_CHECKING:
    from pathlib import Path

    from beanstack.eb.findings import Finding

ENOUGH = {
    "managed policies": ((WEB, ECS), {}),
    "in China": ((WEB.replace("aws:iam", "aws-cn:iam"), ECS.replace("aws:iam", "aws-cn:iam")), {}),
    "administrator": ((f"{AWS}AdministratorAccess",), {}),
    "power user": ((f"{AWS}PowerUserAccess",), {}),
    "inline": ((ECS,), {"Policies": [inline("s3:*Object", "elasticbeanstalk:PutInstanceStatistics")]}),
    "inline in another case": ((WEB,), {"Policies": [inline("ECS:*")]}),
    "all inline": ((), {"Policies": [inline("*")]}),
}


@pytest.mark.parametrize(("arns", "properties"), ENOUGH.values(), ids=list(ENOUGH))
def test_a_role_with_all_that_it_needs_is_silent(arns: tuple[str, ...], properties: dict[str, Any]) -> None:
    assert of_instance(role(*arns, **properties)) == []


def test_what_another_resource_attaches_counts() -> None:
    assert of_instance(role(WEB), attached=[inline("ecs:*")["PolicyDocument"]]) == []


UNKNOWN = {
    "a policy's ARN": (role(None), ()),
    "a customer's policy": (role("arn:aws:iam::123456789012:policy/Own"), ()),
    "another policy of AWS": (role(f"{AWS}AmazonPolicyOfTomorrow"), ()),
    "all ARNs": (role() | {"ManagedPolicyArns": None}, ()),
    "all policies": (role(Policies=None), ()),
    "a document": (role(Policies=[{"PolicyName": "Own", "PolicyDocument": None}]), ()),
    "an action": (role(Policies=[inline(Action=[None])]), ()),
    "not these actions": (role(Policies=[inline(Action=[], NotAction="iam:*")]), ()),
    "what others attach": (role(), None),
    "one that another attaches": (role(), (None,)),
    "a boundary": (role(PermissionsBoundary="arn:aws:iam::123456789012:policy/Boundary"), ()),
}


@pytest.mark.parametrize(("properties", "attached"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_nothing_is_missing_where_something_is_not_known(properties: dict[str, Any], attached: Any) -> None:
    assert of_instance(properties, attached=attached) == []
    service = properties | {"AssumeRolePolicyDocument": trust(EB)}
    assert of_service(service, attached=attached) == []


def lacking(findings: list[Finding]) -> list[str]:
    """Return the policies whose permissions the findings say are missing."""
    assert set(ids(findings)) <= {"W9536"}
    assert all(finding.path == () for finding in findings)
    return [finding.message.rpartition(" ")[2] for finding in findings]


INSTANCE_NEEDS = [
    ("web", "python-al2023", True, ["AWSElasticBeanstalkWebTier"] * 2),
    ("web", "python-al2023", None, ["AWSElasticBeanstalkWebTier"]),
    ("worker", "python-al2023", None, ["AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkWorkerTier"]),
    ("web", "ecs-al2023", None, ["AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkMulticontainerDocker"]),
    (
        "web",
        "multicontainer-docker-al1",
        False,
        ["AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkMulticontainerDocker"],
    ),
    (None, None, None, ["AWSElasticBeanstalkWebTier"]),
    ("cluster", "ecs-al2023", True, []),
]


@pytest.mark.parametrize(("tier", "platform", "health", "policies"), INSTANCE_NEEDS)
def test_an_instance_needs_what_its_tier_and_platform_ask_for(
    tier: str | None, platform: str | None, health: bool | None, policies: list[str]
) -> None:
    bare = role(f"{AWS}AmazonSSMManagedInstanceCore", f"{AWS}AmazonEC2ContainerRegistryReadOnly")
    assert lacking(of_instance(bare, tier=tier, platform=platform, enhanced_health=health)) == policies


@pytest.mark.parametrize(
    ("arns", "lacks"),
    [
        (("AmazonDynamoDBFullAccess", "AmazonS3ReadOnlyAccess"), "s3:PutObject to fetch"),
        (("CloudWatchAgentServerPolicy", "AmazonSSMManagedInstanceCore"), "s3:GetObject, s3:PutObject to fetch"),
        (
            ("AmazonS3FullAccess", "service-role/AmazonEC2ContainerServiceforEC2Role"),
            "ecs:StartTask, ecs:StopTask to run",
        ),
        (("SecretsManagerReadWrite", "AmazonSQSFullAccess", "AmazonSNSFullAccess"), "s3:PutObject to fetch"),
        (("job-function/ViewOnlyAccess", "ReadOnlyAccess"), "s3:PutObject to fetch"),
    ],
)
def test_a_role_of_policies_of_other_services_is_judged_as_a_whole(arns: tuple[str, ...], lacks: str) -> None:
    found = of_instance(role(*(f"{AWS}{arn}" for arn in arns)))
    assert found[0].id == "W9536"
    assert f"the role lacks {lacks}" in " ".join(finding.message for finding in found)


@pytest.mark.parametrize(
    "arns",
    [
        ("AmazonS3FullAccess", "AmazonECS_FullAccess", "AdministratorAccess-AWSElasticBeanstalk"),
        ("AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkMulticontainerDocker", "AWSXRayDaemonWriteAccess"),
        ("PowerUserAccess",),
    ],
)
def test_policies_of_other_services_that_allow_enough_are_silent(arns: tuple[str, ...]) -> None:
    assert of_instance(role(*(f"{AWS}{arn}" for arn in arns))) == []


def test_the_known_policies_say_what_roles_need() -> None:
    """After a change of `needs`, `python -m scripts.managed_policies` has to run again."""
    known = json.loads((FACTS / "from_moto/known_policies.json").read_text())
    assert known["actions"] == needed()
    allowed_by = {name: set(group["allows"]) for group in known["groups"] for name in group["policies"]}
    for policy in managed_policies().by_name.values():
        allows = {action for action in needed() if matches(action, policy.allows)}
        assert allows >= allowed_by.get(policy.path + policy.name, set()), policy.name


@pytest.mark.parametrize(
    ("written", "id_", "says"),
    [
        ("AmazonEC2ContainerServiceforEC2Role", "E9537", "policy/service-role/AmazonEC2ContainerServiceforEC2Role'?"),
        ("SystemAdministrator", "E9537", "policy/job-function/SystemAdministrator'?"),
        ("service-role/AmazonS3FullAccess", "E9537", "policy/AmazonS3FullAccess'?"),
        ("aws-service-role/AutoScalingServiceRolePolicy", "E9537", "for a service-linked role alone"),
        ("CloudWatchAgentServerPolcy", "W9537", "policy/CloudWatchAgentServerPolicy'?"),
        ("AmazonS3ReadOnly", "W9537", "policy/AmazonS3ReadOnlyAccess'?"),
        ("amazons3fullaccess", "W9537", "policy/AmazonS3FullAccess'?"),
    ],
)
def test_a_policy_of_another_service_has_its_own_path_and_name(written: str, id_: str, says: str) -> None:
    found = [finding for finding in of_instance(role(f"{AWS}{written}")) if finding.id[1:] == "9537"]
    assert [finding.id for finding in found] == [id_]
    assert says in found[0].message


def test_a_document_allows_what_its_statements_do(tmp_path: Path) -> None:
    document = {
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "sqs:*"], "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["s3:*", "sqs:*", "e*:*", "a*:*"], "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
        ]
    }
    actions = ["s3:GetObject", "s3:PutObject", "sqs:ReceiveMessage", "ecs:Poll", "cloudwatch:PutMetricData"]
    granted = ["cloudwatch:PutMetricData", "s3:GetObject", "sqs:ReceiveMessage"]
    wheel = tmp_path / "moto-1-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        text = json.dumps({"Own": {"Path": "/job-function/", "Document": document}})
        archive.writestr("moto/iam/aws_managed_policies.py", f'aws_managed_policies_data = """{text}"""')
    assert {name: granted_by(one, actions) for name, one in policies(wheel).items()} == {"job-function/Own": granted}


def test_only_the_missing_actions_are_reported() -> None:
    (finding,) = of_instance(role(WEB, Policies=[inline("ecs:*Task", "ecs:Poll", "ecs:Disc?verPollEndpoint")]))
    assert finding.message.startswith("the role lacks ecs:RegisterContainerInstance, ecs:SubmitTaskStateChange to run")


def test_a_worker_policy_does_for_a_worker_but_not_for_the_queue_of_a_web_role() -> None:
    assert of_instance(role(WORKER), tier="worker", platform="python-al2023") == []
    assert lacking(of_instance(role(WEB), tier="worker", platform="python-al2023")) == ["AWSElasticBeanstalkWorkerTier"]


def test_a_denial_grants_nothing() -> None:
    assert lacking(of_instance(role(WEB, Policies=[inline("ecs:*", Effect="Deny")]))) == [ECS.rpartition("/")[2]]


def test_a_role_without_any_policy_lacks_all() -> None:
    assert len(of_instance({"AssumeRolePolicyDocument": trust()})) == 3
    assert len(of_service({"AssumeRolePolicyDocument": trust(EB)})) == 2


def test_a_service_role_needs_what_the_environment_has_on() -> None:
    bare = role(service=EB)
    assert lacking(of_service(bare, managed_updates=False)) == ["AWSElasticBeanstalkEnhancedHealth"]
    assert lacking(of_service(bare, enhanced_health=False)) == ["AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"]
    assert of_service(bare, managed_updates=False, enhanced_health=False) == []
    (nothing,) = of_service(bare, managed_updates=False, enhanced_health=None)
    assert nothing.message.startswith("the role has no permissions")
    assert lacking(of_service(bare, enhanced_health=None)) == ["AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"]
    assert of_service(role(UPDATES, service=EB), managed_updates=False, enhanced_health=None) == []
    assert lacking(of_service(role(HEALTH, service=EB))) == ["AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"]
    (finding,) = of_service(role(UPDATES, service=EB))
    assert "lacks ec2:DescribeInstanceStatus to" in finding.message


WRONG_POLICIES = [
    ("service-role/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy", "E9537", f"did you mean '{UPDATES}'?"),
    ("AWSElasticBeanstalkEnhancedHealth", "E9537", f"did you mean '{HEALTH}'?"),
    ("service-role/AWSElasticBeanstalkWebTier", "E9537", f"did you mean '{WEB}'?"),
    ("AWSElasticBeanstalkService", "E9537", f"did you mean '{UPDATES}'?"),
    ("aws-service-role/AWSElasticBeanstalkServiceRolePolicy", "E9537", "service-linked"),
    ("AWSElasticBeanstalkMaintenance", "E9537", "service-linked"),
    ("service-role/AWSElasticBeanstalkService", "W9537", "use AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"),
    ("AWSElasticBeanstalkFullAccess", "W9537", "use AdministratorAccess-AWSElasticBeanstalk"),
    ("AWSElasticBeanstalkReadOnlyAccess", "W9537", "use AWSElasticBeanstalkReadOnly"),
    ("AWSElasticBeanstalkWebTeir", "W9537", f"did you mean '{WEB}'?"),
    ("AWSElasticBeanstalkWebtier", "W9537", f"did you mean '{WEB}'?"),
]


@pytest.mark.parametrize(("policy", "id_", "says"), WRONG_POLICIES)
def test_a_managed_policy_that_cannot_be_attached_is_reported(policy: str, id_: str, says: str) -> None:
    findings = of_instance(role(WEB, ECS, AWS + policy))
    assert ids(findings) == [id_]
    assert findings[0].path == ("ManagedPolicyArns", 2)
    assert says in findings[0].message


def test_the_partition_stays_in_what_was_meant() -> None:
    findings = of_instance(role("arn:aws-us-gov:iam::aws:policy/service-role/AWSElasticBeanstalkWebTier", ECS))
    assert "'arn:aws-us-gov:iam::aws:policy/AWSElasticBeanstalkWebTier'?" in findings[0].message
    assert len(findings) == 1


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:policy/AWSElasticBeanstalkWeb", f"{AWS}AmazonFoo", "x", 1])
def test_other_policies_are_not_checked(arn: Any) -> None:
    assert of_instance(role(arn)) == []


def test_every_need_is_met_by_the_policy_that_it_names() -> None:
    for need in managed_policies().needs:
        policy = managed_policies().by_name[need.policy]
        assert policy.attachable
        assert not policy.retired
        assert all(matches(action, policy.allows) for action in need.actions), need


def test_every_replaced_policy_names_one_that_is_not() -> None:
    for policy in managed_policies().by_name.values():
        if policy.retired:
            assert not managed_policies().by_name[policy.replaced_by].retired


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "ecs:Poll", True),
        ("ecs:P?ll", "ecs:Poll", True),
        ("ECS:poll", "ecs:Poll", True),
        ("ecs:P", "ecs:Poll", False),
        ("ecs:[P]oll", "ecs:Poll", False),
        ("ecs.Poll", "ecs:Poll", False),
        ("*" * 500 + "x", "ecs:Poll", False),
    ],
)
def test_patterns_of_actions_are_those_of_iam(pattern: str, action: str, expected: bool) -> None:
    assert matches(action, [pattern]) is expected


def test_what_a_document_allows_is_unknown_as_soon_as_a_statement_is() -> None:
    assert allowed({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}) == ["s3:*"]
    assert allowed({"Statement": [{"Effect": "Allow", "Action": "s3:*"}, None]}) is None


CONDITIONS = ("NotAction", "Service", "AWS", "Condition", "StringEquals", "sts:ExternalId")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(["Allow", "Deny", "*", "sts:AssumeRole", "ec2.amazonaws.com", EB, "elasticbeanstalk", WEB, HEALTH]),
)
keys = st.sampled_from(
    [*SOUND, *trust(), *trust()["Statement"][0], *inline(), "PermissionsBoundary", "Policies", *CONDITIONS]
)
garbage = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(keys, st.text(max_size=3)), inner)),
    max_leaves=12,
)
roles = st.one_of(garbage, st.dictionaries(keys, garbage))


@given(roles, st.one_of(st.none(), st.lists(garbage, max_size=2)))
def test_no_role_breaks_the_check(properties: Any, attached: Any) -> None:
    for finding in (*of_instance(properties, attached=attached), *of_service(properties, attached=attached)):
        assert finding.message
        where = properties
        for step in finding.path:
            where = where[step]


def test_a_role_of_odd_shapes_is_silent() -> None:
    odd: Any
    for odd in (None, [], 3, "role", {"AssumeRolePolicyDocument": [], "Policies": {}}, {"ManagedPolicyArns": 4}):
        assert of_instance(odd) == of_service(odd) == []
