"""What a role lacks as the role of an instance profile or as a service role: trust, permissions, managed policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beanstack.lint.findings import finding_id
from beanstack.lint.policies import allowed, managed_policies, matches
from beanstack.lint.roles import RoleFault, instance_role_faults, service_role_faults

PROJECT = Path(__file__).parents[2]
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

TRUSTED = {
    "list": trust(["lambda.amazonaws.com", "ec2.amazonaws.com"]),
    "China": trust("ec2.amazonaws.com.cn"),
    "an isolated region": trust("ec2.c2s.ic.gov"),
    "a region's own": trust("ec2.us-east-1.amazonaws.com"),
    "star": trust("*"),
    "anyone": trust(Principal="*"),
    "any account": trust(Principal={"AWS": "*"}),
    "all actions": trust(Action=["sts:TagSession", "sts:Assume*"]),
    "case": trust(Action="STS:assumerole"),
    "no list": {"Statement": trust()["Statement"][0]},
    "another statement first": {"Statement": trust("lambda.amazonaws.com")["Statement"] + trust()["Statement"]},
    "condition": trust(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
    "external id": trust(Condition={"StringEquals": {"sts:ExternalId": "other"}}),
}


@pytest.mark.parametrize("document", TRUSTED.values(), ids=list(TRUSTED))
def test_a_role_that_ec2_may_assume_is_silent(document: dict[str, Any]) -> None:
    assert of_instance(SOUND | {"AssumeRolePolicyDocument": document}) == []


UNKNOWN_TRUST = {
    "document": None,
    "text": "{}",
    "no statement": {"Version": "2012-10-17"},
    "statement": {"Statement": [None]},
    "service": trust(None),
    "one of the services": trust(["lambda.amazonaws.com", None]),
    "action": trust("lambda.amazonaws.com", Action=None),
    "not these actions": {
        "Statement": {"Effect": "Allow", "Principal": {"Service": "x"}, "NotAction": "sts:TagSession"}
    },
    "not these principals": {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "x"}, "Action": "*"}},
    "effect": trust("lambda.amazonaws.com", Effect=None),
}


@pytest.mark.parametrize("document", UNKNOWN_TRUST.values(), ids=list(UNKNOWN_TRUST))
def test_trust_that_is_not_known_in_full_is_silent(document: Any) -> None:
    assert of_instance(SOUND | {"AssumeRolePolicyDocument": document}) == []
    assert of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": document}) == []


UNTRUSTED = {
    "another service": trust("lambda.amazonaws.com"),
    "misspelt": trust("ec2.amazonaws.co"),
    "an account": trust(Principal={"AWS": "arn:aws:iam::123456789012:root"}),
    "another action": trust(Action=["sts:TagSession"]),
    "denied": trust(Effect="Deny"),
    "nobody": {"Statement": []},
}


@pytest.mark.parametrize("document", UNTRUSTED.values(), ids=list(UNTRUSTED))
def test_a_role_that_ec2_may_not_assume_is_an_error(document: dict[str, Any]) -> None:
    (fault,) = of_instance(SOUND | {"AssumeRolePolicyDocument": document})
    assert ids([fault]) == ["E9535"]
    assert fault.path == ("AssumeRolePolicyDocument",)


def test_a_role_for_the_other_use_is_told_with_the_service_that_it_trusts() -> None:
    assert [fault.message for fault in of_service(role(HEALTH, UPDATES))] == [
        "the trust policy does not let elasticbeanstalk.amazonaws.com assume the role, only ec2.amazonaws.com"
    ]
    assert ids(of_instance(role(WEB, ECS, service=EB))) == ["E9535"]


@pytest.mark.parametrize("service", [EB, "elasticbeanstalk.amazonaws.com.cn"])
@pytest.mark.parametrize(
    "condition",
    [{}, {"StringEquals": {"sts:ExternalId": "elasticbeanstalk"}}, {"StringEquals": {"sts:ExternalId": None}}],
)
def test_elastic_beanstalk_may_assume_a_role_with_its_external_id(service: str, condition: dict[str, Any]) -> None:
    assert of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": trust(service, Condition=condition)}) == []


def test_another_external_id_is_warned_of_where_it_stands() -> None:
    document = trust(EB, Condition={"StringEquals": {"sts:ExternalId": ["mine"]}})
    (fault,) = of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": document})
    assert ids([fault]) == ["W9535"]
    assert fault.path == ("AssumeRolePolicyDocument", "Statement", 0, "Condition", "StringEquals", "sts:ExternalId")
    document["Statement"] += trust(EB)["Statement"]
    assert of_service(SOUND_SERVICE | {"AssumeRolePolicyDocument": document}) == []


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
    "another policy of AWS": (role(f"{AWS}job-function/SystemAdministrator"), ()),
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


def told(faults: list[RoleFault]) -> list[str]:
    assert set(ids(faults)) <= {"W9536"}
    assert all(fault.path == () for fault in faults)
    return [fault.message.rpartition(" ")[2] for fault in faults]


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
    assert told(of_instance(bare, tier=tier, platform=platform, enhanced_health=health)) == policies


def test_only_the_missing_actions_are_told() -> None:
    (fault,) = of_instance(role(WEB, Policies=[inline("ecs:*Task", "ecs:Poll", "ecs:Disc?verPollEndpoint")]))
    assert fault.message.startswith("the role lacks ecs:RegisterContainerInstance, ecs:SubmitTaskStateChange to run")


def test_a_worker_policy_does_for_a_worker_but_not_for_the_queue_of_a_web_role() -> None:
    assert of_instance(role(WORKER), tier="worker", platform="python-al2023") == []
    assert told(of_instance(role(WEB), tier="worker", platform="python-al2023")) == ["AWSElasticBeanstalkWorkerTier"]


def test_a_denial_grants_nothing() -> None:
    assert told(of_instance(role(WEB, Policies=[inline("ecs:*", Effect="Deny")]))) == [ECS.rpartition("/")[2]]


def test_a_role_without_any_policy_lacks_all() -> None:
    assert len(of_instance({"AssumeRolePolicyDocument": trust()})) == 3
    assert len(of_service({"AssumeRolePolicyDocument": trust(EB)})) == 2


def test_a_service_role_needs_what_the_environment_has_on() -> None:
    bare = role(service=EB)
    assert told(of_service(bare, managed_updates=False)) == ["AWSElasticBeanstalkEnhancedHealth"]
    assert told(of_service(bare, enhanced_health=False)) == ["AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"]
    assert of_service(bare, managed_updates=False, enhanced_health=None) == []
    assert told(of_service(role(HEALTH, service=EB))) == ["AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"]
    (fault,) = of_service(role(UPDATES, service=EB))
    assert "lacks ec2:DescribeInstanceStatus to" in fault.message


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


@pytest.mark.parametrize(("policy", "id_", "told"), WRONG_POLICIES)
def test_a_managed_policy_that_cannot_be_attached_is_told(policy: str, id_: str, told: str) -> None:
    faults = of_instance(role(WEB, ECS, AWS + policy))
    assert ids(faults) == [id_]
    assert faults[0].path == ("ManagedPolicyArns", 2)
    assert told in faults[0].message


def test_the_partition_stays_in_what_was_meant() -> None:
    faults = of_instance(role("arn:aws-us-gov:iam::aws:policy/service-role/AWSElasticBeanstalkWebTier", ECS))
    assert "'arn:aws-us-gov:iam::aws:policy/AWSElasticBeanstalkWebTier'?" in faults[0].message
    assert len(faults) == 1


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:policy/AWSElasticBeanstalkWeb", f"{AWS}AmazonFoo", "x", 1])
def test_other_policies_are_not_judged(arn: Any) -> None:
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


class Template(yaml.SafeLoader):
    """Reads a template, with what an intrinsic gives where that can be told and None elsewhere."""


def intrinsic(_: yaml.SafeLoader, suffix: str, node: yaml.Node) -> str | None:
    if suffix != "Sub" or not isinstance(node, yaml.ScalarNode):
        return None
    return str(node.value).replace("${AWS::Partition}", "aws")


Template.add_multi_constructor("!", intrinsic)


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "output" / "todobackend").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_roles_of_the_committed_example_are_sound(path: Path) -> None:
    resources = yaml.load(path.read_text(), Template)["Resources"]
    roles = {name: of["Properties"] for name, of in resources.items() if of["Type"] == "AWS::IAM::Role"}
    assert roles
    for name, properties in roles.items():
        assert (of_service(properties) if name == "ServiceRole" else of_instance(properties)) == []


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(["Allow", "Deny", "*", "sts:AssumeRole", "ec2.amazonaws.com", EB, "elasticbeanstalk", WEB, HEALTH]),
)
CONDITIONS = ("NotAction", "Service", "AWS", "Condition", "StringEquals", "sts:ExternalId")
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
    for fault in (*of_instance(properties, attached=attached), *of_service(properties, attached=attached)):
        assert fault.message
        where = properties
        for step in fault.path:
            where = where[step]


def test_a_role_of_odd_shapes_is_silent() -> None:
    odd: Any
    for odd in (None, [], 3, "role", {"AssumeRolePolicyDocument": [], "Policies": {}}, {"ManagedPolicyArns": 4}):
        assert of_instance(odd) == of_service(odd) == []
